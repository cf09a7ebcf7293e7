// Package tomldoc reads TOML files in which no key is ignored and every mistake has a location.
//
// The toml library decodes a file into a tree. Callers read the tree through Table, whose methods check types and
// remember which keys were read. Table.RejectUnknownKeys then reports all other keys.
package tomldoc

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"rolewall/diag"

	"github.com/BurntSushi/toml"
)

// Document is a parsed file.
type Document struct {
	name  string
	src   string
	errs  *diag.List
	index func() index          // the locations of its keys, made on first use; nil for a FixedLocation
	whole func() map[string]any // the whole file as a tree, made on first use; nil after an error was reported
	fixed diag.Pos
	lists map[string][]string // the texts of lists, so that equal lists are kept once

	values int
	rest   string         // the text without its subtables, once it is split
	tables map[string]any // subtables by name, as text; nil before the document is split
}

// Parse reads a file and returns its root table. If the file is not TOML, or exceeds maxNesting or MaxValues, it
// reports that in errs and returns nil.
func Parse(name string, src []byte, errs *diag.List) *Table {
	doc := Open(name, src, MaxValues, errs)
	if doc == nil {
		return nil
	}
	return doc.root()
}

// isTooLarge reports a document that the toml library must not see: it is nested too deep, or has more values than
// a file may have or than are left for the run.
func (d *Document) isTooLarge(left int) bool {
	at, values, isDeep := excess(d.src, min(MaxValues, left))
	d.values = values
	if at < 0 {
		return false
	}
	pos := diag.Pos{File: d.name}
	pos.Line, pos.Column = linesOf(d.src).position(at)
	switch {
	case isDeep:
		d.errs.AddInstead(pos, "write fewer tables, lists and dots inside each other", "tables, lists and keys are nested more than %d deep", maxNesting)
	case left < MaxValues:
		d.errs.AddInstead(pos, "", "the files of this run have more values together than a run may have")
	default:
		d.errs.AddInstead(pos, "include = [\"more.toml\"] takes a part of it", "the file has more than %d values", MaxValues)
	}
	return true
}

func newDocument(name, text string, errs *diag.List) *Document {
	d := &Document{name: name, src: withoutMark(text), errs: errs, lists: map[string][]string{}}
	d.index = sync.OnceValue(func() index { return newIndex(d.src) })
	d.whole = sync.OnceValue(func() map[string]any {
		tree := map[string]any{}
		if _, err := toml.Decode(text, &tree); err != nil {
			errs.AddInstead(syntaxError(name, d.src, err))
			return nil
		}
		return tree
	})
	return d
}

func (d *Document) root() *Table {
	tree := d.whole()
	if tree == nil {
		return nil
	}
	return newTable(&node{doc: d}, tree)
}

// syntaxError turns an error of the toml library into arguments of AddInstead.
func syntaxError(name, src string, err error) (pos diag.Pos, hint, format, message string) {
	pos, message = diag.Pos{File: name}, err.Error()
	if parse, ok := errors.AsType[toml.ParseError](err); ok {
		pos.Line, pos.Column = linesOf(src).position(min(max(parse.Position.Start, 0), len(src)))
		message = strings.NewReplacer(" for int64", "", " for float64", "").Replace(parse.Message)
		if message == "" {
			message, _ = strings.CutPrefix(parse.Error(), "toml: ")
		}
	}
	if other, hint := otherFormat(src); other != "" {
		return pos, hint, "%s", other
	}
	return pos, "the file must be TOML, https://toml.io", "%s", message
}

// withoutMark removes the byte order mark. The toml library ignores it, too.
func withoutMark(src string) string {
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		if rest, marked := strings.CutPrefix(src, mark); marked {
			return rest
		}
	}
	return src
}

// Location is where a value is in a document. Line and column are computed only when they are printed. A policy
// keeps many locations, so a Location is small and keeps no values in memory. The zero Location is unknown.
type Location struct {
	table *node
	key   string
	index int // number of the array element, from 1; 0 means the value of key, or the table itself
}

const self = -1

// node is the location of a table.
type node struct {
	doc   *Document
	entry Location // the entry in the parent table; zero for the root
}

// FixedLocation returns a location outside of any document, such as a flag or a file as a whole.
func FixedLocation(pos diag.Pos) Location {
	return Location{&node{doc: &Document{name: pos.File, fixed: pos}}, "", self}
}

// location returns the location of the table.
func (n *node) location() Location {
	if n.entry.table == nil {
		return Location{n, "", self}
	}
	return n.entry
}

// path returns the key path of the location, as positions has it.
func (r Location) path() string {
	if r.table == nil || r.index == self {
		return ""
	}
	p := r.table.entry.path() + step(r.key)
	if r.index > 0 {
		p += fmt.Sprintf("[%d]", r.index-1)
	}
	return p
}

// File returns the name of the file that holds the value.
func (r Location) File() string {
	if r.table == nil {
		return ""
	}
	return r.table.doc.name
}

// Pos returns the position of the key; for an array element, where the element begins.
func (r Location) Pos() diag.Pos { return r.pos(func(m mark) int { return m.key }) }

// ValuePos returns the position where the value begins.
func (r Location) ValuePos() diag.Pos { return r.pos(func(m mark) int { return m.value }) }

func (r Location) pos(side func(mark) int) diag.Pos {
	if r.table == nil {
		return diag.Pos{}
	}
	doc := r.table.doc
	if doc.index == nil {
		return doc.fixed
	}
	if r.index == self {
		return diag.Pos{File: doc.name, Line: 1, Column: 1}
	}
	index := doc.index()
	m, known := index.marks[r.path()]
	if !known { // no header names this table, only headers of its children do
		return r.table.location().Pos()
	}
	line, col := index.position(side(m))
	return diag.Pos{File: doc.name, Line: line, Column: col}
}
