// Package capturefiles finds captures of hosts on disk and passes their files to the readers. A capture is a
// folder that the collector script made, or a single file. Captures can come from hosts that nobody trusts. So
// only regular files inside a folder are read, links are not followed, and sizes are limited.
package capturefiles

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/internal/drift"
	"rolewall/readers"
	"rolewall/readers/capture"
)

// The limits of what is read.
const (
	maxBytes = 32 << 20 // in all files of one capture, also after they are unpacked, since a reader takes up to 25 times as much memory
	maxFiles = 200      // in one capture
	maxFound = 100_000  // captures in a run
)

// manifest is the file that makes a folder a capture.
const manifest = "capture.json"

// Find returns the captures that paths name: a folder of one capture, a folder with such folders, a single file,
// or "-" for stdin. It does not read the captures.
func Find(paths []string, stdin io.Reader) ([]drift.Input, error) {
	var out []drift.Input
	for _, p := range paths {
		found, err := find(p, stdin)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
		if len(out) > maxFound {
			return nil, diag.Errorf("compare a part of them at a time", "these are more than %d captures", maxFound)
		}
	}
	return out, nil
}

func find(name string, stdin io.Reader) ([]drift.Input, error) {
	if name == "-" {
		return []drift.Input{single(name, "stdin", func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil })}, nil
	}
	info, err := os.Stat(filepath.FromSlash(name))
	switch {
	case err != nil:
		return nil, diag.Errorf("", "%s: %s", name, diag.FileProblem(err))
	case info.IsDir():
		return findFolders(name)
	case !info.Mode().IsRegular() && info.Mode()&os.ModeNamedPipe == 0:
		return nil, diag.Errorf("", "%s: it is not a regular file", name)
	}
	return []drift.Input{single(name, hostOf(name), func() (io.ReadCloser, error) { return os.Open(filepath.FromSlash(name)) })}, nil
}

// findFolders returns the capture in a folder, or those in its folders.
func findFolders(name string) ([]drift.Input, error) {
	if _, err := os.Lstat(filepath.Join(filepath.FromSlash(name), manifest)); err == nil {
		return []drift.Input{folder(name)}, nil
	}
	entries, err := os.ReadDir(filepath.FromSlash(name))
	if err != nil {
		return nil, diag.Errorf("", "%s: %s", name, diag.FileProblem(err))
	}
	var out []drift.Input
	for _, e := range entries {
		inner := path.Join(filepath.ToSlash(name), e.Name())
		if !e.IsDir() {
			continue
		}
		if _, err := os.Lstat(filepath.Join(filepath.FromSlash(inner), manifest)); err == nil {
			out = append(out, folder(inner))
		}
	}
	if len(out) == 0 {
		return nil, diag.Errorf(noCapture, "%s holds no capture: a capture is a folder with a file %s", name, manifest)
	}
	return out, nil
}

// noCapture is the hint for a folder without a capture.
const noCapture = "rolewall capture linux or windows prints the script that makes one; single files are named one by one"

// IsCapture reports whether a file or folder is a capture, or a folder of captures. If it cannot be read, the
// caller finds that out later.
func IsCapture(name string) bool {
	path := filepath.FromSlash(name)
	info, err := os.Stat(path)
	switch {
	case name == "-" || err != nil:
		return false
	case info.IsDir():
		found, err := findFolders(name)
		return err == nil && len(found) > 0
	case !info.Mode().IsRegular():
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, readers.HeadSize)
	n, _ := io.ReadFull(f, head)
	return readers.Known(head[:n])
}

// single returns a capture of one file. The name of the file is the name of the host.
func single(name, host string, open func() (io.ReadCloser, error)) drift.Input {
	read := func(errs *diag.List) []*capture.Capture {
		r, err := open()
		if err == nil {
			defer r.Close()
			var data []byte
			if data, err = readAll(r, maxBytes); err == nil {
				return readers.Read([]readers.File{{Name: name, Data: data}}, errs)
			}
		}
		errs.Add(diag.Pos{File: name}, "", "%s", diag.FileProblem(err))
		return nil
	}
	return drift.Input{Name: name, Host: host, Read: read}
}

// folder returns a capture that the collector made.
func folder(name string) drift.Input {
	read := func(errs *diag.List) []*capture.Capture {
		files, err := readFolder(name, nil)
		if err != nil {
			errs.Add(diag.Pos{File: name}, "", "%s", diag.FileProblem(err))
			return nil
		}
		return readers.Read(files, errs)
	}
	return drift.Input{Name: name, Host: hostOf(name), Read: read}
}

func readFolder(name string, without []string) ([]readers.File, error) {
	root, err := os.OpenRoot(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, err
	}
	var out []readers.File
	left := maxBytes
	for _, e := range entries {
		switch {
		case e.IsDir(), slices.Contains(without, path.Join(filepath.ToSlash(name), e.Name())):
			continue
		case !e.Type().IsRegular():
			return nil, fmt.Errorf("%s is not a regular file", e.Name())
		case len(out) == maxFiles:
			return nil, fmt.Errorf("it holds more than %d files", maxFiles)
		}
		data, err := readIn(root, e.Name(), left)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		left -= len(data)
		out = append(out, readers.File{Name: path.Join(name, e.Name()), Data: data})
	}
	return out, nil
}

func readIn(root *os.Root, name string, most int) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, errors.New("it is not a regular file"))
	}
	return readAll(f, most)
}

var errTooLarge = fmt.Errorf("the capture is larger than %d MiB", maxBytes>>20)

// readAll reads to the end. It returns an error after more than most bytes. It unpacks gzip.
func readAll(r io.Reader, most int) ([]byte, error) {
	data, err := readLimited(r, most)
	if err != nil || !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, err
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("gzip cannot unpack it: %w", err)
	}
	if data, err = readLimited(z, most); err != nil && !errors.Is(err, errTooLarge) {
		err = fmt.Errorf("gzip cannot unpack it: %w", err)
	}
	return data, err
}

func readLimited(r io.Reader, most int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err == nil && len(data) > most {
		return nil, errTooLarge
	}
	return data, err
}

// hostOf returns the host in the name of a file or folder: web1 for captures/web1.capture and for web1.nft.json.
func hostOf(name string) string {
	base := path.Base(filepath.ToSlash(name))
	for _, end := range []string{".gz", ".capture", ".json", ".txt", ".reg", ".pol", ".nft", ".save", ".rules", ".v4", ".v6", ".xml"} {
		base = strings.TrimSuffix(base, end)
	}
	return base
}

// unpackHead unpacks the beginning of a gzip file. It returns any other head unchanged.
func unpackHead(head []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(head))
	if err != nil {
		return head
	}
	text := make([]byte, len(head))
	n, _ := io.ReadFull(z, text)
	return text[:n]
}
