package fleet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"rolewall/diag"
	"rolewall/internal/fleet/manifest"
	"rolewall/internal/fleet/regular"
	"rolewall/internal/fleet/runcache"
	"rolewall/internal/workspace"
)

// folderWriter writes the files of hosts in the order of their names, and reads what the manifests of earlier runs
// list.
type folderWriter struct {
	*Folder
	plan     *Plan
	journal  *journal
	merge    *Merge
	manifest *manifest.Writer
	temp     fs.FileInfo     // of the unfinished manifest
	ours     map[string]bool // files in a manifest or a journal, by "host/file"; nil if every file may be replaced
	cache    *runcache.Writer
}

// written is the result for one host.
type written struct {
	files HostFiles
	sums  map[string]string
	infos []fs.FileInfo
	err   error
}

// Write writes the scripts below dir, which it creates if necessary. It removes files of ours that are no longer
// wanted. It writes the manifest last, so a run that fails does not change it.
func (p *Plan) Write(ctx context.Context, dir string, c Cache, o Observer) error {
	t, err := openFolder(dir, p.Selection.Shard)
	if err != nil {
		return folderError(dir, err)
	}
	defer t.Close()
	names, err := t.oldManifests(p.Selection.Shard)
	if err != nil {
		return err
	}
	ours, err := t.listed(names)
	if err != nil {
		return err
	}
	p.warnLeftAlone(o)
	place := cachePlace(dir, p.Selection.Shard)
	runcache.Forget(place)
	journal, err := openJournal(t, p.Selection.Shard)
	if err != nil {
		return folderError(dir, err)
	}
	for name := range journal.left {
		ours[name] = true
	}
	if c.Overwrite {
		ours = nil
	}
	if err := t.sweep(journal); err != nil {
		return errors.Join(err, journal.abandon())
	}
	temp := tempName(journal.token, ManifestNameOf(p.Selection.Shard))
	f, err := t.Root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return errors.Join(err, journal.abandon())
	}
	defer f.Close()
	w := &folderWriter{Folder: t, plan: p, journal: journal, manifest: manifest.NewWriter(f), cache: c.begin(place, p), ours: ours}
	w.merge = &Merge{Selection: p.Selection, List: w.list, Orphaned: w.removeAll}
	if w.temp, err = f.Stat(); err != nil {
		return errors.Join(err, drop(t.Root, temp), journal.abandon())
	}
	if err := errors.Join(w.run(ctx, names, o), f.Close()); err != nil {
		w.cache.Abandon()
		return errors.Join(err, drop(t.Root, temp), journal.abandon())
	}
	return w.finish(temp)
}

// listed returns the files in manifests, by "host/file". A broken manifest is an error, so that a run stops before it
// writes anything.
func (t *Folder) listed(manifests []string) (map[string]bool, error) {
	out := map[string]bool{}
	for e, err := range manifest.ReadAll(t.Root, manifests) {
		if err != nil {
			return nil, err
		}
		for name := range e.Files {
			out[e.Host+"/"+name] = true
		}
	}
	return out, nil
}

// list adds an entry to the next manifest: new sums for the run's own files, old ones for others.
func (w *folderWriter) list(host string, h manifest.Entry) {
	w.manifest.Add(host, h)
	for name := range h.Files {
		if w.plan.Selection.Has(host, name) {
			delete(w.journal.left, host+"/"+name)
		}
	}
}

// finish puts the manifest in its place and removes what it replaces.
func (w *folderWriter) finish(temp string) error {
	s := w.plan.Selection.Shard
	name := ManifestNameOf(s)
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
	info, err := w.Root.Lstat(name)
	if err != nil {
		return err
	}
	w.cache.Add(runcache.Fact{Kind: "file", Value: look(info), Text: name})
	w.cache.Finish()
	return nil
}

// settle renames a finished file, unless the existing file has the same bytes.
func (w *folderWriter) settle(temp, name string) error {
	if info, err := w.Root.Lstat(temp); err != nil || !os.SameFile(w.temp, info) {
		return errors.Join(regular.ErrChanged(temp), err)
	}
	if info, err := w.Root.Lstat(name); err == nil && goodMode(info.Mode(), false) && sameBytes(w.Root, temp, name) {
		return drop(w.Root, temp)
	}
	return w.Root.Rename(temp, name)
}

// sameBytes compares two regular files.
func sameBytes(root *os.Root, a, b string) bool {
	fa, _, err := regular.Open(root, a, os.O_RDONLY)
	if err != nil {
		return false
	}
	defer fa.Close()
	fb, _, err := regular.Open(root, b, os.O_RDONLY)
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

func (w *folderWriter) run(ctx context.Context, manifests []string, o Observer) error {
	err := w.merge.Start(w.Root, manifests)
	defer w.merge.Stop()
	if err != nil {
		return err
	}
	hosts := w.plan.Hosts
	o.Progress(0, len(hosts))
	err = workspace.Ordered(ctx, len(hosts), func(i int) written { return w.host(ctx, i) }, func(i int, x written) error {
		o.Progress(i+1, len(hosts))
		if x.err != nil {
			return diag.Prefix(hosts[i].Name+": ", x.err)
		}
		return w.note(x)
	})
	if err != nil {
		return err
	}
	bundles, err := w.plan.Bundles()
	if err != nil {
		return err
	}
	for _, files := range bundles {
		x := w.writeFiles(files)
		if x.err == nil {
			x.err = w.note(x)
		}
		if x.err != nil {
			return diag.Prefix(files.Host+": ", x.err)
		}
	}
	if err := w.merge.Finish(); err != nil {
		return err
	}
	w.manifest.Catalog = w.plan.catalog()
	if w.merge.Kept {
		old, err := manifest.ReadCatalog(w.Root, manifests)
		if err != nil {
			return err
		}
		if old.Digest != w.manifest.Catalog.Digest {
			w.manifest.Catalog = manifest.Catalog{}
		}
	}
	return w.manifest.Close()
}

// host makes and writes the files of one host.
func (w *folderWriter) host(ctx context.Context, i int) written {
	files, err := workspace.Await(ctx, func() (HostFiles, error) { return w.plan.Files(w.plan.Hosts[i]) })
	if err != nil {
		return written{err: err}
	}
	return w.writeFiles(files)
}

// writeFiles writes the files of a host or a bundle, and frees their bytes.
func (w *folderWriter) writeFiles(files HostFiles) written {
	x := written{files: files, sums: make(map[string]string, len(files.Files))}
	for i, f := range files.Files {
		x.sums[f.Name] = Digest(f.Data)
		defer func() { x.files.Files[i].Data = nil }()
	}
	if len(files.Files) > 0 {
		x.infos, x.err = w.writeHost(files, x.sums)
	}
	return x
}

// checkOurs reports existing files of a host that no manifest lists and that differ from the plan: somebody else
// made them.
func (w *folderWriter) checkOurs(h HostFiles) error {
	errs := &diag.List{}
	for _, f := range h.Files {
		name := h.Host + "/" + f.Name
		if w.ours == nil || w.ours[name] {
			continue
		}
		info, err := w.Root.Lstat(name)
		if err != nil || !info.Mode().IsRegular() { // nothing there, or something that is handled elsewhere
			continue
		}
		if old, err := regular.Read(w.Root, name); err == nil && !bytes.Equal(old, f.Data) {
			errs.Add(diag.Pos{}, "move it away, or let --force replace it", "%s is there, and no manifest lists it: rolewall did not make it", name)
		}
	}
	return errs.Err()
}

// note adds a written host to the next manifest.
func (w *folderWriter) note(x written) error {
	err := w.merge.Add(x.files.Host, x.files.entry(x.sums))
	if err != nil {
		return err
	}
	for i, f := range x.files.Files {
		w.cache.Add(runcache.Fact{Kind: "file", Value: look(x.infos[i]), Text: x.files.Host + "/" + f.Name})
	}
	return nil
}
