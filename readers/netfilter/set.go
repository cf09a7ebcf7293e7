package netfilter

import (
	"rolewall/diag"
)

// Set is a set of values, named or within a rule; the elements of a map have verdicts.
type Set struct {
	Name     string // empty within a rule
	Pos      diag.Pos
	Elements []Element
	Dynamic  bool   // packets fill it, or elements go by themselves
	Missing  string // why its elements are not known; empty where they are
}

// Element is a member of a set: a key for each field.
type Element struct {
	Key     []Key
	Verdict *Verdict
}

// Key is a run of values, or the name of an interface; "tun*" is every name that begins so.
type Key struct {
	Span
	Name string
}

// Values is a set within a rule for one field.
func Values(spans ...Span) *Set {
	s := &Set{}
	for _, x := range spans {
		s.Elements = append(s.Elements, Element{Key: []Key{{Span: x}}})
	}
	return s
}

// Names is a set of interfaces within a rule.
func Names(names ...string) *Set {
	s := &Set{}
	for _, n := range names {
		s.Elements = append(s.Elements, Element{Key: []Key{{Name: n}}})
	}
	return s
}

// MaxElements is how many elements all sets of a host may have together.
const MaxElements = 1_000_000

// Grow counts elements, and reports whether the limit still holds.
func (st *State) Grow(n int) bool {
	st.elements += n
	return st.elements <= MaxElements
}
