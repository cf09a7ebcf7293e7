// Package strict reads TOML files in which every key must be asked for, and every mistake has a place.
//
// The toml library decodes a file into a tree; callers walk it through Table, whose methods check types and remember
// what was asked. Table.Done reports the keys that nobody asked for.
package strict

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
)

// Document is a parsed file.
type Document struct {
	name   string
	src    []byte
	errs   *Errors
	places positions // filled when the first place is asked for
}

// Parse reads a file into its root table. A file that is not TOML is noted in errs, and the table is then nil.
func Parse(name string, src []byte, errs *Errors) *Table {
	var tree map[string]any
	if _, err := toml.Decode(string(src), &tree); err != nil {
		pos := Pos{File: name}
		message := err.Error()
		if parse, ok := errors.AsType[toml.ParseError](err); ok {
			src := withoutMark(src)
			pos.Line, pos.Col = place(src, min(max(parse.Position.Start, 0), len(src)))
			message = strings.NewReplacer(" for int64", "", " for float64", "").Replace(parse.Message)
			if message == "" {
				message, _ = strings.CutPrefix(parse.Error(), "toml: ")
			}
		}
		errs.Add(pos, "the file must be TOML, https://toml.io", "%s", message)
		return nil
	}
	doc := &Document{name: name, src: withoutMark(src), errs: errs}
	return newTable(doc, Ref{doc: doc}, tree)
}

// withoutMark passes the byte order mark, over which toml reads as well.
func withoutMark(src []byte) []byte {
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		if rest, marked := bytes.CutPrefix(src, []byte(mark)); marked {
			return rest
		}
	}
	return src
}

// Ref is a value's place in a document, worked out only when it is printed.
type Ref struct {
	doc    *Document
	parent *Table // nil for the root and for Fixed places
	key    string
	index  int // of an array element, counted from 1; 0 is the value of key itself
	fixed  Pos // of places outside documents
}

// Fixed is a place without a document, such as a flag or a file as a whole.
func Fixed(pos Pos) Ref { return Ref{fixed: pos} }

// path is the place in the form of positions.
func (r Ref) path() string {
	if r.parent == nil {
		return ""
	}
	p := r.parent.at.path() + step(r.key)
	if r.index > 0 {
		p += fmt.Sprintf("[%d]", r.index-1)
	}
	return p
}

// File is the name of the file the value stands in.
func (r Ref) File() string {
	if r.doc == nil {
		return r.fixed.File
	}
	return r.doc.name
}

// Pos is where the key stands, for an array element where the element begins.
func (r Ref) Pos() Pos { return r.pos(func(m mark) int { return m.key }) }

// ValuePos is where the value begins.
func (r Ref) ValuePos() Pos { return r.pos(func(m mark) int { return m.value }) }

func (r Ref) pos(side func(mark) int) Pos {
	if r.doc == nil {
		return r.fixed
	}
	if r.parent == nil {
		return Pos{File: r.doc.name, Line: 1, Col: 1}
	}
	if r.doc.places == nil {
		r.doc.places = scan(r.doc.src)
	}
	m, known := r.doc.places[r.path()]
	if !known { // a table that only its children name
		return r.parent.at.Pos()
	}
	line, col := place(r.doc.src, side(m))
	return Pos{r.doc.name, line, col}
}
