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

// Unfinished begins the names of files and folders that are not finished: tempName. A run that was killed may leave them, and
// the next one removes them.
const Unfinished = ".new-"

// writeHost makes the files of a host what they must be, and returns what they look like on disk. Each file that can be seen is
// old or new at every moment: a new folder is filled under another name and then renamed, a file is replaced as a whole.
//
// The journal learns the sums, which are by file name, before the first change that can be seen.
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

// makeFolders makes the folders of a path that do not exist. A link in the place of one is an error.
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
	if errors.Is(err, fs.ErrExist) { // none of ours: the token is new
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

// fill makes a folder with files in it.
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
		if parent := path.Dir(f.Name); parent != "." { // asking costs three system calls
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

// replace makes a file what it must be; one that is that already is not touched.
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
	info, err = dir.Lstat(f.Name) // renaming is a change, and the cache knows when a file was changed
	if err == nil && !os.SameFile(written, info) {
		err = regular.ErrChanged(f.Name)
	}
	return info, err
}

// WrongMode says what is wrong with the mode of a file; empty where nothing is. Windows has no such modes. That everyone
// may write to it is not business of check, since git knows nothing of it and some runners clone that way.
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

// goodMode reports whether a file may stay as it is.
func goodMode(mode fs.FileMode, executable bool) bool {
	return WrongMode(mode, executable) == "" && (mode&0o002 == 0 || runtime.GOOS == "windows")
}

// create writes a file that does not exist.
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

// drop removes a file that may not be there.
func drop(dir *os.Root, name string) error {
	if err := dir.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
