package lookup

import (
	"rolewall/catalog"
	"rolewall/generators"
	"rolewall/ruleset"
	"slices"
	"strings"
)

// ListEntry is one entry of a list.
type ListEntry struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Family   string   `json:"family,omitempty"`   // of roles
	File     string   `json:"file,omitempty"`     // of targets
	Editions []string `json:"editions,omitempty"` // of roles, services and targets
}

// Kind is what a list is about.
type Kind string

// The kinds.
const (
	Roles    Kind = "roles"
	Services Kind = "services"
	Features Kind = "features"
	Targets  Kind = "targets"
)

// List holds entries of one kind.
type List struct {
	Kind    Kind
	Entries []ListEntry
}

// NewList lists the entries of a kind. It keeps those that exist on os, unless os is empty, and whose name, title or family
// holds word, in any case. Features have no editions: os leaves none out.
func NewList(kind Kind, cat *catalog.Catalog, targets generators.Targets, os ruleset.OS, word string) List {
	word = strings.ToLower(word)
	out := List{Kind: kind, Entries: []ListEntry{}}
	for _, e := range entriesOf(cat, targets, kind) {
		other := os != "" && kind != Features && !slices.Contains(e.Editions, string(os))
		if !other && strings.Contains(strings.ToLower(e.Name+" "+e.Title+" "+e.Family), word) {
			out.Entries = append(out.Entries, e)
		}
	}
	return out
}

func entriesOf(cat *catalog.Catalog, targets generators.Targets, kind Kind) []ListEntry {
	var out []ListEntry
	switch kind {
	case Roles:
		for _, name := range cat.RoleNames() {
			r, _ := cat.Role(name)
			out = append(out, ListEntry{Name: name, Title: r.Title, Family: r.Family, Editions: EditionNames(r.List())})
		}
	case Services:
		for _, name := range cat.ServiceNames() {
			s, _ := cat.Service(name)
			out = append(out, ListEntry{Name: name, Title: s.Title, Editions: EditionNames(s.List())})
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

// NewUnboundList lists the rows of Windows services from edition 2016 on for which the catalog names no program: an entry a
// row, with what was searched as its title. os and word keep entries as in NewList.
func NewUnboundList(cat *catalog.Catalog, os ruleset.OS, word string) List {
	word = strings.ToLower(word)
	out := List{Kind: Services, Entries: []ListEntry{}}
	for _, name := range cat.ServiceNames() {
		s, _ := cat.Service(name)
		for i := range s.Endpoints {
			e := &s.Endpoints[i]
			editions := cat.UnboundOn(s, e)
			if len(editions) == 0 || os != "" && !slices.Contains(editions, os) {
				continue
			}
			entry := ListEntry{Name: name, Title: e.Port() + ", " + e.App + ": " + e.Unbound, Editions: EditionNames(editions)}
			if strings.Contains(strings.ToLower(entry.Name+" "+entry.Title), word) {
				out.Entries = append(out.Entries, entry)
			}
		}
	}
	return out
}
