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

// manyRoles is how many roles are named that would open a port.
const manyRoles = 5

// wholesale is how many ports make a row say nothing about any of them.
const wholesale = 1000

// rolesHeld are the roles of the host, its own and those that they include.
func (q query) rolesHeld() []string {
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

// wouldOpen looks through the catalog: for services that the host's roles name as optional, for roles that open the
// port on the host's edition, and where there is none, on which editions it is known.
func (q query) wouldOpen(wanted bool) []Reason {
	if !wanted {
		return nil
	}
	cat, os := q.x.policy.Catalog, q.resolution.RuleSet.OS
	opening, other := q.services(cat, os)
	var out []Reason
	held := q.rolesHeld()
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

// services finds the services with a row that could let the traffic in on os, by lower-case name, and names those that
// have one on other editions.
func (q query) services(cat *catalog.Catalog, os ruleset.OS) (opening map[string]*catalog.Endpoint, other []string) {
	opening = map[string]*catalog.Endpoint{}
	for _, name := range cat.ServicesNaming(q.traffic.Protocol, portOf(q.traffic)) {
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

// onSystemOf reports whether an endpoint exists on an edition of the same system: another Windows, for a Windows host.
func onSystemOf(os ruleset.OS, s *catalog.Service, e *catalog.Endpoint) bool {
	return slices.ContainsFunc(e.List(), func(x ruleset.OS) bool { return s.Has(x) && x.IsWindows() == os.IsWindows() })
}

// roles names the roles that bring one of the services on os, those of the host aside.
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
