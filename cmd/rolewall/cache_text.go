package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The text of a cache: a line a fact, and last the number of files, so that a cache that was cut short is known to be.
//
//	rolewall cache 2 KEY                     the call and the program
//	read|glob DIGEST "NAME"                  what was read
//	warning "TEXT"                           what was said
//	file SIZE MTIME FILENUMBER "HOST/FILE"   what was written, MTIME in nanoseconds
//	end FILES
//
// Fields are parted by tabs. Texts of policies and names of files are quoted, so that none of them ends its line.
const cacheMark = "rolewall cache 2"

// cacheFact is a line of a cache: "read", "glob", "warning" or "file".
type cacheFact struct {
	kind  string
	value string // a digest, or what a file looks like; empty for warnings
	text  string // a name, or what was said
}

// cacheText writes facts.
type cacheText struct {
	w     *bufio.Writer
	files int
}

func newCacheText(w io.Writer, key string) *cacheText {
	t := &cacheText{w: bufio.NewWriter(w)}
	fmt.Fprintf(t.w, "%s\t%s\n", cacheMark, key)
	return t
}

func (t *cacheText) add(f cacheFact) {
	if f.kind == "file" {
		t.files++
	}
	fmt.Fprintf(t.w, "%s\t%s\t%s\n", f.kind, f.value, strconv.Quote(f.text))
}

// close ends the text; it returns the first error of all writes.
func (t *cacheText) close() error {
	fmt.Fprintf(t.w, "end\t%d\n", t.files)
	return t.w.Flush()
}

// readCache hands the facts of a cache to holds and reports whether it is whole, is about the call, and all of it holds.
func readCache(r io.Reader, key string, holds func(cacheFact) bool) bool {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	if !lines.Scan() || lines.Text() != cacheMark+"\t"+key {
		return false
	}
	files := 0
	for lines.Scan() {
		if count, isEnd := strings.CutPrefix(lines.Text(), "end\t"); isEnd {
			return files > 0 && count == strconv.Itoa(files) && !lines.Scan() && lines.Err() == nil
		}
		f, ok := parseFact(lines.Text())
		if !ok || !holds(f) {
			return false
		}
		if f.kind == "file" {
			files++
		}
	}
	return false
}

func parseFact(line string) (cacheFact, bool) {
	fields := strings.Split(line, "\t")
	if len(fields) != 3 {
		return cacheFact{}, false
	}
	text, err := strconv.Unquote(fields[2])
	f := cacheFact{fields[0], fields[1], text}
	written := err == nil && strconv.Quote(text) == fields[2]
	switch f.kind {
	case "read", "glob", "file":
		return f, written && f.value != ""
	case "warning":
		return f, written && f.value == ""
	}
	return f, false
}
