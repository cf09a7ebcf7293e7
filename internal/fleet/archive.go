package fleet

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"strings"

	"rolewall/diag"
	"rolewall/internal/fleet/manifest"
	"rolewall/internal/workspace"
)

// WriteArchive writes the files of all chosen hosts and the manifest as one archive. The same policy gives the
// same bytes. The ending of name gives the kind: .tar, .tar.gz or .tgz.
func (p *Plan) WriteArchive(ctx context.Context, name string, o Observer) error {
	zipped := strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz")
	if !zipped && !strings.HasSuffix(name, ".tar") {
		return diag.Errorf("--archive rules.tar.gz", "the archive %s is neither .tar nor .tar.gz", name)
	}
	p.warnLeftAlone(o)
	f, err := newFileFor(name)
	if err != nil {
		return err
	}
	list, drop, err := scratchFile(f.temp + ".manifest")
	if err != nil {
		return f.finish(err)
	}
	defer drop()
	return f.finish(p.fillArchive(ctx, f, zipped, list, o))
}

// fillArchive writes an archive and stops at the first error, since later errors would repeat it.
func (p *Plan) fillArchive(ctx context.Context, f io.Writer, zipped bool, list *os.File, o Observer) error {
	buffered := bufio.NewWriterSize(f, 1<<16)
	if !zipped {
		if err := p.archive(ctx, buffered, list, o); err != nil {
			return err
		}
		return buffered.Flush()
	}
	z := gzip.NewWriter(buffered)
	if err := p.archive(ctx, z, list, o); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return buffered.Flush()
}

// archiveWriter writes the entries of an archive. The manifest comes last and is collected in list until then.
type archiveWriter struct {
	out      *tar.Writer
	list     *os.File
	manifest *manifest.Writer
}

func (p *Plan) archive(ctx context.Context, w io.Writer, list *os.File, o Observer) error {
	a := &archiveWriter{tar.NewWriter(w), list, manifest.NewWriter(list)}
	type made struct {
		HostFiles
		err error
	}
	o.Progress(0, len(p.Hosts))
	work := func(i int) made {
		files, err := workspace.Await(ctx, func() (HostFiles, error) { return p.Files(p.Hosts[i]) })
		return made{files, err}
	}
	err := workspace.Ordered(ctx, len(p.Hosts), work, func(i int, x made) error {
		o.Progress(i+1, len(p.Hosts))
		if x.err != nil {
			return diag.Prefix(p.Hosts[i].Name+": ", x.err)
		}
		return a.add(x.HostFiles)
	})
	if err != nil {
		return err
	}
	bundles, err := p.Bundles()
	if err != nil {
		return err
	}
	for _, files := range bundles {
		if err := a.add(files); err != nil {
			return err
		}
	}
	return a.finish(ManifestNameOf(p.Selection.Shard), p.catalog())
}

// add writes the files of a host or a bundle.
func (a *archiveWriter) add(h HostFiles) error {
	if len(h.Files) == 0 {
		return nil
	}
	sums := map[string]string{}
	for _, f := range h.Files {
		sums[f.Name] = Digest(f.Data)
		if err := a.entry(h.Host+"/"+f.Name, int64(len(f.Data)), bytes.NewReader(f.Data), f.Executable); err != nil {
			return err
		}
	}
	a.manifest.Add(h.Host, h.entry(sums))
	return nil
}

// finish writes the manifest and ends the archive.
func (a *archiveWriter) finish(name string, catalog manifest.Catalog) error {
	a.manifest.Catalog = catalog
	if err := a.manifest.Close(); err != nil {
		return err
	}
	size, err := a.list.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := a.list.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := a.entry(name, size, a.list, false); err != nil {
		return err
	}
	return a.out.Close()
}

// entry writes an entry without owner, group and time, which would differ between machines.
func (a *archiveWriter) entry(name string, size int64, data io.Reader, executable bool) error {
	mode := int64(0o644)
	if executable {
		mode = 0o755
	}
	if err := a.out.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: size, Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}); err != nil {
		return err
	}
	_, err := io.Copy(a.out, data)
	return err
}
