package main

import (
	"rolewall/catalog"
	"rolewall/generators"
	"rolewall/ruleset"
	"slices"
	"strings"
)

// listEntry is a line of a list.
type listEntry struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Family   string   `json:"family,omitempty"`   // of roles
	File     string   `json:"file,omitempty"`     // of targets
	Editions []string `json:"editions,omitempty"` // of roles, services and targets
}

// list is what there is of one kind.
type list struct {
	Kind    string // roles, services, features, targets
	Entries []listEntry
}

// listOf lists the entries of a kind that exist on os and hold the word, in any case. Without os and word, those are all.
func listOf(kind string, cat *catalog.Catalog, targets generators.Targets, os ruleset.OS, word string) list {
	word = strings.ToLower(word)
	out := list{Kind: kind, Entries: []listEntry{}}
	for _, e := range entriesOf(cat, targets, kind) {
		other := os != "" && kind != "features" && !slices.Contains(e.Editions, string(os))
		if !other && strings.Contains(strings.ToLower(e.Name+" "+e.Title+" "+e.Family), word) {
			out.Entries = append(out.Entries, e)
		}
	}
	return out
}

func editionNames(list []ruleset.OS) []string {
	out := make([]string, len(list))
	for i, os := range list {
		out[i] = string(os)
	}
	return out
}

func entriesOf(cat *catalog.Catalog, targets generators.Targets, kind string) []listEntry {
	var out []listEntry
	switch kind {
	case "roles":
		for _, name := range cat.RoleNames() {
			r, _ := cat.Role(name)
			out = append(out, listEntry{Name: name, Title: r.Title, Family: r.Family, Editions: editionNames(r.List())})
		}
	case "services":
		for _, name := range cat.ServiceNames() {
			s, _ := cat.Service(name)
			out = append(out, listEntry{Name: name, Title: s.Title, Editions: editionNames(s.List())})
		}
	case "features":
		for _, name := range cat.FeatureNames() {
			title, _ := cat.Feature(name)
			out = append(out, listEntry{Name: name, Title: title})
		}
	case "targets":
		for _, g := range targets {
			info := g.Info()
			editions := info.OS
			if len(editions) == 0 {
				editions = ruleset.AllOS()
			}
			out = append(out, listEntry{Name: info.Name, Title: info.Title, File: info.File, Editions: editionNames(editions)})
		}
	}
	return out
}
