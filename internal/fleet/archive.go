package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"rolewall/internal/term"
	"rolewall/internal/workspace"
)

// writeArchive writes the files of all chosen hosts and the manifest as one archive: the same policy, the same bytes.
// The name says which kind: .tar, .tar.gz or .tgz.
func (p *plan) writeArchive(ctx context.Context, name string) error {
	zipped := strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz")
	if !zipped && !strings.HasSuffix(name, ".tar") {
		return usage("--archive rules.tar.gz", "the archive %s is neither .tar nor .tar.gz", name)
	}
	f, err := newFileFor(name)
	if err != nil {
		return err
	}
	list, drop, err := scratchFile(unfinished(name) + ".manifest")
	if err != nil {
		return f.finish(err)
	}
	defer drop()
	return f.finish(p.fillArchive(ctx, f, zipped, list))
}

// fillArchive writes an archive and stops at the first error: those behind it would say the same again.
func (p *plan) fillArchive(ctx context.Context, f io.Writer, zipped bool, list *os.File) error {
	buffered := bufio.NewWriterSize(f, 1<<16)
	if !zipped {
		if err := p.archive(ctx, buffered, list); err != nil {
			return err
		}
		return buffered.Flush()
	}
	z := gzip.NewWriter(buffered)
	if err := p.archive(ctx, z, list); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return buffered.Flush()
}

// archiveWriter writes the entries of an archive, the manifest last; until then that grows in list.
type archiveWriter struct {
	out      *tar.Writer
	list     *os.File
	manifest *manifestWriter
}

func (p *plan) archive(ctx context.Context, w io.Writer, list *os.File) error {
	a := &archiveWriter{tar.NewWriter(w), list, newManifestWriter(list)}
	type made struct {
		hostFiles
		err error
	}
	progress := term.NewProgress(p.stderr, len(p.hosts))
	defer progress.Clear()
	work := func(i int) made {
		files, err := p.files(p.hosts[i])
		return made{files, err}
	}
	err := workspace.Ordered(ctx, len(p.hosts), work, func(i int, x made) error {
		progress.Done(i + 1)
		if x.err != nil {
			return fmt.Errorf("%s: %w", p.hosts[i].Name, x.err)
		}
		return a.add(x.hostFiles)
	})
	if err != nil {
		return err
	}
	return a.finish(manifestNameOf(p.sel.Shard))
}

// add writes the files of a host.
func (a *archiveWriter) add(h hostFiles) error {
	sums := map[string]string{}
	for _, f := range h.files {
		sums[f.name] = digest(f.data)
		if err := a.entry(h.host+"/"+f.name, int64(len(f.data)), bytes.NewReader(f.data), f.executable); err != nil {
			return err
		}
	}
	a.manifest.add(h.host, manifestHost{h.os, h.roles, sums})
	return nil
}

// finish writes the manifest and ends the archive.
func (a *archiveWriter) finish(manifest string) error {
	if err := a.manifest.close(); err != nil {
		return err
	}
	size, err := a.list.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := a.list.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := a.entry(manifest, size, a.list, false); err != nil {
		return err
	}
	return a.out.Close()
}

// entry writes an entry without owner, group and time, which differ between machines.
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
