package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"rolewall/internal/workspace"
)

// tree is a folder of generated files, locked against other runs. All paths stay below it, whatever links lie in it.
type tree struct {
	root   *os.Root
	dir    string
	folder *os.File // holds the lock
	unseen bool     // nobody else looks into the folder yet, so that a file may be half written
}

// matching lists what lies in the folder itself and has one of the forms, which are those of path.Match. It looks at names
// alone: fs.Glob would look at each of ten thousand folders.
func (t *tree) matching(forms ...string) ([]string, error) {
	f, err := t.root.Open(".")
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

// openTree opens a folder for a run, or one of the parts that let each other in. It is made where it does not exist.
func openTree(dir string, s workspace.Shard) (*tree, error) {
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
	t := &tree{root: root, dir: dir}
	if t.folder, err = root.Open("."); err == nil && !(lock(t.folder, s.Of > 0) && t.inPlace()) {
		err = errBusy()
	}
	if err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// inPlace reports whether the folder is still the one of its name: until it was locked, another run may have moved it.
func (t *tree) inPlace() bool {
	named, err1 := os.Stat(t.dir)
	opened, err2 := t.folder.Stat()
	return err1 == nil && err2 == nil && os.SameFile(named, opened)
}

func (t *tree) close() {
	t.folder.Close()
	t.root.Close()
}

// read returns a regular file's bytes; a link is refused.
func read(root *os.Root, name string) ([]byte, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", name)
	}
	return root.ReadFile(name)
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
