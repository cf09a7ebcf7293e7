// Package logfiles opens logs of traffic on disk and passes them to the readers of package readers/flowlog. It
// unpacks gzip and zstd while it reads, recognizes the format by content, and never holds a whole log in memory.
package logfiles

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rolewall/diag"
	"rolewall/readers/flowlog"

	"github.com/klauspost/compress/zstd"
)

// Log is a log that is read only when needed.
type Log struct {
	Name    string    // for messages
	Changed time.Time // when the file was last written; zero if unknown
	open    func() (io.ReadCloser, error)
}

// Find returns the logs that paths name. "-" is stdin. It does not read the logs. A log that is named twice is a
// mistake, since everything in it would count twice.
func Find(paths []string, stdin io.Reader) ([]Log, error) {
	var out []Log
	var infos []fs.FileInfo
	var names []string
	for _, name := range paths {
		if name == "-" {
			out = append(out, Log{Name: "stdin", open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }})
			continue
		}
		info, err := os.Stat(filepath.FromSlash(name))
		switch {
		case err != nil:
			return nil, diag.Errorf("", "%s: %s", name, diag.FileProblem(err))
		case info.IsDir():
			return nil, diag.Errorf("name the files in it: "+name+"/*", "%s is a folder", name)
		case !info.Mode().IsRegular() && info.Mode()&os.ModeNamedPipe == 0:
			return nil, diag.Errorf("", "%s: it is not a regular file", name)
		}
		for i, other := range infos {
			if os.SameFile(info, other) {
				return nil, diag.Errorf("name it once", "%s and %s are one file", names[i], name)
			}
		}
		infos, names = append(infos, info), append(names, name)
		out = append(out, Log{Name: name, Changed: info.ModTime(), open: func() (io.ReadCloser, error) { return os.Open(filepath.FromSlash(name)) }})
	}
	return out, nil
}

// Read reads a log to its end. If format is nil, it recognizes the format by content. It returns the format and
// the notes of the reader. An error is a mistake of the user: a file that cannot be read, is no log, or has
// another format.
func (l Log) Read(ctx context.Context, format *flowlog.Format, o flowlog.Options, visit func(*flowlog.Record) error) (flowlog.Format, flowlog.Notes, error) {
	fail := func(err error) error {
		if errors.Is(err, context.Canceled) {
			return err
		}
		return diag.Errorf("", "%s: %s", l.Name, diag.FileProblem(err))
	}
	file, err := l.open()
	if err != nil {
		return flowlog.Format{}, flowlog.Notes{}, fail(err)
	}
	defer file.Close()
	in, done, err := unpack(file)
	if err != nil {
		return flowlog.Format{}, flowlog.Notes{}, fail(err)
	}
	defer done()
	head, err := in.Peek(flowlog.HeadSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return flowlog.Format{}, flowlog.Notes{}, fail(err)
	}
	f, known := flowlog.Detect(head)
	if format != nil {
		f, known = *format, true
	}
	if !known {
		return f, flowlog.Notes{}, notRecognised(l.Name, head)
	}
	n, err := flowlog.Read(ctx, l.Name, in, f, o, visit)
	if err != nil {
		return f, n, fail(err)
	}
	if n.Bad*2 > n.Lines-n.Skipped {
		return f, n, diag.Errorf("--type FORMAT says what it is: "+FormatNames(), "%s: %d of %d lines are not understood as %s; the first: %s",
			l.Name, n.Bad, n.Lines, f.Title, strings.Join(n.FirstBad, "; "))
	}
	return f, n, nil
}

// bufferSize is the size of the buffer between a file and a reader, in bytes.
const bufferSize = 256 << 10

// mostWindow limits the memory for unpacking, in bytes.
const mostWindow = 128 << 20

// unpack returns the text of a file, packed or not, and a function that ends the unpacking.
func unpack(file io.Reader) (*bufio.Reader, func(), error) {
	in := bufio.NewReaderSize(file, bufferSize)
	head, _ := in.Peek(4)
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, fmt.Errorf("gzip cannot unpack it: %w", err)
		}
		return bufio.NewReaderSize(z, bufferSize), func() { _ = z.Close() }, nil
	case bytes.Equal(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(mostWindow))
		if err != nil {
			return nil, nil, fmt.Errorf("zstd cannot unpack it: %w", err)
		}
		return bufio.NewReaderSize(z, bufferSize), z.Close, nil
	}
	return in, func() {}, nil
}

// notRecognised returns the mistake for a file that no reader knows.
func notRecognised(name string, head []byte) error {
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return diag.Errorf("", "%s is empty", name)
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return diag.Errorf("Get-Content FILE | Set-Content -Encoding utf8 NEW", "%s is UTF-16 text", name)
	}
	return diag.Errorf("--type FORMAT says what it is: "+FormatNames(), "%s: no reader knows this log; it begins with %q", name, head[:min(len(head), 40)])
}

// FormatNames returns the values of --type.
func FormatNames() string {
	var names []string
	for _, f := range flowlog.Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}
