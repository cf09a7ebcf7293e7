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

// Cache is what a run notes for the next run. The zero value notes nothing.
type Cache struct {
	Files *workspace.Files // the files that the run read
	Call  []string         // the parts of the call that the files depend on

	Overwrite bool // replace files that no manifest lists, too
}

// begin starts the note of a run. It returns nil if a part of the input cannot be read again.
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

// cachePlace returns a name for what a run writes: a folder, or a part of one. It returns "" if there is no note
// for it.
func cachePlace(dir string, s workspace.Shard) string {
	path, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	return path + "\x00" + suffix(s)
}

// cacheKey returns a text that is equal for equal calls of the same program, or "" if the program is unknown.
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

// look returns what identifies a version of a file: size, mode, times of change, number of the file.
func look(info fs.FileInfo) string {
	number, changed := regular.Identity(info)
	return fmt.Sprintf("%d %o %d %d %d", info.Size(), info.Mode(), info.ModTime().UnixNano(), changed, number)
}

// UpToDate reports whether the last run in the folder had the same call and everything is unchanged since then. It
// returns the warnings of that run. It reads through files, which must be new.
func UpToDate(files *workspace.Files, dir string, s workspace.Shard, call []string) (warnings []string, ok bool) {
	key := cacheKey(call)
	if key == "" || isThere(filepath.Join(dir, journalNameOf(s))) { // a journal means that a run did not finish
		return nil, false
	}
	folder := "" // folder of the latest file; it is a folder and no link to one
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

// isThere reports whether something with that name may exist.
func isThere(name string) bool {
	_, err := os.Lstat(name)
	return !os.IsNotExist(err)
}
