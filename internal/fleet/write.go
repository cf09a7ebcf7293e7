package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"rolewall/internal/term"
	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

// treeWriter writes the files of hosts, in the order of their names, beside what the manifests of earlier runs list.
type treeWriter struct {
	*tree
	plan     *plan
	journal  *journal
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

// writeTree writes the scripts into a folder, removes files of ours that are asked for no more, and writes the manifest
// last, so that a run that fails leaves it as it was.
func (p *plan) writeTree(c *cli.Context, t *tree, key string) error {
	names, err := t.oldManifests(p.sel.Shard)
	if err != nil {
		return err
	}
	for _, err := range readManifests(t.root, names) { // a broken manifest stops the run before anything is written
		if err != nil {
			return err
		}
	}
	if err := drop(t.root, cacheNameOf(p.sel.Shard)); err != nil { // it holds no longer
		return err
	}
	journal, err := openJournal(t, p.sel.Shard)
	if err != nil {
		return err
	}
	if err := t.sweep(journal); err != nil {
		return errors.Join(err, journal.abandon())
	}
	temp := newMark + manifestNameOf(p.sel.Shard)
	f, err := t.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return errors.Join(err, journal.abandon())
	}
	defer f.Close()
	w := &treeWriter{tree: t, plan: p, journal: journal, manifest: newManifestWriter(f), cache: newCacheWriter(t, p, key)}
	w.merge = &manifestMerge{sel: p.sel, list: w.list, gone: w.removeAll}
	if err := errors.Join(w.run(c, names), f.Close()); err != nil {
		return errors.Join(err, drop(t.root, temp), w.cache.abandon(), journal.abandon())
	}
	return w.finish(temp)
}

// list notes what the next manifest lists: of the run's own files what they are, of others what they were.
func (w *treeWriter) list(host string, h manifestHost) {
	w.manifest.add(host, h)
	for name := range h.Files {
		if w.plan.sel.Has(host, name) {
			delete(w.journal.left, host+"/"+name)
		}
	}
}

// finish puts the manifest in its place and takes away what it replaces.
func (w *treeWriter) finish(temp string) error {
	s := w.plan.sel.Shard
	name := manifestNameOf(s)
	if err := errors.Join(w.removeUnlisted(), w.settle(temp, name)); err != nil {
		return errors.Join(err, w.journal.abandon())
	}
	if s.Of == 0 {
		if err := w.dropParts(); err != nil {
			return errors.Join(err, w.journal.abandon())
		}
	}
	if err := w.journal.finish(); err != nil {
		return err
	}
	w.cache.finish(name)
	return nil
}

// settle renames a finished file, unless the one in its place has the same bytes.
func (w *treeWriter) settle(temp, name string) error {
	if info, err := w.root.Lstat(name); err == nil && goodMode(info.Mode(), false) && sameBytes(w.root, temp, name) {
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
	progress := term.NewProgress(w.plan.stderr, len(hosts))
	defer progress.Clear()
	err = workspace.Ordered(c.Context, len(hosts), func(i int) written { return w.host(i) }, func(i int, x written) error {
		progress.Done(i + 1)
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
	x.infos, x.err = w.put(files, func() error { return w.journal.announce(files.host, x.sums) })
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
