package workspace

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Files reads policies and what belongs to them from disk, and "-" from stdin. It remembers what it read, so that a later
// run can ask whether all of it is the same. It satisfies policy.Files.
type Files struct {
	stdin io.Reader
	files map[string]string // name to digest
	globs map[string]string // pattern to digest of the names it gave
	once  bool              // something was read that cannot be read again
}

// Input is something that was read: the bytes of a file, or the names that a pattern gave.
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

// ReadFile returns the bytes of a file with lines that end in LF.
func (f *Files) ReadFile(name string) ([]byte, error) {
	if name == "-" {
		f.once = true
		data, err := io.ReadAll(f.stdin)
		return plainLines(data), err
	}
	data, err := os.ReadFile(filepath.FromSlash(name))
	if err == nil {
		f.files[name] = digest(data)
	}
	return plainLines(data), err
}

// plainLines ends lines in LF, so that a text of several lines is the same where git checks files out with CR LF.
func plainLines(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) }

// Glob lists the files that match a pattern.
func (f *Files) Glob(pattern string) ([]string, error) {
	names, err := filepath.Glob(filepath.FromSlash(pattern))
	for i, n := range names {
		names[i] = filepath.ToSlash(n)
	}
	f.globs[pattern] = digest([]byte(strings.Join(names, "\n")))
	return names, err
}

// Inputs lists what was read, in a fixed order. It reports false where a part of it, as stdin, cannot be read again.
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
