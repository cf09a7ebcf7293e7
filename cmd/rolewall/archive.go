package main

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// writeArchive writes the files of all chosen hosts and the manifest as one archive: the same policy, the same bytes.
// The name says which kind: .tar, .tar.gz or .tgz.
func (p *plan) writeArchive(ctx context.Context, name string) (err error) {
	zipped := strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz")
	if !zipped && !strings.HasSuffix(name, ".tar") {
		return usage("--archive rules.tar.gz", "the archive %s is neither .tar nor .tar.gz", name)
	}
	f, err := os.CreateTemp(filepath.Dir(name), newMark+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	buffered := bufio.NewWriterSize(f, 1<<16)
	var w io.Writer = buffered
	var z *gzip.Writer
	if zipped {
		z = gzip.NewWriter(buffered)
		w = z
	}
	err = p.archive(ctx, w)
	if z != nil {
		err = errors.Join(err, z.Close())
	}
	err = errors.Join(err, buffered.Flush(), f.Chmod(0o644), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// archive writes the entries, the manifest last.
func (p *plan) archive(ctx context.Context, w io.Writer) error {
	out := tar.NewWriter(w)
	list, err := os.CreateTemp("", "rolewall-manifest-*")
	if err != nil {
		return err
	}
	defer os.Remove(list.Name())
	defer list.Close()
	manifest := newManifestWriter(list)
	type made struct {
		hostFiles
		err error
	}
	progress := newProgress(p.stderr, len(p.hosts))
	defer progress.clear()
	work := func(i int) made {
		files, err := p.files(p.hosts[i])
		return made{files, err}
	}
	err = ordered(ctx, len(p.hosts), work, func(i int, x made) error {
		progress.done(i + 1)
		if x.err != nil {
			return fmt.Errorf("%s: %w", p.hosts[i].Name, x.err)
		}
		sums := map[string]string{}
		for _, f := range x.files {
			sums[f.name] = digest(f.data)
			if err := addToArchive(out, x.host+"/"+f.name, int64(len(f.data)), strings.NewReader(string(f.data)), f.executable); err != nil {
				return err
			}
		}
		manifest.add(x.host, manifestHost{x.os, x.roles, sums})
		return nil
	})
	if err != nil {
		return err
	}
	if err := manifest.close(); err != nil {
		return err
	}
	size, err := list.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := list.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := addToArchive(out, p.sel.shard.manifestName(), size, list, false); err != nil {
		return err
	}
	return out.Close()
}

// addToArchive writes an entry without owner, group and time, which differ between machines.
func addToArchive(out *tar.Writer, name string, size int64, data io.Reader, executable bool) error {
	mode := int64(0o644)
	if executable {
		mode = 0o755
	}
	if err := out.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: size, Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}); err != nil {
		return err
	}
	_, err := io.Copy(out, data)
	return err
}
