package netfilter

import (
	"rolewall/diag"
)

// Set is a set of values, with a name or inside a rule. The elements of a map have verdicts.
type Set struct {
	Name     string // empty inside a rule
	Pos      diag.Pos
	Elements []Element
	Dynamic  bool   // packets fill it, or its elements expire
	Missing  string // why its elements are unknown; empty if they are known
}

// Element is an element of a set, with a key for each field.
type Element struct {
	Key     []Key
	Verdict *Verdict
}

// Key is a range of values, or the name of an interface. "tun*" is every name with that beginning.
type Key struct {
	Span
	Name string
}

// Values returns a set for one field inside a rule.
func Values(spans ...Span) *Set {
	s := &Set{}
	for _, x := range spans {
		s.Elements = append(s.Elements, Element{Key: []Key{{Span: x}}})
	}
	return s
}

// Names returns a set of interfaces inside a rule.
func Names(names ...string) *Set {
	s := &Set{}
	for _, n := range names {
		s.Elements = append(s.Elements, Element{Key: []Key{{Name: n}}})
	}
	return s
}

// MaxElements is how many elements all sets of a host may have together.
const MaxElements = 1_000_000

// Grow counts n more elements. It returns false if there are too many.
func (st *State) Grow(n int) bool {
	st.elements += n
	return st.elements <= MaxElements
}
