package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/internal/lookup"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// manyRoles limits how many roles that would open a port are named.
const manyRoles = 5

// wholesale is the number of ports from which an endpoint says too little about a single port.
const wholesale = 1000

// rolesOfHost returns the roles of the host and the roles that they include.
func (q query) rolesOfHost() []string {
	held := slices.Clone(q.resolution.RuleSet.Roles)
	for d := range q.resolution.Endpoints() {
		for _, role := range d.Via {
			if !slices.Contains(held, role) {
				held = append(held, role)
			}
		}
	}
	return held
}

// wouldOpen returns what would open the traffic: services that the host's roles have as optional, and roles that
// open it on the host's edition. If there is no such service, it returns the other editions that have one.
func (q query) wouldOpen() []Reason {
	cat, os := q.x.policy.Catalog, q.resolution.RuleSet.OS
	opening, other := q.services(cat, os)
	var out []Reason
	held := q.rolesOfHost()
	for _, role := range held {
		r, _ := cat.Role(role)
		for _, s := range r.Optional {
			if e := opening[strings.ToLower(s.Value)]; e != nil && !q.has(s.Value) {
				out = append(out, Reason{
					Kind: "service", What: fmt.Sprintf("the role %s may have the service %s beside it, which listens there (%s)", role, s.Value, e.App),
					Would: fmt.Sprintf("services = [%q] in hosts.%s%s", s.Value, q.host.Name, withFeature(e)),
				})
			}
		}
	}
	if roles := q.roles(cat, os, opening, held); len(roles) > 0 {
		what := "roles that open it"
		if len(roles) > manyRoles {
			roles = append(roles[:manyRoles], fmt.Sprintf("%d more (rolewall show %s)", len(roles)-manyRoles, q.traffic.String()))
		}
		out = append(out, Reason{Kind: "role", What: fmt.Sprintf("%s on %s: %s", what, os, strings.Join(roles, ", "))})
	}
	if len(opening) == 0 && len(other) > 0 {
		out = append(out, Reason{Kind: "edition", What: "on other editions it is opened by " + strings.Join(other, ", ")})
	}
	return out
}

// services returns the services with an endpoint for the traffic: opening has those on os, by lower-case name, and
// other has the names of those on other editions, with their editions.
func (q query) services(cat *catalog.Catalog, os ruleset.OS) (opening map[string]*catalog.Endpoint, other []string) {
	opening = map[string]*catalog.Endpoint{}
	for _, name := range cat.ServicesNaming(q.traffic.Protocol, q.traffic.Ports) {
		s, _ := cat.Service(name)
		var elsewhere *catalog.Endpoint
		for n := range s.Endpoints {
			e := &s.Endpoints[n]
			if e.Never != "" || e.Ports.Len() >= wholesale || !lookup.ListensOn(e, q.traffic) {
				continue
			}
			if !s.Has(os) || !e.Has(os) {
				if onSystemOf(os, s, e) {
					elsewhere = e
				}
				continue
			}
			if old := opening[strings.ToLower(name)]; old == nil || old.Feature != "" && e.Feature == "" {
				opening[strings.ToLower(name)] = e
			}
		}
		if elsewhere != nil && opening[strings.ToLower(name)] == nil {
			other = append(other, fmt.Sprintf("%s (%s)", name, lookup.EditionRange(lookup.RowEditions(s, elsewhere))))
		}
	}
	return opening, other
}

// onSystemOf reports whether an endpoint exists on an edition of the same system, such as another Windows for a
// Windows host.
func onSystemOf(os ruleset.OS, s *catalog.Service, e *catalog.Endpoint) bool {
	return slices.ContainsFunc(e.List(), func(x ruleset.OS) bool { return s.Has(x) && x.IsWindows() == os.IsWindows() })
}

// roles returns the roles that open one of the services on os, without the roles that the host has.
func (q query) roles(cat *catalog.Catalog, os ruleset.OS, opening map[string]*catalog.Endpoint, held []string) []string {
	var out []string
	for _, name := range cat.RolesNaming(slices.Collect(maps.Keys(opening))) {
		r, _ := cat.Role(name)
		if !r.Has(os) || slices.Contains(held, name) {
			continue
		}
		for _, ref := range r.Services {
			e := opening[strings.ToLower(ref.Name.Value)]
			if e == nil || !ref.Has(os) || len(ref.Only) > 0 && !slices.Contains(ref.Only, e.Port()) {
				continue
			}
			text := name
			if len(ref.Only) == 0 && !slices.ContainsFunc(r.FeatureTexts(), func(f tomldoc.Text) bool { return f.Value == e.Feature }) {
				text += withFeature(e)
			}
			out = append(out, text)
			break
		}
	}
	return out
}

// withFeature returns the feature of an endpoint, to be added to the name of a role or service.
func withFeature(e *catalog.Endpoint) string {
	if e.Feature == "" {
		return ""
	}
	return " with the feature " + e.Feature
}

// has reports whether the host runs the service.
func (q query) has(service string) bool {
	for d := range q.resolution.Endpoints() {
		if strings.EqualFold(d.Service.Name, service) {
			return true
		}
	}
	return false
}
