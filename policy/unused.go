package policy

import (
	"maps"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/tomldoc"
)

// own holds what the policy itself defines.
type own struct {
	networks map[string]*network
	roles    []*catalog.Role
	services []*catalog.Service
}

// OwnRole reports whether the policy itself defines a role, not its catalog.
func (p *Policy) OwnRole(r *catalog.Role) bool { return slices.Contains(p.own.roles, r) }

// OwnService reports whether the policy itself defines a service, not its catalog.
func (p *Policy) OwnService(s *catalog.Service) bool { return slices.Contains(p.own.services, s) }

// Unused is something that the policy defines and does not use.
type Unused struct {
	Kind     string // network, role, service
	Name     string
	Location tomldoc.Location
}

// Unused returns the networks, roles and services that the policy defines and does not use, in this order, by
// name.
func (p *Policy) Unused() []Unused {
	u := users{p: p, networks: map[string]bool{}, roles: map[string]bool{}, services: map[string]bool{}}
	for _, l := range p.everyLevel() {
		u.level(l)
	}
	for _, d := range p.Lint.Denies {
		u.sources(d.From)
		u.sources(d.Outside)
	}
	for _, r := range p.Lint.Requires {
		u.sources(r.From)
	}
	for _, i := range p.Ignores {
		u.sources(i.From)
	}
	var out []Unused
	for _, name := range slices.Sorted(maps.Keys(p.own.networks)) {
		if !u.networks[name] {
			out = append(out, Unused{"network", name, p.own.networks[name].at})
		}
	}
	for _, r := range p.own.roles {
		if !u.roles[r.Name] {
			out = append(out, Unused{"role", r.Name, r.Location})
		}
	}
	for _, s := range p.own.services {
		if !u.services[strings.ToLower(s.Name)] {
			out = append(out, Unused{"service", s.Name, s.Location})
		}
	}
	return out
}

// everyLevel returns all levels of the policy: the file, the groups by name, the hosts, and the roles' audiences by name.
func (p *Policy) everyLevel() []*Level {
	out := []*Level{p.File}
	for _, name := range slices.Sorted(maps.Keys(p.Groups)) {
		out = append(out, p.Groups[name].withRoleAudiences()...)
	}
	for _, h := range p.Hosts {
		out = append(out, h.withRoleAudiences()...)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Roles)) {
		out = append(out, p.Roles[name])
	}
	return out
}

// users collects what is used. Names inside an unused role do not count as used.
type users struct {
	p                         *Policy
	networks, roles, services map[string]bool
}

func (u users) level(l *Level) {
	for r := range l.Roles.All() {
		u.role(r.Value)
	}
	for s := range l.Services.All() {
		u.services[strings.ToLower(s.Value)] = true
	}
	for _, s := range l.Settings.Audience.Lists() {
		u.sources(s.Value)
	}
	for _, o := range l.Settings.IPsec.Outbound.Get() {
		u.sources(o.To)
	}
	for _, a := range l.Exceptions {
		u.sources(a.From)
	}
}

func (u users) role(name string) {
	if u.roles[name] {
		return
	}
	u.roles[name] = true
	r, known := u.p.Catalog.Role(name)
	if !known {
		return
	}
	for _, s := range r.Services {
		u.services[strings.ToLower(s.Name.Value)] = true
	}
	for _, include := range r.Includes {
		u.role(include.Value)
	}
}

func (u users) sources(s SourceList) {
	for x := range s.List.All() {
		u.network(x.Value)
	}
}

func (u users) network(name string) {
	n, own := u.p.own.networks[name]
	if !own || u.networks[name] {
		return
	}
	u.networks[name] = true
	for _, x := range n.list {
		u.network(x.Value)
	}
}
