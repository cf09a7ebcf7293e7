// Package lookup answers what the catalog and the targets offer: everything about one role, service, feature or
// port, and lists of all of one kind. "rolewall show" and "rolewall list" print the answers as JSON. Package
// report writes them as text. It reads no policy.
package lookup

import (
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/ruleset"
)

// Entry is everything about one name. Lists are in the order of the catalog.
type Entry struct {
	Kind       string   `json:"kind"` // role, service, feature, port
	Name       string   `json:"name"`
	Title      string   `json:"title,omitempty"`
	Family     string   `json:"family,omitempty"`
	Aliases    []string `json:"aliases,omitempty"` // other names of roles and services
	Editions   []string `json:"editions,omitempty"`
	Replaces   string   `json:"replaces,omitempty"` // the built-in entry that a site's catalog replaces
	Includes   []string `json:"includes,omitempty"`
	Services   []string `json:"services,omitempty"`
	Features   []string `json:"features,omitempty"`    // features that the role switches on
	Optional   []string `json:"optional,omitempty"`    // services that a host may add to the role
	UsedBy     []string `json:"used_by,omitempty"`     // roles that include it or switch it on
	OptionalIn []string `json:"optional_in,omitempty"` // roles for which it is an optional service
	Pins       []Pin    `json:"pins,omitempty"`
	Conflicts  []string `json:"conflicts,omitempty"`
	Mutual     bool     `json:"mutual,omitempty"` // the role's hosts are clients of each other
	Note       string   `json:"note,omitempty"`
	Sources    []Source `json:"sources,omitempty"`
	Rows       []Row    `json:"rows"`
}

// Pin is the setting that gives a service a fixed RPC port.
type Pin struct {
	Title    string   `json:"title"`
	Setting  string   `json:"setting"`
	Restart  string   `json:"restart,omitempty"`
	Default  string   `json:"default,omitempty"`
	Note     string   `json:"note,omitempty"`
	Editions []string `json:"editions"`
}

// Source is a document that the catalog cites.
type Source struct {
	Tag   string `json:"tag"`
	Title string `json:"title"`
	Where string `json:"where"`
}

// Row is an endpoint of a service.
type Row struct {
	Port       string   `json:"port"`
	App        string   `json:"app"`
	Service    string   `json:"service"`
	Audience   string   `json:"audience,omitempty"`
	Reach      string   `json:"reach,omitempty"`
	Interfaces []string `json:"interfaces,omitempty"` // where it may be reached; none means every interface
	Feature    string   `json:"feature,omitempty"`
	Never      string   `json:"never,omitempty"` // why it is never opened
	RPC        string   `json:"rpc,omitempty"`
	Listener   string   `json:"listener,omitempty"`
	Editions   []string `json:"editions"`
	Source     string   `json:"source"`
	Note       string   `json:"note,omitempty"`
}

// Finder finds entries of a catalog.
type Finder struct {
	Catalog *catalog.Catalog
	OS      ruleset.OS // leaves out rows of other editions; empty means all editions
}

// Find returns every role, service and feature with that name, in any case. If no role has the name, it returns
// the roles that RolesCalled finds for it. If nothing has the name, it also returns the services that
// ServicesCalled finds. A name such as "https" that is no service is also a port (PortName). Any other name may be
// a port: ParsePort says how ports are written. If Find finds nothing, it returns an error with a hint.
func (f *Finder) Find(name string) ([]Entry, error) {
	var out []Entry
	r, isRole := f.Catalog.Role(strings.ToLower(name))
	v, isService := f.Catalog.Service(name)
	title, isFeature := f.Catalog.Feature(strings.ToLower(name))
	if isRole {
		out = append(out, f.role(r))
	} else {
		out = f.called(name)
	}
	if isService {
		out = append(out, f.service(v))
	} else if !isRole && !isFeature {
		out = append(out, f.calledServices(name)...)
	}
	if isFeature {
		out = append(out, f.feature(strings.ToLower(name), title))
	}
	if isOne := func(e Entry) bool { return e.Kind == "service" }; PortName(name) != nil && !slices.ContainsFunc(out, isOne) {
		out = append(out, f.named(name))
	}
	if len(out) > 0 {
		return out, nil
	}
	traffic, err := ParsePort(name)
	if err == nil {
		return []Entry{f.port(name, traffic)}, nil
	}
	if strings.Contains(name, "/") || strings.Trim(name, "0123456789-") == "" {
		return nil, err
	}
	return nil, diag.Errorf(f.hint(name), "nothing is called %q", name)
}

// called returns the roles that people may mean by a name.
func (f *Finder) called(name string) []Entry {
	var all []Entry
	for _, role := range f.Catalog.RolesCalled(name) {
		r, _ := f.Catalog.Role(role)
		all = append(all, f.role(r))
	}
	return f.here(all)
}

// calledServices returns the services that people may mean by a name.
func (f *Finder) calledServices(name string) []Entry {
	var all []Entry
	for _, service := range f.Catalog.ServicesCalled(name) {
		s, _ := f.Catalog.Service(service)
		all = append(all, f.service(s))
	}
	return f.here(all)
}

// here returns the entries for the edition of the question. If there are none, it returns all.
func (f *Finder) here(all []Entry) []Entry {
	elsewhere := func(e Entry) bool { return f.OS != "" && !slices.Contains(e.Editions, string(f.OS)) }
	if here := slices.DeleteFunc(slices.Clone(all), elsewhere); len(here) > 0 {
		return here
	}
	return all
}

// hint returns the names most similar to an unknown name.
func (f *Finder) hint(name string) string {
	names := slices.Concat(f.Catalog.RoleNames(), f.Catalog.ServiceNames(), f.Catalog.FeatureNames())
	near, found := diag.Nearest(name, slices.Concat(names, f.Catalog.LongAliases()))
	switch {
	case !found:
		return "rolewall list roles " + name + " looks for a word"
	case slices.Contains(names, near):
		return diag.Suggest(near, names)
	}
	return f.Catalog.SuggestRole(near, "")
}

// RoleEntry returns everything about a role.
func (f *Finder) RoleEntry(r *catalog.Role) Entry { return f.role(r) }

// ServiceEntry returns everything about a service.
func (f *Finder) ServiceEntry(s *catalog.Service) Entry { return f.service(s) }
