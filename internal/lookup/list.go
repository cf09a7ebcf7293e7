package lookup

import (
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/generators"
	"rolewall/ruleset"
)

// ListEntry is one entry of a list.
type ListEntry struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Family   string   `json:"family,omitempty"`   // of roles
	Aliases  []string `json:"aliases,omitempty"`  // of roles and services
	File     string   `json:"file,omitempty"`     // of targets
	Editions []string `json:"editions,omitempty"` // of roles, services and targets
}

// Kind is the kind of the entries in a list.
type Kind string

// The kinds.
const (
	Roles    Kind = "roles"
	Services Kind = "services"
	Features Kind = "features"
	Targets  Kind = "targets"
)

// List holds entries of one kind, and how they were chosen.
type List struct {
	Kind    Kind
	OS      ruleset.OS // empty means all
	Words   []string
	Entries []ListEntry
}

// NewList returns the entries of a kind that exist on os and whose name, title, family or aliases contain every
// word, in any case. An empty os means every edition. Roles and services that RolesCalled or ServicesCalled finds
// for the words come first. Features have no editions, so os does not matter for them.
func NewList(kind Kind, cat *catalog.Catalog, targets generators.Targets, os ruleset.OS, words []string) List {
	out := List{Kind: kind, OS: os, Words: words, Entries: []ListEntry{}}
	var called []string
	switch kind {
	case Roles:
		called = cat.RolesCalled(strings.Join(words, " "))
	case Services:
		called = cat.ServicesCalled(strings.Join(words, " "))
	}
	var others []ListEntry
	for _, e := range entriesOf(cat, targets, kind) {
		switch {
		case os != "" && kind != Features && !slices.Contains(e.Editions, string(os)):
		case slices.Contains(called, e.Name):
			out.Entries = append(out.Entries, e)
		case e.holds(words):
			others = append(others, e)
		}
	}
	out.Entries = append(out.Entries, others...)
	return out
}

// holds reports whether the entry contains every word, in any case.
func (e ListEntry) holds(words []string) bool {
	text := strings.ToLower(strings.Join(append([]string{e.Name, e.Title, e.Family}, e.Aliases...), " "))
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, strings.ToLower(word)) })
}

func entriesOf(cat *catalog.Catalog, targets generators.Targets, kind Kind) []ListEntry {
	var out []ListEntry
	switch kind {
	case Roles:
		for _, name := range cat.RoleNames() {
			r, _ := cat.Role(name)
			out = append(out, ListEntry{Name: name, Title: r.Title, Family: r.Family, Aliases: r.Aliases, Editions: EditionNames(r.List())})
		}
	case Services:
		for _, name := range cat.ServiceNames() {
			s, _ := cat.Service(name)
			out = append(out, ListEntry{Name: name, Title: s.Title, Aliases: s.Aliases, Editions: EditionNames(s.List())})
		}
	case Features:
		for _, name := range cat.FeatureNames() {
			title, _ := cat.Feature(name)
			out = append(out, ListEntry{Name: name, Title: title})
		}
	case Targets:
		for _, g := range targets {
			info := g.Info()
			editions := info.OS
			if len(editions) == 0 {
				editions = ruleset.AllOS()
			}
			out = append(out, ListEntry{Name: info.Name, Title: info.Title, File: info.File, Editions: EditionNames(editions)})
		}
	}
	return out
}

// NewUnboundList returns the rows of Windows services, from edition 2016 on, for which the catalog has no program.
// Each entry is a row, and its title says what was searched. os and words choose entries as in NewList.
func NewUnboundList(cat *catalog.Catalog, os ruleset.OS, words []string) List {
	out := List{Kind: Services, OS: os, Words: words, Entries: []ListEntry{}}
	for _, name := range cat.ServiceNames() {
		s, _ := cat.Service(name)
		for i := range s.Endpoints {
			e := &s.Endpoints[i]
			editions := cat.UnboundOn(s, e)
			if len(editions) == 0 || os != "" && !slices.Contains(editions, os) {
				continue
			}
			entry := ListEntry{Name: name, Title: e.Port() + ", " + e.App + ": " + e.Unbound, Editions: EditionNames(editions)}
			if entry.holds(words) {
				out.Entries = append(out.Entries, entry)
			}
		}
	}
	return out
}
