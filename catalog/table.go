package catalog

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// table holds the entries of one kind by lower-case name. An entry is decoded on first use, since a policy needs
// only a few of hundreds.
type table[T any] map[string]entry[T]

type entry[T any] struct {
	name string
	get  func() T
}

// add adds an entry that read decodes.
func (t table[T]) add(name string, read func() T) {
	t[strings.ToLower(name)] = entry[T]{name, sync.OnceValue(read)}
}

// look returns the entry called name, without regard to case.
func (t table[T]) look(name string) (T, bool) {
	e, known := t[name] // most names are lower case
	if !known {
		e, known = t[strings.ToLower(name)]
	}
	if !known {
		var none T
		return none, false
	}
	return e.get(), true
}

// has reports whether there is an entry with that name, without regard to case and without decoding it.
func (t table[T]) has(name string) bool {
	_, known := t[strings.ToLower(name)]
	return known
}

// hasExactly reports whether there is an entry with exactly that name.
func (t table[T]) hasExactly(name string) bool {
	e, known := t[strings.ToLower(name)]
	return known && e.name == name
}

// names returns the names of the entries, sorted without regard to case.
func (t table[T]) names() []string {
	out := make([]string, 0, len(t))
	for _, key := range slices.Sorted(maps.Keys(t)) {
		out = append(out, t[key].name)
	}
	return out
}
