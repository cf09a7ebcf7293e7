package workspace

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The limits of what a run reads. They keep a policy from exhausting the machine, for example by naming a device
// that has no end.
const (
	maxFile      = 32 << 20  // bytes of one file, or of stdin
	maxRead      = 128 << 20 // bytes of all files of a run
	maxFiles     = 10_000    // files that a run reads, and files that a pattern matches
	maxWildcards = 3         // parts of a pattern that may have wildcards, since each may list the whole disk
)

// Files reads policies and the files that belong to them from disk, and "-" from stdin. It keeps digests of what
// it read, so that a later run can check whether all of it is unchanged. It satisfies policy.Files. Errors name
// limits in the administrator's words.
type Files struct {
	stdin io.Reader
	named string            // named by the call, so it may be a pipe
	files map[string]string // digest by name
	globs map[string]string // digest of the matching names, by pattern
	once  bool              // something was read that cannot be read again
	bytes int64             // bytes read so far
}

// Input is something that was read: the bytes of a file, or the names that match a pattern.
type Input struct {
	Kind   InputKind
	Name   string // the file, or the pattern
	Digest string // SHA-256 in hex
}

// InputKind says what was read.
type InputKind string

// The kinds of inputs.
const (
	InputFile InputKind = "read"
	InputGlob InputKind = "glob"
)

// NewFiles returns a reader of files that reads "-" from stdin.
func NewFiles(stdin io.Reader) *Files {
	return &Files{stdin: stdin, files: map[string]string{}, globs: map[string]string{}}
}

// ReadFile returns the bytes of a file, with LF at the ends of lines. A file that another file names must be a
// regular file.
func (f *Files) ReadFile(name string) ([]byte, error) {
	if name == "-" {
		f.once = true
		data, err := f.readAll(f.stdin)
		return plainLines(data), err
	}
	if len(f.files) >= maxFiles {
		return nil, fmt.Errorf("a run reads at most %d files", maxFiles)
	}
	file, err := f.open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := f.readAll(file)
	if err == nil {
		f.files[name] = digest(data)
	}
	return plainLines(data), err
}

// open opens a regular file. A special file such as those of /proc has size 0, and is read as the empty file that
// it appears to be.
func (f *Files) open(name string) (io.ReadCloser, error) {
	path := filepath.FromSlash(name)
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	isPipe := info.Mode()&os.ModeNamedPipe != 0 && name == f.named
	switch {
	case info.IsDir():
		return nil, errors.New("it is a folder")
	case !info.Mode().IsRegular() && !isPipe:
		return nil, errors.New("it is not a regular file")
	case isPipe:
		f.once = true
	case info.Size() == 0:
		return io.NopCloser(strings.NewReader("")), nil
	}
	return os.Open(path)
}

// readAll reads to the end. It returns an error above the limit.
func (f *Files) readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, min(maxFile, maxRead-f.bytes)+1))
	f.bytes += int64(len(data))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxFile:
		return nil, fmt.Errorf("it is larger than %d MiB", maxFile>>20)
	case f.bytes > maxRead:
		return nil, fmt.Errorf("the files of this run are larger than %d MiB together", maxRead>>20)
	}
	return data, nil
}

// plainLines replaces CR LF by LF, so that a text of several lines is the same where git checks files out with CR
// LF.
func plainLines(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) }

// Glob returns the files that match a pattern.
func (f *Files) Glob(pattern string) ([]string, error) {
	if wildcards(pattern) > maxWildcards {
		return nil, fmt.Errorf("more than %d parts of the path have wildcards", maxWildcards)
	}
	names, err := filepath.Glob(filepath.FromSlash(pattern))
	if len(names) > maxFiles {
		return nil, fmt.Errorf("it matches %d files, and a run reads at most %d", len(names), maxFiles)
	}
	for i, n := range names {
		names[i] = filepath.ToSlash(n)
	}
	f.globs[pattern] = digest([]byte(strings.Join(names, "\n")))
	return names, err
}

// wildcards returns the number of parts of a path that have wildcards.
func wildcards(pattern string) int {
	n := 0
	for part := range strings.SplitSeq(pattern, "/") {
		if strings.ContainsAny(part, `*?[\`) {
			n++
		}
	}
	return n
}

// Inputs returns what was read, in a fixed order. It returns false if a part, such as stdin, cannot be read again.
func (f *Files) Inputs() (list []Input, again bool) {
	for _, name := range slices.Sorted(maps.Keys(f.files)) {
		list = append(list, Input{InputFile, name, f.files[name]})
	}
	for _, pattern := range slices.Sorted(maps.Keys(f.globs)) {
		list = append(list, Input{InputGlob, pattern, f.globs[pattern]})
	}
	return list, !f.once
}

// Unchanged reads an input again and reports whether it is the same.
func (f *Files) Unchanged(in Input) bool {
	switch in.Kind {
	case InputFile:
		_, err := f.ReadFile(in.Name)
		return err == nil && f.files[in.Name] == in.Digest
	case InputGlob:
		_, err := f.Glob(in.Name)
		return err == nil && f.globs[in.Name] == in.Digest
	}
	return false
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
