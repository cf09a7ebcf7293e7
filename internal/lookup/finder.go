package main

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

func (s *shelf) role(r *catalog.Role) entry {
	e := entry{
		Kind: "role", Name: r.Name, Title: r.Title, Family: r.Family, Editions: editionNames(r.List()), Replaces: r.Replaces,
		Includes: texts(r.Includes), Features: texts(r.Features), Optional: texts(r.Optional), Note: r.Note, Rows: []row{},
	}
	for _, ref := range r.Services {
		if s.os != "" && !ref.Has(s.os) {
			continue
		}
		e.Services = append(e.Services, serviceRefText(ref))
	}
	for _, name := range s.cat.RoleNames() {
		if other, _ := s.cat.Role(name); slices.Contains(texts(other.Includes), r.Name) {
			e.UsedBy = append(e.UsedBy, name)
		}
	}
	s.roleRows(&e, r, map[string]bool{})
	e.Sources = s.sources(append(strings.Split(r.Source, ","), rowTags(e.Rows)...))
	return e
}

// serviceRefText is a role's use of a service with its conditions: "RemoteAccess (only tcp/1723, gre)".
func serviceRefText(ref catalog.ServiceRef) string {
	var limits []string
	if len(ref.Only) > 0 {
		limits = append(limits, "only "+strings.Join(ref.Only, ", "))
	}
	if ref.Since != "" || ref.Until != "" || ref.Platform != "" {
		limits = append(limits, span(editionNames(ref.List())))
	}
	if limits == nil {
		return ref.Name.Value
	}
	return ref.Name.Value + " (" + strings.Join(limits, "; ") + ")"
}

// roleRows adds the rows of the role's services and of the roles it includes.
func (s *shelf) roleRows(e *entry, r *catalog.Role, seen map[string]bool) {
	for _, ref := range r.Services {
		v, _ := s.cat.Service(ref.Name.Value)
		if s.os != "" && !ref.Has(s.os) || seen[v.Name] {
			continue
		}
		seen[v.Name] = true
		for _, x := range s.rows(v) {
			if len(ref.Only) == 0 || slices.Contains(ref.Only, x.Port) {
				e.Rows = append(e.Rows, x)
			}
		}
	}
	for _, name := range r.Includes {
		if include, known := s.cat.Role(name.Value); known {
			s.roleRows(e, include, seen)
		}
	}
}

func (s *shelf) service(v *catalog.Service) entry {
	e := entry{Kind: "service", Name: v.Name, Title: v.Title, Editions: editionNames(v.List()), Replaces: v.Replaces, Note: v.Note, Rows: s.rows(v)}
	for _, name := range s.cat.RoleNames() {
		r, _ := s.cat.Role(name)
		if slices.ContainsFunc(r.Services, func(ref catalog.ServiceRef) bool { return strings.EqualFold(ref.Name.Value, v.Name) }) {
			e.UsedBy = append(e.UsedBy, name)
		}
		if slices.ContainsFunc(r.Optional, func(t tomldoc.Text) bool { return strings.EqualFold(t.Value, v.Name) }) {
			e.OptionalIn = append(e.OptionalIn, name)
		}
	}
	tags := rowTags(e.Rows)
	for _, p := range v.Pins {
		if s.os != "" && !p.Has(s.os) {
			continue
		}
		setting := p.Place
		if p.Value != "" {
			setting += ", value " + p.Value
		}
		e.Pins = append(e.Pins, pin{p.Title, setting, p.Restart, p.Default, p.Note, editionNames(p.List())})
		tags = append(tags, strings.Split(p.Source, ",")...)
	}
	for _, c := range s.cat.Conflicts() {
		if slices.ContainsFunc(c.Services, func(name string) bool { return strings.EqualFold(name, v.Name) }) {
			e.Conflicts = append(e.Conflicts, fmt.Sprintf("%s, one of %s: %s", c.Port, strings.Join(c.Services, ", "), c.Note))
			tags = append(tags, strings.Split(c.Source, ",")...)
		}
	}
	e.Sources = s.sources(tags)
	return e
}

func (s *shelf) feature(name, title string) entry {
	e := entry{Kind: "feature", Name: name, Title: title, Rows: []row{}}
	for _, r := range s.all() {
		if r.Feature == name {
			e.Rows = append(e.Rows, r)
		}
	}
	for _, role := range s.cat.RoleNames() {
		if r, _ := s.cat.Role(role); slices.Contains(texts(r.Features), name) {
			e.UsedBy = append(e.UsedBy, role)
		}
	}
	e.Sources = s.sources(rowTags(e.Rows))
	return e
}

// all are the rows of every service.
func (s *shelf) all() []row {
	var out []row
	for _, name := range s.cat.ServiceNames() {
		v, _ := s.cat.Service(name)
		out = append(out, s.rows(v)...)
	}
	return out
}

// rows are the endpoints of a service.
func (s *shelf) rows(v *catalog.Service) []row {
	out := []row{}
	for i := range v.Endpoints {
		if e := &v.Endpoints[i]; s.os == "" || e.Has(s.os) && v.Has(s.os) {
			out = append(out, newRow(v, e))
		}
	}
	return out
}

func newRow(v *catalog.Service, e *catalog.Endpoint) row {
	r := row{
		Port: e.Port(), App: e.App, Service: v.Name, Audience: string(e.Audience), Feature: e.Feature, Never: e.Never, RPC: string(e.RPC),
		Listener: e.Listener, Editions: rowEditions(v, e), Source: e.Source(), Note: e.Note,
	}
	if e.Reach != catalog.ReachAudience {
		r.Reach = string(e.Reach)
	}
	return r
}

// rowEditions are those on which both the service and its row exist.
func rowEditions(v *catalog.Service, e *catalog.Endpoint) []string {
	return editionNames(slices.DeleteFunc(e.List(), func(os ruleset.OS) bool { return !v.Has(os) }))
}

func rowTags(rows []row) []string {
	var out []string
	for _, r := range rows {
		out = append(out, strings.Split(r.Source, ",")...)
	}
	return out
}

// sources explains tags, each once, sorted.
func (s *shelf) sources(tags []string) []source {
	var out []source
	slices.Sort(tags)
	for _, tag := range slices.Compact(tags) {
		if doc, known := s.cat.Source(strings.TrimSpace(tag)); known {
			out = append(out, source{strings.TrimSpace(tag), doc.Title, doc.Where})
		}
	}
	return out
}

func texts(list []tomldoc.Text) []string {
	var out []string
	for _, t := range list {
		out = append(out, t.Value)
	}
	return out
}
