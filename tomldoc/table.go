package tomldoc

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"rolewall/diag"
)

// Table is a table of a document. Its methods report mistakes in the document's diag.List and then return the zero
// value. They also return it for an absent key. A nil Table is empty.
type Table struct {
	*node
	values   map[string]any
	known    map[string]bool
	mistyped map[string]bool // keys whose value has the wrong type, which was reported
}

func newTable(at *node, values map[string]any) *Table {
	return &Table{at, values, map[string]bool{}, map[string]bool{}}
}

// child returns the table at a location in this one.
func (t *Table) child(at Location, values map[string]any) *Table {
	return newTable(&node{t.doc, at}, values)
}

// Text is a string and its location.
type Text struct {
	Value    string
	Location Location
}

// Location returns where the table itself is.
func (t *Table) Location() Location { return t.location() }

// LocationOf returns the location of a key and its value.
func (t *Table) LocationOf(key string) Location { return Location{t.node, key, 0} }

// Has reports whether the key is given.
func (t *Table) Has(key string) bool {
	if t == nil {
		return false
	}
	_, has := t.values[key]
	return has
}

// MarkKnown makes a key known without reading it, so that RejectUnknownKeys does not report it.
func (t *Table) MarkKnown(key string) { t.get(key) }

// Keys returns all keys, sorted, and makes them known. It is for tables whose keys are names.
func (t *Table) Keys() []string {
	if t == nil {
		return nil
	}
	keys := slices.Sorted(maps.Keys(t.values))
	for _, k := range keys {
		t.known[k] = true
	}
	return keys
}

// IsTable reports whether the key holds a table.
func (t *Table) IsTable(key string) bool {
	if t == nil {
		return false
	}
	v, _ := t.decodeLazy(key, t.values[key])
	_, is := v.(map[string]any)
	return is
}

// get returns the value of key and whether it is given.
func (t *Table) get(key string) (any, bool) {
	if t == nil {
		return nil, false
	}
	t.known[key] = true
	v, has := t.values[key]
	if !has {
		return nil, false
	}
	return t.decodeLazy(key, v)
}

// addTypeError reports that the value of key has the wrong type. what says what it must be.
func (t *Table) addTypeError(key, what string) { t.FailType(key, what, "") }

// FailType reports that the value of key has the wrong type, with a hint. what says what it must be. Later reads
// of the key report nothing.
func (t *Table) FailType(key, what, hint string) {
	if t.mistyped[key] {
		return
	}
	t.mistyped[key] = true
	t.doc.errs.Add(t.LocationOf(key).ValuePos(), hint, "%s must be %s", key, what)
}

// addElementError reports that an element of key is wrong.
func (t *Table) addElementError(key string, at Location, format string, args ...any) {
	t.mistyped[key] = true
	t.doc.errs.Add(at.Pos(), "", format, args...)
}

// Fail reports a mistake at the value of key. It reports nothing if the type of the value was reported already. If
// the key is absent, the position is that of the table.
func (t *Table) Fail(key, hint, format string, args ...any) {
	if t.mistyped[key] {
		return
	}
	t.doc.errs.Add(t.LocationOf(key).ValuePos(), hint, format, args...)
}

// Text reads a string.
func (t *Table) Text(key string) Text {
	if t == nil {
		return Text{}
	}
	v, has := t.get(key)
	if !has {
		return Text{Location: t.LocationOf(key)} // the location of the table
	}
	s, ok := v.(string)
	if !ok {
		t.addTypeError(key, "text in quotes")
	}
	return Text{strings.Clone(s), t.LocationOf(key)} // a copy, since a substring would keep the text of the whole table in memory
}

// String reads a string without its location.
func (t *Table) String(key string) string { return t.Text(key).Value }

// Peek returns the string at key. It does not make the key known and does not check its type. It returns "" for a
// value of another type.
func (t *Table) Peek(key string) string {
	if t == nil {
		return ""
	}
	s, _ := t.values[key].(string)
	return s
}

// Bool reads true or false. given reports whether the key is present.
func (t *Table) Bool(key string) (value, given bool) {
	v, has := t.get(key)
	if !has {
		return false, false
	}
	b, ok := v.(bool)
	if !ok {
		t.addTypeError(key, "true or false")
	}
	return b, ok
}

// Int reads an integer from low to high. given reports whether the key is present and valid.
func (t *Table) Int(key string, low, high int) (value int, given bool) {
	v, has := t.get(key)
	if !has {
		return 0, false
	}
	n, ok := v.(int64)
	if !ok || n < int64(low) || n > int64(high) {
		t.addTypeError(key, fmt.Sprintf("a whole number from %d to %d", low, high))
		return 0, false
	}
	return int(n), true
}

// TextOrNumber reads a string or an integer and returns it as text. what says in an error what the key must hold.
func (t *Table) TextOrNumber(key, what string) string {
	v, has := t.get(key)
	if !has {
		return ""
	}
	text, ok := textOrNumber(v)
	if !ok {
		t.addTypeError(key, what)
	}
	return text
}

// TextsOrNumbers reads a string, an integer, or a list of both, and returns each as text. what says in an error
// what the key must hold.
func (t *Table) TextsOrNumbers(key, what string) []string {
	v, _ := t.get(key)
	list, isList := v.([]any)
	if !isList {
		return []string{t.TextOrNumber(key, what)}
	}
	var out []string
	for i, x := range list {
		text, ok := textOrNumber(x)
		if !ok {
			t.addElementError(key, Location{t.node, key, i + 1}, "%s must be %s", key, what)
			return nil
		}
		out = append(out, text)
	}
	return out
}

func textOrNumber(v any) (text string, ok bool) {
	switch v := v.(type) {
	case string:
		return strings.Clone(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	}
	return "", false
}

// Date reads a date without a time, such as 2027-03-31 without quotes. It returns it in that form, or "" if the
// key is absent.
func (t *Table) Date(key string) string {
	v, has := t.get(key)
	if !has {
		return ""
	}
	d, ok := v.(time.Time)
	if !ok || d.Location().String() != "date-local" {
		t.addTypeError(key, "a date without quotes, such as 2027-03-31")
		return ""
	}
	return d.Format(time.DateOnly)
}

// longestHinted is the longest text that a hint repeats, in bytes.
const longestHinted = 80

// Texts reads a list of strings. It reports a string that is given twice.
func (t *Table) Texts(key string) []Text {
	v, has := t.get(key)
	if !has {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		hint := ""
		if s, isText := v.(string); isText && len(s) <= longestHinted && strconv.Quote(s) == `"`+s+`"` {
			hint = fmt.Sprintf("write %s = [%q]", key, s)
		}
		t.FailType(key, "a list of texts, [\"...\"]", hint)
		return nil
	}
	seen := map[string]bool{}
	out := make([]Text, 0, len(list))
	for i, x := range list {
		at := Location{t.node, key, i + 1}
		s, ok := x.(string)
		if !ok {
			t.addElementError(key, at, "%s must hold texts in quotes only", key)
			continue
		}
		if seen[s] {
			t.addElementError(key, at, "%q appears twice in %s", s, key)
			continue
		}
		seen[s] = true
		out = append(out, Text{s, at})
	}
	return out
}

// Strings reads a list of strings without their locations.
func (t *Table) Strings(key string) []string {
	var out []string
	for _, x := range t.Texts(key) {
		out = append(out, x.Value)
	}
	return out
}

// Table reads a table. It returns nil if the key is absent.
func (t *Table) Table(key string) *Table {
	v, has := t.get(key)
	if !has {
		return nil
	}
	values, ok := v.(map[string]any)
	if !ok {
		t.addTypeError(key, "a table")
		return nil
	}
	return t.child(t.LocationOf(key), values)
}

// Item is an element of a list that may hold strings and tables. Either Text or Table is set.
type Item struct {
	Text  Text
	Table *Table
}

// Items reads a list of strings and tables.
func (t *Table) Items(key string) []Item { return t.items(key, "texts and tables") }

func (t *Table) items(key, kinds string) []Item {
	v, has := t.get(key)
	if !has {
		return nil
	}
	var list []any
	switch v := v.(type) {
	case []any:
		list = v
	case []map[string]any:
		for _, x := range v {
			list = append(list, x)
		}
	default:
		t.addTypeError(key, "a list")
		return nil
	}
	var out []Item
	for i, x := range list {
		at := Location{t.node, key, i + 1}
		switch x := x.(type) {
		case string:
			out = append(out, Item{Text: Text{x, at}})
		case map[string]any:
			out = append(out, Item{Table: t.child(at, x)})
		default:
			t.addElementError(key, at, "%s must hold %s only", key, kinds)
		}
	}
	return out
}

// Tables reads a list of tables.
func (t *Table) Tables(key string) []*Table {
	var out []*Table
	for _, item := range t.items(key, "tables") {
		if item.Table == nil {
			t.addElementError(key, item.Text.Location, "%s must hold tables only", key)
			continue
		}
		out = append(out, item.Table)
	}
	return out
}

// RejectUnknownKeys reports every key that was not read.
func (t *Table) RejectUnknownKeys() {
	if t == nil {
		return
	}
	var unknown []string
	for key := range t.values {
		if !t.known[key] {
			unknown = append(unknown, key)
		}
	}
	if unknown == nil {
		return
	}
	slices.Sort(unknown)
	known := slices.Sorted(maps.Keys(t.known))
	for _, key := range unknown {
		if t.doc.errs.IsFull() {
			t.doc.errs.Add(diag.Pos{File: t.doc.name}, "", "unknown key")
			continue
		}
		hint := t.doc.errs.Suggest(key, func() []string { return known })
		if hint == "" {
			hint = "keys here: " + strings.Join(known, ", ")
		}
		t.doc.errs.Add(t.LocationOf(key).Pos(), hint, "unknown key %q", key)
	}
}
