package fleet

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rolewall/internal/fleet/regular"
	"rolewall/internal/fleet/runcache"
	"rolewall/internal/workspace"
)

// Cache is what a run notes for the next one. The zero value notes nothing.
type Cache struct {
	Files *workspace.Files // what the run read
	Call  []string         // what of the call the files depend on

	Overwrite bool // replace files that no manifest lists, too
}

// begin starts the note of a run; nothing comes of it where a part of what was read cannot be read again.
func (c Cache) begin(place string, p *Plan) *runcache.Writer {
	key := cacheKey(c.Call)
	if key == "" {
		return nil
	}
	inputs, again := c.Files.Inputs()
	if !again {
		return nil
	}
	w := runcache.Begin(place, key)
	for _, in := range inputs {
		w.Add(runcache.Fact{Kind: string(in.Kind), Value: in.Digest, Text: in.Name})
	}
	for _, text := range p.warnings {
		w.Add(runcache.Fact{Kind: "warning", Text: text})
	}
	return w
}

// cachePlace names what a run writes: a folder, or its part. Empty is a place that has no note.
func cachePlace(dir string, s workspace.Shard) string {
	path, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	return path + "\x00" + suffix(s)
}

// cacheKey is equal for equal calls of the same program; empty where the program cannot be told.
func cacheKey(call []string) string {
	exe, err := os.Executable()
	if err != nil || len(call) == 0 {
		return ""
	}
	info, err := os.Stat(exe)
	if err != nil {
		return ""
	}
	return Digest(fmt.Appendf(nil, "%s %q", look(info), call))
}

// look is what a file looks like: size, mode, when its bytes and when anything of it changed, number of the file.
func look(info fs.FileInfo) string {
	number, changed := regular.Identity(info)
	return fmt.Sprintf("%d %o %d %d %d", info.Size(), info.Mode(), info.ModTime().UnixNano(), changed, number)
}

// UpToDate reports whether the same call has been here and everything is as it left it. It returns the warnings of that
// call. It reads with files, which must be fresh.
func UpToDate(files *workspace.Files, dir string, s workspace.Shard, call []string) (warnings []string, ok bool) {
	key := cacheKey(call)
	if key == "" || isThere(filepath.Join(dir, journalNameOf(s))) { // a journal is there where a run did not end
		return nil, false
	}
	folder := "" // that of the latest file, which is a folder and no link to one
	holds := func(f runcache.Fact) bool {
		switch f.Kind {
		case "warning":
			warnings = append(warnings, f.Text)
			return true
		case "file":
			if host, _, below := strings.Cut(f.Text, "/"); below && host != folder {
				if info, err := os.Lstat(filepath.Join(dir, host)); err != nil || !info.IsDir() {
					return false
				}
				folder = host
			}
			info, err := os.Lstat(filepath.Join(dir, f.Text))
			return err == nil && info.Mode().IsRegular() && look(info) == f.Value
		}
		return files.Unchanged(workspace.Input{Kind: workspace.InputKind(f.Kind), Name: f.Text, Digest: f.Value})
	}
	return warnings, runcache.Holds(cachePlace(dir, s), key, holds)
}

// isThere reports whether something may be of that name.
func isThere(name string) bool {
	_, err := os.Lstat(name)
	return !os.IsNotExist(err)
}
