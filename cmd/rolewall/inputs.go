package main

import (
	"bytes"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// inputs reads policies from disk, and "-" from stdin, and remembers what it read: the cache of a later run asks
// whether all of it is still the same.
type inputs struct {
	stdin io.Reader
	files map[string]string // name to digest
	globs map[string]string // pattern to digest of the names it gave
	once  bool              // something was read that cannot be read again
}

func newInputs(stdin io.Reader) *inputs {
	return &inputs{stdin: stdin, files: map[string]string{}, globs: map[string]string{}}
}

func (in *inputs) ReadFile(name string) ([]byte, error) {
	if name == "-" {
		in.once = true
		data, err := io.ReadAll(in.stdin)
		return plainLines(data), err
	}
	data, err := os.ReadFile(filepath.FromSlash(name))
	if err == nil {
		in.files[name] = digest(data)
		allowFile(len(data))
	}
	return plainLines(data), err
}

// plainLines ends lines in LF, so that a text of several lines is the same where git checks files out with CR LF.
func plainLines(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) }

func (in *inputs) Glob(pattern string) ([]string, error) {
	names, err := filepath.Glob(filepath.FromSlash(pattern))
	for i, n := range names {
		names[i] = filepath.ToSlash(n)
	}
	in.globs[pattern] = digest([]byte(strings.Join(names, "\n")))
	return names, err
}

// facts says what was read, for the cache.
func (in *inputs) facts() []cacheFact {
	var out []cacheFact
	for _, name := range slices.Sorted(maps.Keys(in.files)) {
		out = append(out, cacheFact{"read", in.files[name], name})
	}
	for _, pattern := range slices.Sorted(maps.Keys(in.globs)) {
		out = append(out, cacheFact{"glob", in.globs[pattern], pattern})
	}
	return out
}

// unchanged reports whether one of facts is still true.
func (in *inputs) unchanged(f cacheFact) bool {
	switch f.kind {
	case "read":
		_, err := in.ReadFile(f.text)
		return err == nil && in.files[f.text] == f.value
	case "glob":
		_, err := in.Glob(f.text)
		return err == nil && in.globs[f.text] == f.value
	}
	return false
}
