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

// ParseLazily does what Parse does, for a file whose table key may have very many subtables "[key.NAME]". Each
// subtable is decoded when it is read. If it is not TOML, that is reported then, and the subtable counts as
// absent. left is how many values the run may still read.
func ParseLazily(name string, src []byte, key string, left int, errs *diag.List) *Table {
	doc := newDocument(name, string(src), errs)
	if doc.isTooLarge(left) {
		return nil
	}
	rest, tables := splitTables(doc.src, key)
	if len(tables) == 0 || withoutMark(rest) != rest { // the toml library would accept a second byte order mark, too
		return doc.root()
	}
	tree := map[string]any{}
	if _, err := toml.Decode(rest, &tree); err != nil {
		return doc.root() // which reports the position
	}
	if _, both := tree[key]; both { // the key is given in both ways, and only the whole file shows whether that is valid
		return doc.root()
	}
	tree[key] = tables
	return newTable(&node{doc: doc}, tree)
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
