package lint

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// sharedPortCode is the code for two services on one port. Other checks leave that to it.
const sharedPortCode = "RW030"

// conflicts looks for services of the host that the catalog says cannot share a port.
func conflicts(v *hostCheck) {
	var open []catalog.Holding
	for d := range v.Endpoints() {
		if d.Open {
			open = append(open, catalog.Holding{Service: d.Service, Endpoint: d.Endpoint})
		}
	}
	for _, c := range v.linter.p.Catalog.Conflicting(open) {
		var paths []string
		for d := range v.Endpoints() {
			if d.Open && d.Endpoint.Port() == c.Port && slices.Contains(c.Services, d.Service.Name) {
				paths = append(paths, provenanceOf(d))
			}
		}
		v.reportHost("move one of them to another host or port",
			fmt.Sprintf("%s cannot share %s: %s", strings.Join(c.Services, " and "), c.Port, c.Note), withProvenance(paths...))
	}
}

func outOfSupport(v *hostCheck) {
	end, known := v.linter.knowledge.Support[v.RuleSet.OS]
	if !known || v.linter.day <= end {
		return
	}
	what := fmt.Sprintf("%s has had no security updates since %s", v.RuleSet.OS, end)
	const hint = "move the roles to a newer edition, or open them to as few networks as possible"
	if s := v.linter.p.Effective(v.Host).OS; s != nil {
		v.reportAt(s.Location, hint, what)
		return
	}
	v.reportHost(hint, what)
}

// endingRoles looks for roles that no later edition of Windows has.
func endingRoles(v *hostCheck) {
	seen := map[string]bool{}
	for d := range v.Endpoints() {
		r, known := v.linter.p.Catalog.Role(d.Role)
		if !known || seen[d.Role] || r.Until == "" || v.RuleSet.OS == ruleset.Linux {
			continue
		}
		seen[d.Role] = true
		v.reportAt(v.roleAt(d), "plan what takes its place", fmt.Sprintf("the role %s ends with %s: no later edition has it", r.Name, r.Until))
	}
}

// turnsOn returns the role on the path to the service that switches the feature on, if there is one.
func (l *Linter) turnsOn(d *resolver.EndpointDecision, feature string) (role string, on bool) {
	for _, name := range append([]string{d.Role}, d.Via...) {
		if r, known := l.p.Catalog.Role(name); known {
			for _, f := range r.Features {
				if f.Value == feature {
					return name, true
				}
			}
		}
	}
	return "", false
}
