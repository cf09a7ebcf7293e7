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
