package main

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
)

// checkFile compares one file. Where its bytes differ, the finding holds both.
func (k *checker) checkFile(host string, want file, isFolder bool) (fault, bool) {
	out := fault{Kind: stale, File: path.Join(host, want.name)}
	if !isFolder {
		out.What = host + " is no folder"
		return out, true
	}
	info, err := k.root.Lstat(out.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		out.Kind, out.What = missing, "it does not exist"
		return out, true
	case err != nil:
		out.What = "it cannot be read: " + plainFileError(err)
		return out, true
	case !info.Mode().IsRegular():
		out.What = "it is no regular file"
		return out, true
	}
	have, err := k.root.ReadFile(out.File)
	switch {
	case err != nil:
		out.What = "it cannot be read: " + plainFileError(err)
	case !bytes.Equal(have, want.data):
		out.What = bytesText(have, want.data)
		out.Diff = &fileDiff{old: have, new: want.data}
		out.Line = firstDifference(have, want.data)
	default:
		out.What = wrongMode(info.Mode(), want.executable)
	}
	return out, out.What != ""
}

// firstDifference is the first line, from 1, that differs.
func firstDifference(have, want []byte) int {
	n := 0
	for n < len(have) && n < len(want) && have[n] == want[n] {
		n++
	}
	return bytes.Count(have[:n], []byte("\n")) + 1
}

// bytesText says how two texts differ at a glance.
func bytesText(have, want []byte) string {
	plain := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }
	if bytes.Equal(plain(have), plain(want)) {
		if bytes.Contains(want, []byte("\r\n")) {
			return "its lines end in LF, not in CR LF"
		}
		return "its lines end in CR LF, not in LF"
	}
	return "its bytes differ"
}

// plainFileError leaves out the path, which the finding names.
func plainFileError(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}
