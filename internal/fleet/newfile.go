package fleet

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// newFile is a file that grows under another name until it is whole. That name is always the same one, so that the next
// run replaces what a killed one has left.
type newFile struct {
	*os.File
	name string
	info fs.FileInfo // of the open file, to know it again
}

func newFileFor(name string) (*newFile, error) {
	f, err := createAnew(unfinishedName(name))
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &newFile{f, name, info}, nil
}

// unfinishedName is the name of a file or folder that is not whole, beside its place.
func unfinishedName(name string) string {
	parent, base := splitPath(name)
	return parent + Unfinished + base
}

// splitPath splits a path before its last name. It stays as it is written: a ".." behind a link leads elsewhere than it
// seems to.
func splitPath(name string) (parent, base string) {
	return filepath.Split(strings.TrimRightFunc(name, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(byte(r)) }))
}

// finish gives the file its name, or removes it where err says that it did not become whole.
func (f *newFile) finish(err error) error {
	if closed := f.Close(); err == nil {
		err = closed
	}
	temp := unfinishedName(f.name)
	there, lost := os.Lstat(temp)
	mine := lost == nil && os.SameFile(f.info, there)
	switch {
	case err == nil && mine:
		if err = os.Rename(temp, f.name); err != nil {
			return errors.Join(err, os.Remove(temp))
		}
		return nil
	case err == nil:
		return fmt.Errorf("another run writes %s", f.name)
	case mine:
		return errors.Join(err, os.Remove(temp))
	}
	return err
}

// createAnew creates a file, in the place of what an earlier run has left there: what opens that would follow a link.
// The umask says who may read the file.
func createAnew(name string) (*os.File, error) {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
}

// scratchFile is a file that nobody else reads. It has no name from the start where a system allows that, so that not
// even a killed run leaves it behind; drop closes it and removes it elsewhere.
func scratchFile(name string) (f *os.File, drop func(), err error) {
	f, err = createAnew(name)
	if err != nil {
		return nil, nil, err
	}
	remains := os.Remove(name)
	return f, func() {
		f.Close()
		if remains != nil {
			_ = os.Remove(name) // the next run does where this fails
		}
	}, nil
}
