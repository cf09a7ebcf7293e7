package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"rolewall/internal/workspace"
	"rolewall/policy"

	"github.com/urfave/cli/v2"
)

// writeFolder writes the scripts below dir. One that does not exist yet is filled beside its place, unseen, and gets its
// name when it is whole; parts, which meet in one folder, are written where they stay.
func (p *plan) writeFolder(c *cli.Context, dir, key string) error {
	allowPolicy()
	if _, base := splitPath(dir); strings.HasPrefix(base, newMark) {
		return usage("choose another name", "%s is the name of a folder that is not whole yet", base)
	}
	if p.sel.Shard.Of == 0 {
		n, err := openNewFolder(dir)
		if err != nil {
			return err
		}
		if n != nil {
			return ifStopped(n.finish(p.writeTree(c, n.tree, key)), "nothing was written")
		}
	}
	t, err := openTree(dir, p.sel.Shard)
	if err != nil {
		return err
	}
	defer t.close()
	forgetKilled(dir)
	return ifStopped(p.writeTree(c, t, key), "every file is old or new, and the manifest is as it was")
}

// newFolder is a folder that is not there yet. A journal lies in it until it has its name: where a killed run left it, the
// next one knows it for ours.
type newFolder struct {
	*tree
	name    string
	parents []string // that were made for it, innermost first
}

// below is the path of what lies in a folder, whose own path stays as it is.
func below(dir, name string) string { return dir + string(filepath.Separator) + name }

// openNewFolder begins a folder that does not exist; nil where it does, or can have no other name for a while.
func openNewFolder(dir string) (*newFolder, error) {
	parent, base := splitPath(dir)
	const longest = 255 // bytes of a name, on most systems
	if !isAbsent(dir) || base == "." || base == ".." || len(newMark+base) > longest {
		return nil, nil
	}
	temp := unfinished(dir)
	if info, err := os.Lstat(temp); err == nil && !info.IsDir() {
		return nil, errInTheWay(temp)
	}
	n := &newFolder{name: parent + base, parents: absentParents(parent)}
	var err error
	if n.tree, err = openTree(temp, workspace.Shard{}); err != nil {
		n.removeParents()
		return nil, err
	}
	if err := n.clear(); err != nil {
		n.close()
		return nil, err
	}
	if !isAbsent(dir) { // another run was faster
		defer n.close()
		return nil, n.remove()
	}
	n.unseen = true
	return n, nil
}

func isAbsent(name string) bool {
	_, err := os.Lstat(name)
	return errors.Is(err, fs.ErrNotExist)
}

// absentParents lists the folders that will be made for a folder, innermost first.
func absentParents(dir string) []string {
	var out []string
	for {
		parent, base := splitPath(dir)
		if base == "" || !isAbsent(dir) {
			return out
		}
		if base != ".." {
			out = append(out, dir)
		}
		dir = parent
	}
}

func errInTheWay(name string) error {
	return usage("rename or remove it; a new folder is filled under that name first", "%s is in the way", name)
}

// clear removes what a killed run left in the folder, but for the journal. Where anything is in it that is not ours,
// nothing is removed.
func (n *newFolder) clear() error {
	entries, err := os.ReadDir(n.dir)
	if err != nil || len(entries) == 0 {
		return err
	}
	isJournal := func(e fs.DirEntry) bool { return e.Name() == journalName && e.Type().IsRegular() }
	if !slices.ContainsFunc(entries, isJournal) || slices.ContainsFunc(entries, n.isForeign) {
		return errInTheWay(n.dir)
	}
	for _, e := range entries {
		if !isJournal(e) {
			err = errors.Join(err, os.RemoveAll(below(n.dir, e.Name())))
		}
	}
	return err
}

// isForeign reports whether no run of ours would leave that in a new folder: of folders those of hosts, and in these
// files alone.
func (n *newFolder) isForeign(e fs.DirEntry) bool {
	name := e.Name()
	switch {
	case strings.HasPrefix(name, newMark) || strings.HasPrefix(name, cacheName) || strings.HasPrefix(name, journalName):
		return !e.Type().IsRegular()
	case !e.IsDir():
		return name != manifestName
	case !policy.IsHostName(name):
		return true
	}
	files, err := os.ReadDir(below(n.dir, name))
	return err != nil || slices.ContainsFunc(files, func(f fs.DirEntry) bool { return !f.Type().IsRegular() })
}

// remove removes the folder, and the journal last: killed before that, a run leaves what the next one knows.
func (n *newFolder) remove() error {
	if err := n.clear(); err != nil {
		return err
	}
	err := errors.Join(os.RemoveAll(below(n.dir, journalName)), os.Remove(n.dir))
	n.removeParents()
	return err
}

func (n *newFolder) removeParents() {
	for _, p := range n.parents {
		_ = os.Remove(p) // stays where others' things lie in it
	}
}

// finish gives the folder its name, or removes it where err says that it did not become whole.
func (n *newFolder) finish(err error) error {
	defer n.close()
	if runtime.GOOS == "windows" { // which renames and removes no open folder
		n.close()
	}
	if err == nil {
		if err = os.Rename(n.dir, n.name); err == nil {
			return os.Remove(below(n.name, journalName))
		}
		if !isAbsent(n.name) {
			err = usage("run it again", "%s was made while this run was on", n.name)
		}
	}
	return errors.Join(err, n.remove())
}

// forgetKilled removes what a killed run left of the folder when it was new, and nothing that may not be ours.
func forgetKilled(dir string) {
	temp := unfinished(dir)
	if info, err := os.Lstat(temp); err != nil || !info.IsDir() {
		return
	}
	if isAbsent(below(temp, journalName)) { // an empty folder may be anyone's
		return
	}
	if t, err := openTree(temp, workspace.Shard{}); err == nil {
		defer t.close()
		n := &newFolder{tree: t}
		if n.clear() == nil {
			_ = n.remove() // the next run does where this fails
		}
	}
}
