// Package regular safely opens files and folders below a root: it follows no links, never waits for a pipe, and
// opens exactly the file that it checked.
package regular

import (
	"io"
	"io/fs"
	"os"
	"strings"

	"rolewall/diag"
)

// Open opens an existing regular file of a folder, and nothing else: a link leads elsewhere, and a pipe may never
// end. It returns the file that it checked, even if other programs change the folder meanwhile.
func Open(root *os.Root, name string, flag int) (*os.File, fs.FileInfo, error) {
	seen, err := root.Lstat(name)
	if err != nil {
		return nil, nil, err
	}
	if !seen.Mode().IsRegular() {
		return nil, nil, diag.Errorf("remove it: rolewall makes and reads regular files alone", "%s is %s", name, kindOf(seen.Mode()))
	}
	f, err := root.OpenFile(name, flag|openAtOnce, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !os.SameFile(seen, info) {
		err = ErrChanged(name)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// ErrChanged returns the error that another program changed a folder during a run.
func ErrChanged(name string) error {
	return diag.Errorf("nobody but rolewall may write there while it runs; run it again", "another program replaced %s", name)
}

// kindOf returns a word for what is not a regular file.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "a link"
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

// Read returns the bytes of a regular file. Anything else is an error.
func Read(root *os.Root, name string) ([]byte, error) {
	f, _, err := Open(root, name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// IsRealPath reports whether each part of a path is a folder and no link.
func IsRealPath(root *os.Root, name string) bool {
	for end := 0; end < len(name); end++ {
		next := strings.IndexByte(name[end:], '/')
		if next < 0 {
			next = len(name) - end
		}
		end += next
		if info, err := root.Lstat(name[:end]); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// OpenFolder opens the existing folder of a host. A link in its place is an error.
func OpenFolder(root *os.Root, host string, seen fs.FileInfo) (*os.Root, error) {
	if !seen.IsDir() {
		return nil, diag.Errorf("move it away: rolewall keeps the files of the host there", "%s is %s", host, Describe(seen.Mode()))
	}
	dir, err := root.OpenRoot(host)
	if err != nil {
		return nil, err
	}
	opened, err := dir.Stat(".")
	if err == nil && !os.SameFile(seen, opened) {
		err = ErrChanged(host)
	}
	if err != nil {
		dir.Close()
		return nil, err
	}
	return dir, nil
}

// Describe returns a word for what is not a folder.
func Describe(mode fs.FileMode) string {
	if mode.IsRegular() {
		return "a file, and no folder"
	}
	return kindOf(mode) + ", and no folder"
}
