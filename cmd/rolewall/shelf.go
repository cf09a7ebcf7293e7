package main

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/ruleset"
	"rolewall/strict"
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
		if slices.ContainsFunc(r.Optional, func(t strict.Text) bool { return strings.EqualFold(t.Value, v.Name) }) {
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

func texts(list []strict.Text) []string {
	var out []string
	for _, t := range list {
		out = append(out, t.Value)
	}
	return out
}

// portQuery is traffic asked about: some protocols, and a port or type where there is one.
type portQuery struct {
	protocols []ruleset.Protocol
	port      uint16 // of TCP and UDP
	icmp      string // type of ICMP and ICMPv6
}

// parsePort reads tcp/445, 445, icmp/8, gre, protocol/47.
func parsePort(text string) (portQuery, error) {
	name, number, has := strings.Cut(strings.ToLower(text), "/")
	if !has && strings.Trim(name, "0123456789") == "" {
		r, err := ruleset.ParsePortRange(name)
		return portQuery{protocols: []ruleset.Protocol{ruleset.TCP, ruleset.UDP}, port: r.First}, err
	}
	if name == "protocol" {
		name, has = number, false
	}
	p, err := ruleset.ParseProtocol(name)
	if err != nil {
		return portQuery{}, err
	}
	q := portQuery{protocols: []ruleset.Protocol{p}}
	switch {
	case p.HasPorts():
		r, err := ruleset.ParsePortRange(number)
		if err == nil && r.First != r.Last {
			err = fmt.Errorf("%s is a range, ask about one port", number)
		}
		q.port = r.First
		return q, err
	case p.HasTypes():
		_, err := ruleset.ParseICMPType(number)
		q.icmp = number
		return q, err
	case has:
		return q, fmt.Errorf("%s has no ports", name)
	}
	return q, nil
}

func (s *shelf) port(name string, q portQuery) entry {
	e := entry{Kind: "port", Name: name, Rows: []row{}}
	own := false
	for _, service := range s.cat.ServiceNames() {
		v, _ := s.cat.Service(service)
		for i := range v.Endpoints {
			if x := &v.Endpoints[i]; (s.os == "" || x.Has(s.os) && v.Has(s.os)) && q.matches(x) {
				e.Rows = append(e.Rows, newRow(v, x))
				own = true
			}
		}
	}
	if !own {
		e.Title = "no service of the catalog has it as its own"
	}
	for _, role := range s.cat.RoleNames() {
		r, _ := s.cat.Role(role)
		of := entry{}
		s.roleRows(&of, r, map[string]bool{})
		if slices.ContainsFunc(of.Rows, func(x row) bool {
			return x.Never == "" && slices.ContainsFunc(e.Rows, func(y row) bool { return x.Service == y.Service && x.Port == y.Port })
		}) {
			e.UsedBy = append(e.UsedBy, role)
		}
	}
	for _, old := range []ruleset.OS{ruleset.Windows2003, ruleset.Windows2008} {
		if r := old.DynamicRange(); q.port != 0 && r.Contains(ruleset.PortRange{First: q.port, Last: q.port}) {
			e.Note = fmt.Sprintf("inside the dynamic range %s of %s and the editions around it, from which RPC services and clients take ports", r, old)
		}
	}
	e.Sources = s.sources(rowTags(e.Rows))
	return e
}

func (q portQuery) matches(e *catalog.Endpoint) bool {
	if !slices.Contains(q.protocols, e.Protocol) || e.OwnRange {
		return false
	}
	if e.Protocol.HasTypes() {
		return slices.ContainsFunc(e.ICMP, func(t ruleset.ICMPType) bool { return t.String() == q.icmp })
	}
	return !e.Protocol.HasPorts() || e.Ports.Contains(ruleset.Ports{{First: q.port, Last: q.port}})
}
