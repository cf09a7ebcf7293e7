package lint

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/internal/term"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// opening is what one list of sources opens for one role.
type opening struct {
	at    tomldoc.Location // of the list
	role  string
	from  []string
	own   *policy.Setting[policy.SourceList] // of the role
	ports []string
	paths []string
}

// openings collects what lists open, in the order in which they are found.
type openings []*opening

func (o *openings) add(x opening, d *resolver.EndpointDecision) {
	i := slices.IndexFunc(*o, func(y *opening) bool { return y.at == x.at && y.role == x.role && slices.Equal(y.from, x.from) })
	if i < 0 {
		*o, i = append(*o, &x), len(*o)
	}
	if port := portText(d); !slices.Contains((*o)[i].ports, port) {
		(*o)[i].ports = append((*o)[i].ports, port)
	}
	(*o)[i].paths = append((*o)[i].paths, provenanceOf(d))
}

// portText returns the traffic of an open endpoint as text.
func portText(d *resolver.EndpointDecision) string { return d.Requests[0].Traffic.String() }

// widened looks for endpoints that the audience of the host or a group opens to more sources than the audience of
// the role.
func widened(v *hostCheck) {
	var found openings
	for d := range v.Endpoints() {
		if len(d.Requests) == 0 || v.linter.p.Roles == nil {
			continue
		}
		decided := v.AudienceSources(v.Host, d)
		for i, s := range decided {
			role, own := v.ownAudience(d, s.Audience)
			if own == nil || s.Default || own.Location == s.Location || own.Value.List.Has("@same") || v.isForRole(d, s) {
				continue
			}
			would := v.linter.r.Sources(own.Value, &diag.List{})
			for n, other := range decided {
				if n != i {
					would = v.linter.sums.Union(would, other.From)
				}
			}
			if len(v.linter.sums.Lacks(would, s.From, v.RuleSet.Families)) > 0 {
				found.add(opening{at: s.Location, role: role, from: sourceNames(s.From), own: own}, d)
			}
		}
	}
	for _, x := range found {
		list := strings.Join(x.own.Value.List.Values(), ", ")
		v.reportAt(x.at, fmt.Sprintf("audience.roles.%s on the host or its group; its own audience is %s", x.role, list),
			fmt.Sprintf("%s of the role %s is open to %s, wider than the role's own audience says", term.Few(x.ports, 5), x.role, term.Few(x.from, 4)),
			withProvenance(x.paths...), withPlace(x.own.Location, "the role's own audience"))
	}
}

// sourceNames returns the names of the sources, or "any".
func sourceNames(s ruleset.Sources) []string {
	if s.IsAnyone() {
		return []string{"anyone"}
	}
	return s.Names()
}

// audienceList returns one of the three lists of an audience.
func audienceList(a policy.Audience, which ruleset.Audience) *policy.Setting[policy.SourceList] {
	switch which {
	case ruleset.Clients:
		return a.Clients
	case ruleset.Peers:
		return a.Peers
	}
	return a.Management
}

// rolesOf returns the roles through which the host runs a service, beginning with the one that lists the service.
func rolesOf(d *resolver.EndpointDecision) []string {
	out := slices.Clone(d.Via)
	slices.Reverse(out)
	return append(out, d.Role)
}

// ownAudience returns the nearest role of an endpoint that has an audience of its own, and that list. It returns
// nil if no role has one.
func (v *hostCheck) ownAudience(d *resolver.EndpointDecision, which ruleset.Audience) (string, *policy.Setting[policy.SourceList]) {
	for _, role := range rolesOf(d) {
		if l := v.linter.p.Roles[role]; l != nil {
			if s := audienceList(l.Settings.Audience, which); s != nil {
				return role, s
			}
		}
	}
	return "", nil
}

// isForRole reports whether the host or a group gives the list for a role of the endpoint. Then it is meant for
// the role.
func (v *hostCheck) isForRole(d *resolver.EndpointDecision, s resolver.AudienceSources) bool {
	return slices.ContainsFunc(v.linter.p.Levels(v.Host), func(l *policy.Level) bool {
		return slices.ContainsFunc(rolesOf(d), func(role string) bool {
			x := l.RoleAudiences[role]
			if x == nil {
				return false
			}
			list := audienceList(x.Settings.Audience, s.Audience)
			return list != nil && list.Location == s.Location
		})
	})
}

// sameAsClients looks for hosts that reach each other's client ports only through @same, although the role has
// nothing for peers.
func sameAsClients(v *hostCheck) {
	var found openings
	for d := range v.Endpoints() {
		if len(d.Requests) == 0 || d.Endpoint.Audience != ruleset.Clients {
			continue
		}
		var others ruleset.Sources
		var same *resolver.AudienceSources
		for _, s := range v.AudienceSources(v.Host, d) {
			if s.Audience == ruleset.Peers && s.Same && s.Unmet {
				same = &s
			} else {
				others = v.linter.sums.Union(others, s.From)
			}
		}
		if same == nil || same.From.IsAnyone() || !v.areOthers(v.linter.sums.Lacks(others, same.From, v.RuleSet.Families)) {
			continue
		}
		name := "the role " + roleOf(d)
		if d.Role == "" {
			name = "the service " + d.Service.Name
		}
		found.add(opening{at: same.Location, role: name}, d)
	}
	for _, x := range found {
		v.reportAt(x.at, `leave peers out, or name them: peers = ["@web-proxy"]`,
			fmt.Sprintf("@same opens %s to the other hosts with %s, though nothing of it is for peers", term.Few(x.ports, 5), x.role), withProvenance(x.paths...))
	}
}

// areOthers reports whether p holds an address that is not the host's own.
func (v *hostCheck) areOthers(p ruleset.Prefixes) bool {
	if len(p) > len(v.Addresses) { // every prefix has at least one address
		return true
	}
	for _, a := range v.Addresses {
		p = p.Minus(ruleset.Prefixes{netip.PrefixFrom(a, a.BitLen())})
	}
	return len(p) > 0
}
