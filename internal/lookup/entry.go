package main

import (
	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/ruleset"
	"slices"
	"strings"
)

// entry is what show knows of one name.
type entry struct {
	Kind       string   `json:"kind"` // role, service, feature, port
	Name       string   `json:"name"`
	Title      string   `json:"title,omitempty"`
	Family     string   `json:"family,omitempty"`
	Editions   []string `json:"editions,omitempty"`
	Replaces   string   `json:"replaces,omitempty"` // what an entry of the site's own takes the place of
	Includes   []string `json:"includes,omitempty"`
	Services   []string `json:"services,omitempty"`
	Features   []string `json:"features,omitempty"`    // switched on by the role
	Optional   []string `json:"optional,omitempty"`    // services that a host may add to the role
	UsedBy     []string `json:"used_by,omitempty"`     // roles that bring it, or switch it on
	OptionalIn []string `json:"optional_in,omitempty"` // roles beside which a host may name the service
	Pins       []pin    `json:"pins,omitempty"`
	Conflicts  []string `json:"conflicts,omitempty"`
	Note       string   `json:"note,omitempty"`
	Sources    []source `json:"sources,omitempty"`
	Rows       []row    `json:"rows"`
}

type pin struct {
	Title    string   `json:"title"`
	Setting  string   `json:"setting"`
	Restart  string   `json:"restart,omitempty"`
	Default  string   `json:"default,omitempty"`
	Note     string   `json:"note,omitempty"`
	Editions []string `json:"editions"`
}

type source struct {
	Tag   string `json:"tag"`
	Title string `json:"title"`
	Where string `json:"where"`
}

// row is an endpoint of a service.
type row struct {
	Port     string   `json:"port"`
	App      string   `json:"app"`
	Service  string   `json:"service"`
	Audience string   `json:"audience,omitempty"`
	Reach    string   `json:"reach,omitempty"`
	Feature  string   `json:"feature,omitempty"`
	Never    string   `json:"never,omitempty"` // why it is never opened
	RPC      string   `json:"rpc,omitempty"`
	Listener string   `json:"listener,omitempty"`
	Editions []string `json:"editions"`
	Source   string   `json:"source"`
	Note     string   `json:"note,omitempty"`
}

// shelf finds entries of the catalog; os, if set, leaves out rows of other editions.
type shelf struct {
	cat *catalog.Catalog
	os  ruleset.OS
}

// find returns everything called name: a role, a service, a feature, or a port.
func (s *shelf) find(name string) ([]entry, error) {
	var out []entry
	if r, known := s.cat.Role(strings.ToLower(name)); known {
		out = append(out, s.role(r))
	}
	if v, known := s.cat.Service(name); known {
		out = append(out, s.service(v))
	}
	if title, known := s.cat.Feature(strings.ToLower(name)); known {
		out = append(out, s.feature(strings.ToLower(name), title))
	}
	if len(out) > 0 {
		return out, nil
	}
	if want, err := parsePort(name); err == nil {
		return []entry{s.port(name, want)}, nil
	} else if strings.Contains(name, "/") || strings.Trim(name, "0123456789-") == "" {
		return nil, portUsage(err, "%s")
	}
	all := slices.Concat(s.cat.RoleNames(), s.cat.ServiceNames(), s.cat.FeatureNames())
	hint := diag.Suggest(name, all)
	if hint == "" {
		hint = "rolewall list roles " + name + " looks for a word"
	}
	return nil, usage(hint, "nothing is called %q", name)
}
