// Package nftjson reads the output of nft -j list ruleset, in the forms of nft 0.9.8 to 1.1.
//
// It reads the listing in two passes, since versions order its members differently. The listing leaves out the
// content of matches and targets of iptables (xt). Their tables are unreadable, so evaluation.Evaluate then also
// needs the output of iptables-save. If the package does not know a statement, the rule gets a condition. A
// statement is never left out.
package nftjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
)

// Detect reports whether the beginning of a file looks like a listing.
func Detect(head []byte) bool {
	head = bytes.TrimLeft(withoutBOM(head), " \t\r\n")
	rest, found := bytes.CutPrefix(head, []byte("{"))
	return found && bytes.HasPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte(`"nftables"`))
}

// withoutBOM removes the byte order mark that some editors write at the beginning of UTF-8.
func withoutBOM(src []byte) []byte { return bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")) }

// maxDepth is how deep lists and objects of a listing may be nested.
const maxDepth = 64

// Read adds the tables of a listing to the state. It adds mistakes to errs with their location.
func Read(file string, src []byte, st *netfilter.State, errs *diag.List) {
	src = withoutBOM(src)
	r := &reader{file: file, src: src, st: st, errs: errs, tables: map[[2]string]*netfilter.Table{}, typed: map[typedSet]*netfilter.Set{}}
	before := errs.Len()
	members := r.members()
	for _, m := range members {
		r.declare(m)
	}
	for _, m := range members {
		r.fill(m)
	}
	for _, m := range members {
		if m.kind == "rule" {
			if t := r.tableOf(m); t != nil {
				r.rule(t, m)
			}
		}
	}
	for of, t := range r.typed { // rules that fill a set may come after those that use it
		t.Dynamic = t.Dynamic || of.set.Dynamic
	}
	if errs.Len() > before {
		return
	}
	st.Tables = append(st.Tables, r.order...)
	complete := true
	for _, t := range r.order {
		complete = complete && t.Missing == ""
	}
	st.Sources = append(st.Sources, capture.Source{File: file, Form: "nft", Complete: complete})
	st.Saw(netfilter.Evidence{World: netfilter.Nft})
}

// reader reads one listing.
type reader struct {
	file   string
	src    []byte
	st     *netfilter.State
	errs   *diag.List
	tables map[[2]string]*netfilter.Table
	order  []*netfilter.Table
	lines  []int // offsets of lines, made on first use
	old    bool  // nft 0.9, whose listing leaves out the limits in dynamic sets
	typed  map[typedSet]*netfilter.Set
}

// member is an object of the listing, such as {"rule": {...}}.
type member struct {
	kind   string
	object map[string]any
	offset int
}

// pos returns the position of an offset.
func (r *reader) pos(offset int) diag.Pos {
	if r.lines == nil {
		r.lines = []int{0}
		for i, c := range r.src {
			if c == '\n' {
				r.lines = append(r.lines, i+1)
			}
		}
	}
	line, last := 0, len(r.lines)
	for last-line > 1 {
		if middle := (line + last) / 2; r.lines[middle] <= offset {
			line = middle
		} else {
			last = middle
		}
	}
	return diag.Pos{File: r.file, Line: line + 1, Column: offset - r.lines[line] + 1}
}

func (r *reader) errorf(offset int, format string, args ...any) {
	r.errs.Add(r.pos(offset), "", format, args...)
}

// members reads the list of objects.
func (r *reader) members() []member {
	if at := tooDeep(r.src); at >= 0 {
		r.errorf(at, "lists and objects lie in each other more than %d deep", maxDepth)
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(r.src))
	d.UseNumber()
	for _, want := range []any{json.Delim('{'), "nftables", json.Delim('[')} {
		if t, err := d.Token(); err != nil || t != want {
			r.broken(d, err, `the file must begin with {"nftables": [`)
			return nil
		}
	}
	var out []member
	for d.More() {
		offset := int(d.InputOffset())
		for offset < len(r.src) && bytes.IndexByte([]byte(" \t\r\n,"), r.src[offset]) >= 0 {
			offset++
		}
		var object map[string]any
		if err := d.Decode(&object); err != nil {
			r.broken(d, err, "a member of the listing must be an object")
			return nil
		}
		for kind, body := range object {
			m := member{kind: kind, offset: offset}
			var isObject bool
			if m.object, isObject = body.(map[string]any); !isObject && body != nil {
				r.errorf(offset, "the %s is not an object", kind)
				return nil
			}
			out = append(out, m)
		}
	}
	for range 2 { // the ends of list and object
		if _, err := d.Token(); err != nil {
			r.broken(d, err, "the listing does not end")
			return nil
		}
	}
	if rest := bytes.TrimSpace(r.src[d.InputOffset():]); len(rest) > 0 {
		r.errorf(int(d.InputOffset()), "something follows the listing")
	}
	return out
}

// broken reports text that is not JSON, or not the JSON of nft.
func (r *reader) broken(d *json.Decoder, err error, otherwise string) {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		r.errorf(len(r.src), "the file is cut: the listing does not end")
	case errors.As(err, &syntax):
		r.errorf(max(0, int(d.InputOffset())), "the file is not JSON: %s", syntax.Error())
	default:
		r.errorf(int(d.InputOffset()), "%s", otherwise)
	}
}

// tooDeep returns the offset where brackets are nested too deep, or -1.
func tooDeep(src []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return i
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return -1
}

// declare reads tables, chains and sets, which other members refer to.
func (r *reader) declare(m member) {
	switch m.kind {
	case "metainfo":
		r.old = len(text(m.object["version"])) >= 4 && text(m.object["version"])[:4] == "0.9."
	case "table":
		r.table(m)
	case "chain", "set", "map":
		t := r.tableOf(m)
		if t == nil {
			return
		}
		if m.kind == "chain" {
			r.chain(t, m)
			return
		}
		name := text(m.object["name"])
		t.Sets[name] = &netfilter.Set{Name: name, Pos: r.pos(m.offset)}
	}
}

// fill reads the elements of sets.
func (r *reader) fill(m member) {
	t := r.tables[[2]string{text(m.object["family"]), text(m.object["table"])}]
	switch m.kind {
	case "set", "map":
		if t != nil {
			r.set(t, m)
		}
	case "element":
		if t != nil {
			r.elements(t.Sets[text(m.object["name"])], m.object["elem"], m.offset)
		}
	}
}

func (r *reader) table(m member) {
	key := [2]string{text(m.object["family"]), text(m.object["name"])}
	if r.tables[key] != nil {
		return
	}
	t := &netfilter.Table{World: netfilter.Nft, Family: key[0], Name: key[1], Pos: r.pos(m.offset), Sets: map[string]*netfilter.Set{}}
	for _, f := range list(m.object["flags"]) {
		t.Dormant = t.Dormant || text(f) == "dormant"
	}
	r.tables[key] = t
	r.order = append(r.order, t)
}

// tableOf returns the table of a member. It makes the table if the listing has it later or not at all.
func (r *reader) tableOf(m member) *netfilter.Table {
	key := [2]string{text(m.object["family"]), text(m.object["table"])}
	if r.tables[key] == nil {
		if key[0] == "" || key[1] == "" {
			r.errorf(m.offset, "the %s names no family and table", m.kind)
			return nil
		}
		r.table(member{object: map[string]any{"family": key[0], "name": key[1]}, offset: m.offset})
	}
	return r.tables[key]
}

// hooks are the hooks that the evaluation knows.
var hooks = map[string]netfilter.Hook{
	"ingress": netfilter.Ingress, "prerouting": netfilter.Prerouting, "input": netfilter.Input, "forward": netfilter.Forward,
	"output": netfilter.Output, "postrouting": netfilter.Postrouting, "egress": "egress",
}

func (r *reader) chain(t *netfilter.Table, m member) {
	c := &netfilter.Chain{Name: text(m.object["name"]), Pos: r.pos(m.offset)}
	if t.Chain(c.Name) != nil {
		r.errorf(m.offset, "chain %s of table %s is already there", c.Name, t.Label())
		return
	}
	if hook, isBase := m.object["hook"]; isBase {
		c.Base = &netfilter.Base{Type: text(m.object["type"]), Drop: text(m.object["policy"]) == "drop"}
		var known bool
		if c.Base.Hook, known = hooks[text(hook)]; !known {
			r.errorf(m.offset, "chain %s is at the hook %q, which rolewall does not know", c.Name, text(hook))
		}
		n, ok := number(m.object["prio"])
		if !ok {
			r.errorf(m.offset, "chain %s has no priority that is a number", c.Name)
		}
		c.Base.Priority = int(n)
		switch dev := m.object["dev"].(type) {
		case string:
			c.Base.Devices = []string{dev}
		case []any:
			for _, d := range dev {
				c.Base.Devices = append(c.Base.Devices, text(d))
			}
		}
	}
	t.Chains = append(t.Chains, c)
}

// text returns a string, or "" for any other value.
func text(v any) string {
	s, _ := v.(string)
	return s
}

// list returns a list. It returns a single value as a list of one.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// number reads a whole number.
func number(v any) (int64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := n.Int64()
	return i, err == nil
}

// one returns the only member of an object such as {"match": {...}}.
func one(v any) (string, any, bool) {
	o, ok := v.(map[string]any)
	if !ok || len(o) != 1 {
		return "", nil, false
	}
	for k, x := range o {
		return k, x, true
	}
	return "", nil, false
}

// show writes a value as JSON.
func show(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
