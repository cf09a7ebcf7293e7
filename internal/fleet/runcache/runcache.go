// Package runcache notes what a run read and how the files that it wrote looked. From the note the same call can
// tell that nothing has changed. A note only makes the next run faster. Without one, or with a broken one, a run
// makes every file.
//
// Notes are in the cache folder of the user, one for each place that runs write to. A note is valid on one
// machine.
package runcache

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// mark is the beginning of a note. A note has one line for each fact, and the number of files as the last line, so
// that a note that was cut off is recognized.
//
//	rolewall cache 3 KEY          the call and the program
//	read|glob DIGEST "NAME"       what was read
//	warning "TEXT"                what was reported
//	file LOOK "HOST/FILE"         what was written, and what it looks like
//	end FILES
//
// Tabs separate fields. Texts of policies and names of files are quoted, so they cannot end a line.
const mark = "rolewall cache 3"

// unfinished is between the name of a note and a random part, in the name of a note that is being written.
const unfinished = ".new-"

// Fact is a line of a note. Its kind is "read", "glob", "warning" or "file".
type Fact struct {
	Kind  string
	Value string // a digest, or what a file looks like; empty for warnings
	Text  string // a name, or a warning
}

// Holds reads the note of a place. It returns true if the note is complete, has the key, and holds returns true
// for every fact.
func Holds(place, key string, holds func(Fact) bool) bool {
	name, err := fileOf(place)
	if err != nil {
		return false
	}
	f, err := openRegular(name)
	if err != nil {
		return false
	}
	defer f.Close()
	return read(f, key, holds)
}

// Forget removes the note of a place. A run calls it before it changes anything there. If it fails, the note is
// still invalid after the run has changed a file.
func Forget(place string) {
	if name, err := fileOf(place); err == nil {
		_ = os.Remove(name)
		left, _ := filepath.Glob(name + unfinished + "*") // of runs that were killed; no other run writes to the place now
		for _, temp := range left {
			_ = os.Remove(temp)
		}
	}
}

// Begin starts a new note of a place. It returns nil if no note can be written, which is no mistake. Methods of a
// nil Writer do nothing.
func Begin(place, key string) *Writer {
	name, err := fileOf(place)
	if err != nil || os.MkdirAll(filepath.Dir(name), 0o700) != nil {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+unfinished+"*") // created exclusively, and only for the user
	if err != nil {
		return nil
	}
	w := &Writer{name: name, file: f, text: bufio.NewWriter(f)}
	fmt.Fprintf(w.text, "%s\t%s\n", mark, key)
	return w
}

// Writer writes a note.
type Writer struct {
	name  string
	file  *os.File
	text  *bufio.Writer // keeps the first error until Flush
	files int
}

// Add writes a fact.
func (w *Writer) Add(f Fact) {
	if w == nil {
		return
	}
	if f.Kind == "file" {
		w.files++
	}
	fmt.Fprintf(w.text, "%s\t%s\t%s\n", f.Kind, f.Value, strconv.Quote(f.Text))
}

// Finish puts the note in its place. Call it last. If it fails, there is no note.
func (w *Writer) Finish() {
	if w == nil {
		return
	}
	fmt.Fprintf(w.text, "end\t%d\n", w.files)
	if errors.Join(w.text.Flush(), w.file.Close()) != nil || os.Rename(w.file.Name(), w.name) != nil {
		_ = os.Remove(w.file.Name())
	}
}

// Abandon removes the unfinished note.
func (w *Writer) Abandon() {
	if w == nil {
		return
	}
	w.file.Close()
	_ = os.Remove(w.file.Name())
}

// openRegular opens an existing regular file. A pipe could make it wait forever.
func openRegular(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|openAtOnce, 0)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(errors.New("it is not a regular file"), f.Close())
	}
	return f, nil
}

// fileOf returns the file of the note of a place.
func fileOf(place string) (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(place))
	return filepath.Join(dir, "rolewall", hex.EncodeToString(sum[:16])), nil
}

// read passes the facts of a note to holds.
func read(r io.Reader, key string, holds func(Fact) bool) bool {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	if !lines.Scan() || lines.Text() != mark+"\t"+key {
		return false
	}
	files := 0
	for lines.Scan() {
		if count, isEnd := strings.CutPrefix(lines.Text(), "end\t"); isEnd {
			return files > 0 && count == strconv.Itoa(files) && !lines.Scan() && lines.Err() == nil
		}
		f, ok := parse(lines.Text())
		if !ok || !holds(f) {
			return false
		}
		if f.Kind == "file" {
			files++
		}
	}
	return false
}

func parse(line string) (Fact, bool) {
	fields := strings.Split(line, "\t")
	if len(fields) != 3 {
		return Fact{}, false
	}
	text, err := strconv.Unquote(fields[2])
	f := Fact{fields[0], fields[1], text}
	written := err == nil && strconv.Quote(text) == fields[2]
	switch f.Kind {
	case "read", "glob", "file":
		return f, written && f.Value != ""
	case "warning":
		return f, written && f.Value == ""
	}
	return f, false
}
