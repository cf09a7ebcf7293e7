package fleet

import (
	"cmp"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"rolewall/internal/fleet/regular"
	"strings"
)

// newFile is a file that grows under another name until it is whole. That name has a random part, so that nobody can plant a
// file there. A run that is killed leaves it behind, and the next run that writes the file removes it.
type newFile struct {
	*os.File
	name string
	temp string
	info fs.FileInfo // of the open file, to know it again
}

func newFileFor(name string) (*newFile, error) {
	temp := unfinishedName(name)
	f, err := createAnew(temp)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	lock(f, false) // a run that is alive holds it
	removeUnfinished(name, info)
	return &newFile{f, name, temp, info}, nil
}

// unfinishedName is a new name for a file that is not whole, beside its place.
func unfinishedName(name string) string {
	parent, base := splitPath(name)
	return parent + tempName(strings.ToLower(rand.Text()), base)
}

// token is the random part of the name of a file that is not whole.
var token = regexp.MustCompile(`^[a-z2-7]{26}-`)

// removeUnfinished removes what killed runs left of a file: regular files under such names that no run holds, own aside. What
// cannot be removed stays.
func removeUnfinished(name string, own fs.FileInfo) {
	parent, base := splitPath(name)
	root, err := os.OpenRoot(cmp.Or(parent, "."))
	if err != nil {
		return
	}
	defer root.Close()
	entries, _ := fs.ReadDir(root.FS(), ".")
	for _, e := range entries {
		rest, isUnfinished := strings.CutPrefix(e.Name(), Unfinished)
		if prefix := token.FindString(rest); !isUnfinished || prefix == "" || rest != prefix+base && rest != prefix+base+".manifest" {
			continue
		}
		if f, info, err := regular.Open(root, e.Name(), os.O_RDONLY); err == nil {
			if !os.SameFile(own, info) && lock(f, false) {
				_ = root.Remove(e.Name())
			}
			f.Close()
		}
	}
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
	there, lost := os.Lstat(f.temp)
	mine := lost == nil && os.SameFile(f.info, there)
	switch {
	case err == nil && mine:
		if err = os.Rename(f.temp, f.name); err != nil {
			return errors.Join(err, os.Remove(f.temp))
		}
		return nil
	case err == nil:
		return regular.ErrChanged(f.temp)
	case mine:
		return errors.Join(err, os.Remove(f.temp))
	}
	return err
}

// createAnew creates a file that is not there. The umask says who may read it.
func createAnew(name string) (*os.File, error) {
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
			_ = os.Remove(name)
		}
	}, nil
}
