package fleet

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"runtime"
	"sync"

	"rolewall/diag"
	"rolewall/internal/fleet/regular"
)

// Unfinished is the beginning of the names of unfinished files and folders (see tempName). A run that was killed
// may leave some, and the next run removes them.
const Unfinished = ".new-"

// writeHost writes the files of a host and returns their file information. At every moment each visible file is
// either the old or the new one: a new folder is filled under another name and then renamed, and a file is
// replaced as a whole.
//
// sums holds sums by file name. The journal records them before the first visible change.
func (w *folderWriter) writeHost(h HostFiles, sums map[string]string) ([]fs.FileInfo, error) {
	announce := sync.OnceValue(func() error { return w.journal.announce(h.Host, sums) })
	info, err := w.Root.Lstat(h.Host)
	if errors.Is(err, fs.ErrNotExist) {
		if err := announce(); err != nil {
			return nil, err
		}
		return w.writeNewHost(h, w.journal.token)
	}
	if err == nil {
		err = w.checkOurs(h)
	}
	if err != nil {
		return nil, err
	}
	dir, err := regular.OpenFolder(w.Root, h.Host, info)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	var infos []fs.FileInfo
	for _, f := range h.Files {
		if err := makeFolders(dir, path.Dir(f.Name), announce); err != nil {
			return nil, err
		}
		info, err := replace(dir, f, w.journal.token, announce)
		if err != nil {
			return nil, err
		}
		infos = append(infos, info)
	}
	return infos, nil
}

// makeFolders creates the missing folders of a path. A link in place of a folder is an error.
func makeFolders(dir *os.Root, name string, announce func() error) error {
	if name == "." {
		return nil
	}
	if err := makeFolders(dir, path.Dir(name), announce); err != nil {
		return err
	}
	info, err := dir.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		if err := announce(); err != nil {
			return err
		}
		return dir.Mkdir(name, 0o755)
	}
	if err == nil && !info.IsDir() {
		err = diag.Errorf("move it away: rolewall keeps files there", "%s is %s", name, regular.Describe(info.Mode()))
	}
	return err
}

func (t *Folder) writeNewHost(h HostFiles, token string) ([]fs.FileInfo, error) {
	temp := tempName(token, h.Host)
	infos, err := t.fill(temp, h.Files)
	if errors.Is(err, fs.ErrExist) { // it cannot be ours, since the token is new
		return nil, regular.ErrChanged(temp)
	}
	if err == nil {
		err = t.Root.Rename(temp, h.Host)
	}
	if err != nil {
		return nil, errors.Join(err, t.Root.RemoveAll(temp))
	}
	return infos, nil
}

// fill creates a folder with files in it.
func (t *Folder) fill(name string, files []File) ([]fs.FileInfo, error) {
	if err := t.Root.Mkdir(name, 0o755); err != nil {
		return nil, err
	}
	dir, err := t.Root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	infos := make([]fs.FileInfo, len(files))
	for i, f := range files {
		if parent := path.Dir(f.Name); parent != "." { // the check costs three system calls
			if err := dir.MkdirAll(parent, 0o755); err != nil {
				return nil, err
			}
		}
		if infos[i], err = create(dir, f.Name, f); err != nil {
			return nil, err
		}
	}
	return infos, nil
}

// replace writes a file, unless it already has the right content and mode.
func replace(dir *os.Root, f File, token string, announce func() error) (fs.FileInfo, error) {
	info, err := dir.Lstat(f.Name)
	if err == nil && info.Mode().IsRegular() && info.Size() == int64(len(f.Data)) && goodMode(info.Mode(), f.Executable) {
		if old, err := regular.Read(dir, f.Name); err == nil && bytes.Equal(old, f.Data) {
			return info, nil
		}
	}
	if err := announce(); err != nil {
		return nil, err
	}
	temp := tempName(token, f.Name)
	written, err := create(dir, temp, f)
	if errors.Is(err, fs.ErrExist) {
		return nil, regular.ErrChanged(temp)
	}
	if err == nil {
		err = dir.Rename(temp, f.Name)
	}
	if err != nil {
		return nil, errors.Join(err, drop(dir, temp))
	}
	info, err = dir.Lstat(f.Name) // renaming changes the time of change, which the cache needs
	if err == nil && !os.SameFile(written, info) {
		err = regular.ErrChanged(f.Name)
	}
	return info, err
}

// WrongMode returns what is wrong with the mode of a file, or "". Windows has no such modes. A file that everyone
// may write is not reported, since git does not track that and some runners clone files this way.
func WrongMode(mode fs.FileMode, executable bool) string {
	switch {
	case runtime.GOOS == "windows":
	case mode&0o100 == 0 && executable:
		return "it is not executable"
	case mode&0o100 != 0 && !executable:
		return "it is executable"
	}
	return ""
}

// goodMode reports whether a file may keep its mode.
func goodMode(mode fs.FileMode, executable bool) bool {
	return WrongMode(mode, executable) == "" && (mode&0o002 == 0 || runtime.GOOS == "windows")
}

// create writes a new file. It fails if the file exists.
func create(dir *os.Root, name string, f File) (fs.FileInfo, error) {
	mode := fs.FileMode(0o644)
	if f.Executable {
		mode = 0o755
	}
	w, err := dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(f.Data)
	info, statErr := w.Stat()
	return info, errors.Join(err, statErr, w.Close())
}

// drop removes a file, if it exists.
func drop(dir *os.Root, name string) error {
	if err := dir.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
