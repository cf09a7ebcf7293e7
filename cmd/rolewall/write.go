package main

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"slices"

	"github.com/urfave/cli/v2"
)

// treeWriter writes the files of hosts, in the order of their names, beside what the manifests of earlier runs list.
type treeWriter struct {
	*tree
	plan     *plan
	manifest *manifestWriter
	cache    *cacheWriter
	nextOld  func() (manifestEntry, error, bool)
	old      manifestEntry // not yet dealt with
	hasOld   bool
}

// written is what became of one host.
type written struct {
	files hostFiles
	sums  map[string]string
	infos []fs.FileInfo
	err   error
}

// writeTree writes the scripts below dir, removes files of ours that are asked for no more, and writes the manifest
// last, so that a run that fails leaves it as it was.
func (p *plan) writeTree(c *cli.Context, dir string) error {
	t, err := openTree(dir)
	if err != nil {
		return err
	}
	defer t.root.Close()
	names, err := t.oldManifests(p.sel.shard)
	if err != nil {
		return err
	}
	for _, err := range readManifests(t.root, names) { // a broken manifest stops the run before anything is written
		if err != nil {
			return err
		}
	}
	temp := newMark + manifestName
	f, err := t.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	next, stop := iter.Pull2(readManifests(t.root, names))
	defer stop()
	w := &treeWriter{tree: t, plan: p, manifest: newManifestWriter(f), nextOld: next, cache: newCacheWriter(t, p, c)}
	if err := errors.Join(w.run(c), f.Close()); err != nil {
		return errors.Join(err, drop(t.root, temp), w.cache.abandon())
	}
	return w.finish(temp, names)
}

// finish puts the manifest in its place and takes away those that it replaces.
func (w *treeWriter) finish(temp string, old []string) error {
	name := w.plan.sel.shard.manifestName()
	if err := w.settle(temp, name); err != nil {
		return err
	}
	for _, o := range old {
		if o != name {
			if err := drop(w.root, o); err != nil {
				return err
			}
		}
	}
	return w.cache.finish(name)
}

// settle renames a finished file, unless the one in its place has the same bytes.
func (w *treeWriter) settle(temp, name string) error {
	before, err := read(w.root, name)
	if err == nil {
		if now, err := read(w.root, temp); err == nil && string(before) == string(now) {
			return drop(w.root, temp)
		}
	}
	return w.root.Rename(temp, name)
}

func (w *treeWriter) run(c *cli.Context) error {
	if err := w.advance(); err != nil {
		return err
	}
	hosts := w.plan.hosts
	progress := newProgress(w.plan.stderr, len(hosts))
	defer progress.clear()
	err := ordered(c.Context, len(hosts), func(i int) written { return w.host(i) }, func(i int, x written) error {
		progress.done(i + 1)
		if x.err != nil {
			return fmt.Errorf("%s: %w", hosts[i].Name, x.err)
		}
		return w.note(x)
	})
	if err != nil {
		return err
	}
	for w.hasOld {
		if err := w.noteOld(); err != nil {
			return err
		}
	}
	return w.manifest.close()
}

// host makes and writes the files of one host.
func (w *treeWriter) host(i int) written {
	files, err := w.plan.files(w.plan.hosts[i])
	if err != nil {
		return written{err: err}
	}
	x := written{files: files, sums: make(map[string]string, len(files.files))}
	for i, f := range files.files {
		x.sums[f.name] = digest(f.data)
		defer func() { x.files.files[i].data = nil }()
	}
	x.infos, x.err = w.put(files)
	return x
}

// advance reads the next entry of the old manifests.
func (w *treeWriter) advance() error {
	e, err, more := w.nextOld()
	w.old, w.hasOld = e, more
	return err
}

// note lists a host that was written.
func (w *treeWriter) note(x written) error {
	for w.hasOld && w.old.host < x.files.host {
		if err := w.noteOld(); err != nil {
			return err
		}
	}
	entry := manifestHost{OS: x.files.os, Roles: x.files.roles, Files: x.sums}
	if w.hasOld && w.old.host == x.files.host {
		if err := w.keep(entry.Files); err != nil {
			return err
		}
		if err := w.advance(); err != nil {
			return err
		}
	}
	w.manifest.add(x.files.host, entry)
	w.cache.add(x)
	return nil
}

// noteOld deals with a host that this run does not write: what the selection leaves alone stays listed, the rest goes.
func (w *treeWriter) noteOld() error {
	kept := manifestHost{OS: w.old.OS, Roles: w.old.Roles, Files: map[string]string{}}
	if err := w.keep(kept.Files); err != nil {
		return err
	}
	if len(kept.Files) > 0 {
		w.manifest.add(w.old.host, kept)
	}
	return w.advance()
}

// keep takes over the old entry's files that the selection leaves alone, and removes those that are asked for no more.
func (w *treeWriter) keep(files map[string]string) error {
	removed := false
	for _, name := range slices.Sorted(maps.Keys(w.old.Files)) {
		if _, wanted := files[name]; wanted {
			continue
		}
		if !w.plan.sel.has(w.old.host, name) {
			files[name] = w.old.Files[name]
			continue
		}
		gone, err := w.remove(w.old.host, name, w.old.Files[name])
		if err != nil {
			return fmt.Errorf("%s: %w", w.old.host, err)
		}
		removed = removed || gone
	}
	if removed && len(files) == 0 {
		_ = w.root.Remove(w.old.host) // stays where others' files lie in it
	}
	return nil
}

// remove removes a file of ours while its bytes are still those that we wrote; a link on the way is left alone.
func (w *treeWriter) remove(host, name, sum string) (bool, error) {
	if info, err := w.root.Lstat(host); err != nil || !info.IsDir() {
		return false, nil
	}
	path := host + "/" + name
	data, err := read(w.root, path)
	if err != nil || digest(data) != sum {
		return false, nil
	}
	return true, drop(w.root, path)
}
