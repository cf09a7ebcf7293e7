package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/urfave/cli/v2"
)

// treeWriter writes the files of hosts, in the order of their names, beside what the manifests of earlier runs list.
type treeWriter struct {
	*tree
	plan     *plan
	merge    *manifestMerge
	manifest *manifestWriter
	cache    *cacheWriter
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
	w := &treeWriter{tree: t, plan: p, manifest: newManifestWriter(f), cache: newCacheWriter(t, p, c)}
	w.merge = &manifestMerge{sel: p.sel, list: w.manifest.add, gone: w.removeAll}
	if err := errors.Join(w.run(c, names), f.Close()); err != nil {
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
	if sameBytes(w.root, temp, name) {
		return drop(w.root, temp)
	}
	return w.root.Rename(temp, name)
}

// sameBytes compares two regular files piece by piece.
func sameBytes(root *os.Root, a, b string) bool {
	if info, err := root.Lstat(b); err != nil || !info.Mode().IsRegular() {
		return false
	}
	fa, err := root.Open(a)
	if err != nil {
		return false
	}
	defer fa.Close()
	fb, err := root.Open(b)
	if err != nil {
		return false
	}
	defer fb.Close()
	pa, pb := make([]byte, 1<<16), make([]byte, 1<<16)
	for {
		na, errA := io.ReadFull(fa, pa)
		nb, errB := io.ReadFull(fb, pb)
		if !bytes.Equal(pa[:na], pb[:nb]) {
			return false
		}
		if errA != nil || errB != nil {
			return errA == errB && (errA == io.EOF || errA == io.ErrUnexpectedEOF)
		}
	}
}

func (w *treeWriter) run(c *cli.Context, manifests []string) error {
	err := w.merge.start(w.root, manifests)
	defer w.merge.stop()
	if err != nil {
		return err
	}
	hosts := w.plan.hosts
	progress := newProgress(w.plan.stderr, len(hosts))
	defer progress.clear()
	err = ordered(c.Context, len(hosts), func(i int) written { return w.host(i) }, func(i int, x written) error {
		progress.done(i + 1)
		if x.err != nil {
			return fmt.Errorf("%s: %w", hosts[i].Name, x.err)
		}
		return w.note(x)
	})
	if err != nil {
		return err
	}
	if err := w.merge.finish(); err != nil {
		return err
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

// note lists a host that was written.
func (w *treeWriter) note(x written) error {
	err := w.merge.add(x.files.host, manifestHost{OS: x.files.os, Roles: x.files.roles, Files: x.sums})
	if err == nil {
		w.cache.add(x)
	}
	return err
}

// removeAll removes files of a host that are asked for no more, and the folder that is empty then.
func (w *treeWriter) removeAll(host string, files map[string]string, left int) error {
	removed := false
	for _, name := range slices.Sorted(maps.Keys(files)) {
		gone, err := w.remove(host, name, files[name])
		if err != nil {
			return fmt.Errorf("%s: %w", host, err)
		}
		removed = removed || gone
	}
	if removed && left == 0 {
		_ = w.root.Remove(host) // stays where others' files lie in it
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
