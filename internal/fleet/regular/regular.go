package fleet

import (
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"rolewall/diag"
)

// openRegular opens a regular file of a folder that is there, and nothing else: a link leads elsewhere, and a pipe may never
// end. The file that is opened is the one that was looked at, whatever other programs do in between.
func openRegular(root *os.Root, name string, flag int) (*os.File, fs.FileInfo, error) {
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
		err = errChanged(name)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// errChanged says that another program works in a folder while a run does.
func errChanged(name string) error {
	return diag.Errorf("nobody but rolewall may write there while it runs; run it again", "another program replaced %s", name)
}

// kindOf names what is not a regular file.
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

// ReadRegular returns the bytes of a regular file. Anything else of the name is an error.
func ReadRegular(root *os.Root, name string) ([]byte, error) {
	f, _, err := openRegular(root, name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// isRealPath reports whether each part of a path is a folder and none is a link.
func (t *Folder) isRealPath(name string) bool {
	for end := 0; end < len(name); end++ {
		next := strings.IndexByte(name[end:], '/')
		if next < 0 {
			next = len(name) - end
		}
		end += next
		if info, err := t.Root.Lstat(name[:end]); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// openFolderOf opens the folder of a host that is there. A link in its place is an error.
func openFolderOf(root *os.Root, host string, seen fs.FileInfo) (*os.Root, error) {
	if !seen.IsDir() {
		return nil, diag.Errorf("move it away: rolewall keeps the files of the host there", "%s is %s", host, orFile(seen.Mode()))
	}
	dir, err := root.OpenRoot(host)
	if err != nil {
		return nil, err
	}
	opened, err := dir.Stat(".")
	if err == nil && !os.SameFile(seen, opened) {
		err = errChanged(host)
	}
	if err != nil {
		dir.Close()
		return nil, err
	}
	return dir, nil
}

func orFile(mode fs.FileMode) string {
	if mode.IsRegular() {
		return "a file, and no folder"
	}
	return kindOf(mode) + ", and no folder"
}

// tempName is the name of a file or folder until it is whole. The token is that of the run: nobody can plant something under
// such a name, and the journal leads the next run to what a killed one left.
func tempName(token, name string) string {
	parent, base := path.Split(name)
	return parent + Unfinished + token + "-" + base
}

// IsTempOf reports whether a name is one that a run with one of the tokens gives to what is not whole.
func IsTempOf(tokens []string, name string) bool {
	rest, is := strings.CutPrefix(name, Unfinished)
	token, _, found := strings.Cut(rest, "-")
	if !is || !found {
		return false
	}
	for _, t := range tokens {
		if t == token {
			return true
		}
	}
	return false
}
