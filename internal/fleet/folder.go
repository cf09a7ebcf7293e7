package fleet

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"syscall"

	"rolewall/diag"
	"rolewall/internal/workspace"
)

// Folder is a folder of generated files. All paths stay inside it, even if it contains links.
type Folder struct {
	Root   *os.Root
	Dir    string
	folder *os.File // holds the lock of a run that writes; otherwise nil
}

// matching returns the entries of the folder whose names match one of the patterns of path.Match. It looks only at
// names: fs.Glob would look at each of ten thousand folders.
func (t *Folder) matching(forms ...string) ([]string, error) {
	f, err := t.Root.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	names = slices.DeleteFunc(names, func(n string) bool {
		return !slices.ContainsFunc(forms, func(form string) bool { is, _ := path.Match(form, n); return is })
	})
	slices.Sort(names)
	return names, err
}

// openFolder opens a folder for a run of the whole or of a part. Runs of different parts may share the folder. It
// creates the folder if it does not exist.
func openFolder(dir string, s workspace.Shard) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) { // created, and then moved or removed by another run
		return nil, errBusy()
	}
	if err != nil {
		return nil, err
	}
	t := &Folder{Root: root, Dir: dir}
	if t.folder, err = root.Open("."); err == nil && !(lock(t.folder, s.Of > 0) && t.inPlace()) {
		err = errBusy()
	}
	if err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// folderError explains in our words why a folder cannot be written.
func folderError(dir string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return diag.Errorf("choose another folder, or run as a user who may write there", "the folder %s cannot be written to", dir)
	case errors.Is(err, syscall.ENOTDIR):
		for part := filepath.Clean(dir); ; part = filepath.Dir(part) {
			if info, err := os.Stat(part); err == nil && !info.IsDir() {
				return diag.Errorf("-o names a folder; choose another name, or move the file away", "%s is a file", part)
			}
			if part == filepath.Dir(part) {
				return err
			}
		}
	}
	return err
}

// inPlace reports whether the folder still has its name. Another run may have moved it before it was locked.
func (t *Folder) inPlace() bool {
	named, err1 := os.Stat(t.Dir)
	opened, err2 := t.folder.Stat()
	return err1 == nil && err2 == nil && os.SameFile(named, opened)
}

// OpenFolder opens a folder for reading.
func OpenFolder(dir string) (*Folder, error) {
	root, err := os.OpenRoot(filepath.FromSlash(dir))
	if err != nil {
		return nil, err
	}
	return &Folder{Root: root, Dir: dir}, nil
}

// Close closes the folder and unlocks it for other runs.
func (t *Folder) Close() {
	if t.folder != nil {
		t.folder.Close()
	}
	t.Root.Close()
}

// IsSame reports whether two names in the folder mean the same file, as on systems that ignore case.
func (t *Folder) IsSame(a, b string) bool {
	infoA, err1 := t.Root.Lstat(a)
	infoB, err2 := t.Root.Lstat(b)
	return err1 == nil && err2 == nil && os.SameFile(infoA, infoB)
}

// BehindLink returns the names in the folder that a link leads to, or none if it leads nowhere. It returns true if
// the link leads to a file.
func (t *Folder) BehindLink(name string) (names []string, isFile bool) {
	path := filepath.Join(filepath.FromSlash(t.Dir), name)
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return nil, true
	}
	entries, _ := os.ReadDir(path) // a folder that cannot be read is not one of ours
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, false
}

// Digest returns the SHA-256 of data in hex.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
