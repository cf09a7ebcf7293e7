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

// Folder is a folder of generated files. All paths stay below it, whatever links lie in it.
type Folder struct {
	Root   *os.Root
	Dir    string
	folder *os.File // holds the lock of a run that writes; else nil
}

// matching lists what lies in the folder itself and has one of the forms, which are those of path.Match. It looks at names
// alone: fs.Glob would look at each of ten thousand folders.
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

// openFolder opens a folder for a run, or one of the parts that let each other in. It is made where it does not exist.
func openFolder(dir string, s workspace.Shard) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) { // made, and moved or removed by another run
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

// folderError says in our words why nothing can be written to a folder, where the system says it in its own.
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

// inPlace reports whether the folder is still the one of its name: until it was locked, another run may have moved it.
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

// Close closes the folder and lets other runs in.
func (t *Folder) Close() {
	if t.folder != nil {
		t.folder.Close()
	}
	t.Root.Close()
}

// IsSame reports whether two names below the folder are one file, as they are where case does not count.
func (t *Folder) IsSame(a, b string) bool {
	infoA, err1 := t.Root.Lstat(a)
	infoB, err2 := t.Root.Lstat(b)
	return err1 == nil && err2 == nil && os.SameFile(infoA, infoB)
}

// BehindLink lists the names in the folder that a link in this folder leads to, and none where it leads nowhere. It reports
// true where the link leads to a file.
func (t *Folder) BehindLink(name string) (names []string, isFile bool) {
	path := filepath.Join(filepath.FromSlash(t.Dir), name)
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return nil, true
	}
	entries, _ := os.ReadDir(path) // what cannot be read is none of ours
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
