// Package winjson reads the file that the script of `rolewall capture windows` writes from PowerShell's
// ActiveStore: one JSON object with the rules of Get-NetFirewallRule, their filters, and the profiles.
//
// It converts each rule to a rule string and reads that. So a rule means the same in every kind of capture.
package winjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"sort"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/winstore"
	"rolewall/readers/wintext"
)

// hint says how to make a file for this package.
const hint = "make the file on the host with the script that `rolewall capture windows` prints"

// Detect reports whether a file begins as such JSON does.
func Detect(head []byte) bool {
	text := wintext.Head(head)
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return false
	}
	for _, word := range []string{`"FirewallStore"`, `"Rules"`, `"PolicyStoreSource"`, `"EdgeTraversalPolicy"`, `"DefaultInboundAction"`, `"InstanceID"`} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// Read adds the rules and profiles of a file to st, and what is wrong with the file to errs.
func Read(file string, src []byte, st *winstore.State, errs *diag.List) {
	text, ok := wintext.Decode(file, src, hint, errs)
	if !ok {
		return
	}
	r := &reader{file: file, src: []byte(text), st: st, errs: errs, filters: map[string]map[string]member{}}
	if r.document() {
		r.finish()
		st.Sources = append(st.Sources, capture.Source{File: file, Form: "powershell", Complete: true})
	}
}

// reader reads one file.
type reader struct {
	file    string
	src     []byte
	newline []int // offsets of line ends, made on first use
	st      *winstore.State
	errs    *diag.List

	rules   []object
	filters map[string]map[string]member // by InstanceID: the members of all filters of a rule
	parts   map[string]bool              // members of the document that were found
}

// member is an undecoded member of an object.
type member = json.RawMessage

// object is an object of the file, and its offset.
type object struct {
	members map[string]member
	pos     diag.Pos
}

// fail adds a mistake at an offset and returns false.
func (r *reader) fail(offset int, format string, args ...any) bool {
	r.errs.Add(r.pos(offset), hint, format, args...)
	return false
}

// pos is the position of an offset.
func (r *reader) pos(offset int) diag.Pos {
	if r.newline == nil {
		for i, b := range r.src {
			if b == '\n' {
				r.newline = append(r.newline, i)
			}
		}
	}
	offset = min(offset, len(r.src))
	line := sort.SearchInts(r.newline, offset)
	start := 0
	if line > 0 {
		start = r.newline[line-1] + 1
	}
	return diag.Pos{File: r.file, Line: line + 1, Column: len([]rune(string(r.src[start:offset]))) + 1}
}

// document reads the object that is the whole file.
func (r *reader) document() bool {
	d := json.NewDecoder(bytes.NewReader(r.src))
	if token, err := d.Token(); err != nil {
		return r.broken(d, err)
	} else if token != json.Delim('{') {
		return r.fail(0, "this is a list, and not the object of the script: rules without their filters say neither ports nor addresses")
	}
	r.parts = map[string]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return r.broken(d, err)
		}
		key := name.(string)
		if r.parts[key] {
			return r.fail(int(d.InputOffset()), "%.40q stands twice", key)
		}
		r.parts[key] = true
		if !r.part(d, key) {
			return false
		}
	}
	if _, err := d.Token(); err != nil {
		return r.broken(d, err)
	}
	if rest := bytes.TrimSpace(r.src[d.InputOffset():]); len(rest) > 0 {
		return r.fail(int(d.InputOffset()), "there is more text after the end of the JSON")
	}
	for _, key := range []string{"Rules", "Port", "Address", "Application", "Service", "Profiles"} {
		if !r.parts[key] {
			return r.fail(0, "the member %q is missing: without it the rules cannot be told", key)
		}
	}
	return true
}

// broken reports JSON that ends early or is invalid.
func (r *reader) broken(d *json.Decoder, err error) bool {
	offset := int(d.InputOffset())
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset = int(syntax.Offset)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.fail(len(r.src), "the file is cut off: the JSON does not end")
	}
	return r.fail(offset, "this is not JSON: %s", err)
}

// part reads a member of the document. It skips members that are not about the firewall.
func (r *reader) part(d *json.Decoder, key string) bool {
	switch key {
	case "Rules":
		return r.objects(d, func(o object) bool { r.rules = append(r.rules, o); return true })
	case "Port", "Address", "Application", "Service", "InterfaceType", "Interface", "Security":
		return r.objects(d, r.filter)
	case "Profiles":
		return r.objects(d, r.profile)
	case "ConnectionProfiles":
		return r.objects(d, r.connection)
	}
	var skipped json.RawMessage
	if err := d.Decode(&skipped); err != nil {
		return r.broken(d, err)
	}
	return true
}

// objects reads a list of objects, a single object, or null.
func (r *reader) objects(d *json.Decoder, each func(object) bool) bool {
	start := r.skip(int(d.InputOffset()))
	if start < len(r.src) && r.src[start] == '[' {
		if _, err := d.Token(); err != nil {
			return r.broken(d, err)
		}
		for d.More() {
			if !r.object(d, each) {
				return false
			}
		}
		if _, err := d.Token(); err != nil {
			return r.broken(d, err)
		}
		return true
	}
	return r.object(d, each)
}

func (r *reader) object(d *json.Decoder, each func(object) bool) bool {
	at := r.skip(int(d.InputOffset()))
	var members map[string]member
	if err := d.Decode(&members); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return r.fail(at, "an object is wanted here, and this is a %s: -Depth of ConvertTo-Json was too small", wrong.Value)
		}
		return r.broken(d, err)
	}
	return members == nil || each(object{members, r.pos(at)})
}

// skip returns the offset of the next value behind blanks, a colon and a comma.
func (r *reader) skip(offset int) int {
	for offset < len(r.src) && strings.IndexByte(" \t\r\n:,", r.src[offset]) >= 0 {
		offset++
	}
	return offset
}

// severalFilters is a member that makes a rule unmapped.
const severalFilters = "SeveralFilters"

// filter adds one filter of a rule. The filters of a rule have different members, so one map can hold them all.
func (r *reader) filter(o object) bool {
	id := words(o.members["InstanceID"])
	if len(id) != 1 {
		r.errs.Add(o.pos, hint, "a filter has no InstanceID, by which its rule is found")
		return false
	}
	all := r.filters[id[0]]
	if all == nil {
		all = map[string]member{}
		r.filters[id[0]] = all
	}
	for name, value := range o.members {
		if old, twice := all[name]; twice && !bytes.Equal(old, value) && slices.Contains(conditionsOfFilters, name) {
			all[severalFilters] = member(`"` + name + `"`) // two rules have the same InstanceID, so the filters cannot be assigned
		}
		all[name] = value
	}
	return true
}
