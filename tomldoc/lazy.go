package tomldoc

import (
	"strings"

	"rolewall/diag"

	"github.com/BurntSushi/toml"
)

// A decoded tree takes more than ten times the size of its file. If a file has very many tables, each table is
// kept as text and decoded when it is read.

// tableText is the text of one table: "[hosts.dc1]" and everything below it.
type tableText string

// Open returns a file that is counted and not decoded yet. left is how many values the run may still read. If the file exceeds
// maxNesting, MaxValues or left, Open reports that in errs and returns nil.
func Open(name string, src []byte, left int, errs *diag.List) *Document {
	doc := newDocument(name, string(src), errs)
	if doc.isTooLarge(left) {
		return nil
	}
	return doc
}

// Values returns the number of values of the document: keys, tables and elements of lists.
func (d *Document) Values() int { return d.values }

// Subtables returns the tables "[key.NAME]" as one table. Nothing is decoded, so the file may still not be TOML.
func (d *Document) Subtables(key string) *Table {
	_, tables := d.split(key)
	return newTable(&node{doc: d}, map[string]any{key: tables}).Table(key)
}

// RootLazily decodes the document and returns its root table, or nil if it is not TOML, which it reports. The table key may have
// very many subtables "[key.NAME]": each is decoded when it is read. If one is not TOML, that is reported then, and the subtable
// counts as absent.
func (d *Document) RootLazily(key string) *Table {
	rest, tables := d.split(key)
	if len(tables) == 0 || withoutMark(rest) != rest { // the toml library would accept a second byte order mark, too
		return d.root()
	}
	tree := map[string]any{}
	if _, err := toml.Decode(rest, &tree); err != nil {
		return d.root() // which reports the position
	}
	if _, both := tree[key]; both { // the key is given in both ways, and only the whole file shows whether that is valid
		return d.root()
	}
	tree[key] = tables
	return newTable(&node{doc: d}, tree)
}

// split does the work of splitTables once: a document is split by one key only.
func (d *Document) split(key string) (rest string, tables map[string]any) {
	if d.tables == nil {
		d.rest, d.tables = splitTables(d.src, key)
	}
	return d.rest, d.tables
}

// splitTables takes the tables [key.NAME] out of a text and returns them by name, and the rest. The order of lines
// is kept in both. It cuts only between lines, so text before a cut that is not TOML is not TOML afterwards
// either.
func splitTables(src, key string) (rest string, tables map[string]any) {
	tables = map[string]any{}
	var others strings.Builder
	torn := map[string]*strings.Builder{} // tables whose parts have other tables between them
	name, named, from := "", false, 0
	take := func(end int) {
		text := src[from:end]
		switch before, known := tables[name].(tableText); {
		case !named:
			others.WriteString(text)
		case !known:
			tables[name] = tableText(text)
		default:
			if torn[name] == nil {
				torn[name] = &strings.Builder{}
				torn[name].WriteString(string(before))
			}
			torn[name].WriteString(text)
		}
	}
	s := &scanner{src: src}
	for s.skip(); s.at < len(src); s.skip() {
		if s.peek() != '[' {
			s.keyValue("")
			continue
		}
		at := s.at
		parts, _ := s.headerKey()
		isNamed := len(parts) > 1 && parts[0].name == key
		if isNamed == named && (!named || parts[1].name == name) {
			continue
		}
		start := strings.LastIndexByte(src[:at], '\n') + 1
		take(start)
		if from, named = start, isNamed; named {
			name = parts[1].name
		}
	}
	take(len(src))
	for name, text := range torn {
		tables[name] = tableText(text.String())
	}
	return others.String(), tables
}

// decodeLazy decodes the value of a key that is kept as text. If the text is not TOML, it reports that and returns
// false.
func (t *Table) decodeLazy(key string, v any) (any, bool) {
	text, is := v.(tableText)
	if !is {
		return v, true
	}
	tree := map[string]any{}
	if _, err := toml.Decode(string(text), &tree); err != nil {
		tree = t.doc.whole()
	}
	tables, _ := tree[t.entry.key].(map[string]any)
	v, has := tables[key]
	return v, has
}
