package resolver

import (
	"maps"
	"slices"

	"rolewall/catalog"
	"rolewall/tomldoc"
)

// assignment is a service that the host runs, with its provenance path: the roles through which it runs the
// service.
type assignment struct {
	service  *catalog.Service
	role     string   // as the host names it; empty if the host names the service itself
	via      []string // included roles between role and the service, outermost first
	features map[string]bool
	only     []string // endpoints that the role opens, such as "tcp/1723"; empty for all endpoints that are on

	// meetsPeers means that the hosts with the innermost role use each other's services: the role is mutual, or
	// one of its endpoints is for peers. Other hosts are clients of each other only if the policy names peers.
	meetsPeers bool
}

// through returns the role that lists the service, or the service if the host lists it. Hosts with the same value
// are @same.
func (a assignment) through() string {
	if role := a.innermostRole(); role != "" {
		return role
	}
	return serviceKey(a.service.Name)
}

// innermostRole returns the role that lists the service, or "" if the host lists it.
func (a assignment) innermostRole() string {
	if len(a.via) > 0 {
		return a.via[len(a.via)-1]
	}
	return a.role
}

// roles returns the roles of the provenance path, beginning with the one that lists the service.
func (a assignment) roles() []string {
	out := slices.Clone(a.via)
	slices.Reverse(out)
	if a.role != "" {
		out = append(out, a.role)
	}
	return out
}

// roleAssignments returns the services of a role and of the roles that it includes. at is the place where the host
// names the role.
func (hr *hostResolver) roleAssignments(at tomldoc.Text, name string, via []string, features map[string]bool) []assignment {
	role, _ := hr.resolver.policy.Catalog.Role(name)
	if !role.Has(hr.os) {
		hr.errs.Add(at.Location.Pos(), "it exists on "+catalog.OSNames(role.List()), "role %s does not exist on %s (host %s)", name, hr.os, hr.host.Name)
		return nil
	}
	on := maps.Clone(features)
	if on == nil {
		on = map[string]bool{}
	}
	for _, f := range role.Features {
		if f.Has(hr.os) {
			on[f.Value] = true
		}
	}
	var out []assignment
	for _, ref := range role.Services {
		s, _ := hr.resolver.policy.Catalog.Service(ref.Name.Value)
		if ref.Has(hr.os) && s.Has(hr.os) {
			out = append(out, assignment{service: s, role: at.Value, via: via, features: on, only: ref.Only})
		}
	}
	for _, include := range role.Includes {
		out = append(out, hr.roleAssignments(at, include.Value, append(slices.Clone(via), include.Value), on)...)
	}
	return out
}

// serviceAssignments returns the assignment of a service that the host or one of its groups names.
func (hr *hostResolver) serviceAssignments(name tomldoc.Text) []assignment {
	s, _ := hr.resolver.policy.Catalog.Service(name.Value)
	if !s.Has(hr.os) {
		hr.errs.Add(name.Location.Pos(), "it exists on "+catalog.OSNames(s.List()), "service %s does not exist on %s (host %s)", s.Name, hr.os, hr.host.Name)
		return nil
	}
	return []assignment{{service: s}}
}
