package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// packed is a file in an archive.
type packed struct {
	name, source string // its path in the archive, and where it lies
	mode         fs.FileMode
}

// writeArchive packs the program for a system with all documents: a zip file for Windows, a tar.gz for others.
func (s *source) writeArchive(out, stage string, b binary) error {
	folder := fmt.Sprintf("rolewall_%s_%s_%s", s.number(), b.os, b.arch)
	files := []packed{{path.Join(folder, b.exe()), b.path, 0o755}}
	documents := filepath.Join(stage, "documents")
	err := filepath.WalkDir(documents, func(source string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, packed{folder + filepath.ToSlash(strings.TrimPrefix(source, documents)), source, 0o644})
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(files, func(a, b packed) int { return strings.Compare(a.name, b.name) })
	write, suffix := writeTar, ".tar.gz"
	if b.os == "windows" {
		write, suffix = writeZip, ".zip"
	}
	return create(filepath.Join(out, folder+suffix), func(w io.Writer) error { return write(w, files, s.date) })
}

// create writes a file that does not exist yet.
func create(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func writeTar(w io.Writer, files []packed, date time.Time) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	for _, f := range files {
		data, err := os.ReadFile(f.source)
		if err != nil {
			return err
		}
		err = t.WriteHeader(&tar.Header{Name: f.name, Mode: int64(f.mode), Size: int64(len(data)), ModTime: date, Format: tar.FormatUSTAR})
		if err != nil {
			return err
		}
		if _, err := t.Write(data); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return z.Close()
}

func writeZip(w io.Writer, files []packed, date time.Time) error {
	z := zip.NewWriter(w)
	for _, f := range files {
		data, err := os.ReadFile(f.source)
		if err != nil {
			return err
		}
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: date}
		h.SetMode(f.mode)
		entry, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := entry.Write(data); err != nil {
			return err
		}
	}
	return z.Close()
}
