package check

import (
	"bytes"
	"errors"
	"io/fs"
	"path"

	"rolewall/diag"
	"rolewall/internal/fleet"
	"rolewall/internal/fleet/regular"
)

// checkFile compares one file of a host and reports whether it differs. If the bytes differ, the finding has both.
// isFolder says whether the host's folder is a folder.
func (k *checker) checkFile(host string, want fleet.File, isFolder bool) (Finding, bool) {
	out := Finding{Kind: Stale, File: path.Join(host, want.Name)}
	if !isFolder {
		out.What = host + " is not a folder"
		return out, true
	}
	info, err := k.folder.Root.Lstat(out.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		out.Kind, out.What = Missing, "it does not exist"
		return out, true
	case err != nil:
		out.What = "it cannot be read: " + plainFileError(err)
		return out, true
	case !info.Mode().IsRegular():
		out.What = "it is not a regular file"
		return out, true
	}
	have, err := regular.Read(k.folder.Root, out.File)
	switch {
	case err != nil:
		out.What = "it cannot be read: " + plainFileError(err)
	case !bytes.Equal(have, want.Data):
		out.What = bytesText(have, want.Data)
		out.Diff = &Diff{Old: have, New: want.Data}
		out.Line = firstDifference(have, want.Data)
	default:
		out.What = fleet.WrongMode(info.Mode(), want.Executable)
	}
	return out, out.What != ""
}

// firstDifference returns the number, from 1, of the first line that differs.
func firstDifference(have, want []byte) int {
	n := 0
	for n < len(have) && n < len(want) && have[n] == want[n] {
		n++
	}
	return bytes.Count(have[:n], []byte("\n")) + 1
}

// bytesText returns in a few words how two texts differ.
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

// plainFileError removes the path, which the finding has already.
func plainFileError(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
		return d.Message
	}
	return err.Error()
}
