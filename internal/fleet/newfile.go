package fleet

import (
	"cmp"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"rolewall/internal/fleet/regular"
)

// newFile is a file that is written under a temporary name until it is complete. That name has a random part, so
// that nobody can create a file there first. A run that is killed leaves the file, and the next run that writes it
// removes it.
type newFile struct {
	*os.File
	name string
	temp string
	info fs.FileInfo // of the open file, to recognize it later
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
	lock(f, false) // held by a run that is alive
	removeUnfinished(name, info)
	return &newFile{f, name, temp, info}, nil
}

// unfinishedName returns a new temporary name for a file, in the same folder.
func unfinishedName(name string) string {
	parent, base := splitPath(name)
	return parent + tempName(strings.ToLower(rand.Text()), base)
}

// token matches the random part of a temporary name.
var token = regexp.MustCompile(`^[a-z2-7]{26}-`)

// removeUnfinished removes temporary files that killed runs left: regular files that no run has locked, except
// own. It skips what cannot be removed.
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

// splitPath splits a path before its last name. It does not clean the path, since ".." behind a link leads
// elsewhere than it seems.
func splitPath(name string) (parent, base string) {
	return filepath.Split(strings.TrimRightFunc(name, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(byte(r)) }))
}

// finish gives the file its name. If err is set, it removes the file.
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

// createAnew creates a file that must not exist. The umask decides who may read it.
func createAnew(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
}

// scratchFile creates a file that nobody else reads. If the system allows it, the file has no name, so even a
// killed run leaves nothing. drop closes the file and removes it where it has a name.
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
