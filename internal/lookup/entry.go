// Package lookup answers what the catalog and the targets offer: everything about one role, service, feature or port, and
// lists of all of one kind. Answers are values with JSON names, which "rolewall show" and "rolewall list" print; package
// report writes them as text. It reads no policy.
package lookup

import (
	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/ruleset"
	"slices"
	"strings"
)

// Entry is everything about one name. Lists are sorted as the catalog has them.
type Entry struct {
	Kind       string   `json:"kind"` // role, service, feature, port
	Name       string   `json:"name"`
	Title      string   `json:"title,omitempty"`
	Family     string   `json:"family,omitempty"`
	Aliases    []string `json:"aliases,omitempty"` // of roles and services: what people call them
	Editions   []string `json:"editions,omitempty"`
	Replaces   string   `json:"replaces,omitempty"` // the built-in entry that a site's catalog replaces
	Includes   []string `json:"includes,omitempty"`
	Services   []string `json:"services,omitempty"`
	Features   []string `json:"features,omitempty"`    // that the role turns on
	Optional   []string `json:"optional,omitempty"`    // services that a host may add to the role
	UsedBy     []string `json:"used_by,omitempty"`     // roles that include it or turn it on
	OptionalIn []string `json:"optional_in,omitempty"` // roles beside which a host may name the service
	Pins       []Pin    `json:"pins,omitempty"`
	Conflicts  []string `json:"conflicts,omitempty"`
	Mutual     bool     `json:"mutual,omitempty"` // a role whose hosts are clients of each other
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
	Interfaces []string `json:"interfaces,omitempty"` // on which it is reached; none is every one
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
	OS      ruleset.OS // leaves out rows of other editions; empty for all
}

// Find returns every role, service and feature of that name, in any case. Where no role has the name, it returns the roles that
// are called so, and where nothing has it, the services too: catalog.RolesCalled and ServicesCalled say what counts. A name such as
// "https" that is no service is a port too (PortName). A name that is none of these may be a port; ParsePort says how ports are
// written. Where there is nothing of that name, Find fails with a hint.
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

// called returns the roles that are called so.
func (f *Finder) called(name string) []Entry {
	var all []Entry
	for _, role := range f.Catalog.RolesCalled(name) {
		r, _ := f.Catalog.Role(role)
		all = append(all, f.role(r))
	}
	return f.here(all)
}

// calledServices returns the services that are called so.
func (f *Finder) calledServices(name string) []Entry {
	var all []Entry
	for _, service := range f.Catalog.ServicesCalled(name) {
		s, _ := f.Catalog.Service(service)
		all = append(all, f.service(s))
	}
	return f.here(all)
}

// here keeps the entries of the edition that is asked about; those of all editions, where it has none.
func (f *Finder) here(all []Entry) []Entry {
	elsewhere := func(e Entry) bool { return f.OS != "" && !slices.Contains(e.Editions, string(f.OS)) }
	if here := slices.DeleteFunc(slices.Clone(all), elsewhere); len(here) > 0 {
		return here
	}
	return all
}

// hint names what is most like a name that nothing has.
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
