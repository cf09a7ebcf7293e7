package lint

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// withoutIPv6 looks for services that need link-local IPv6 on a host where IPv6 is off.
func withoutIPv6(v *hostCheck) {
	d := v.meetsNeighbours()
	if d == nil || v.RuleSet.Families.IPv6 || v.RuleSet.OS.Before(ruleset.Windows2008) {
		return
	}
	v.reportHost(`families = ["ipv4", "ipv6"]`, d.Service.Name+" meets its peers on link-local IPv6 addresses, and IPv6 is closed", withProvenance(provenanceOf(d)))
}

// meetsNeighbours returns an open endpoint for peers with link-local addresses, or nil if there is none.
func (v *hostCheck) meetsNeighbours() *resolver.EndpointDecision {
	for d := range v.Endpoints() {
		if d.Open && d.Endpoint.Audience == ruleset.Peers && d.Endpoint.Reach == catalog.ReachLink {
			return d
		}
	}
	return nil
}

// peersAlone looks for endpoints for peers whose only sources are the host itself and its link-local neighbours.
func peersAlone(v *hostCheck) {
	var services, roles, paths []string
	for i := range v.requests {
		a := &v.requests[i]
		if a.endpoint == nil || a.endpoint.Endpoint.Audience != ruleset.Peers || !v.isItself(a.rule.Remote) {
			continue
		}
		if name := a.endpoint.Service.Name; !slices.Contains(services, name) {
			services, paths = append(services, name), append(paths, a.provenance())
		}
		for _, r := range a.endpoint.Endpoint.PeerRoles {
			if name := `"@` + r.Value + `"`; !slices.Contains(roles, name) {
				roles = append(roles, name)
			}
		}
	}
	if len(services) == 0 {
		return
	}
	hint := `name the peers in audience, or say peers = ["none"]`
	if len(roles) > 0 {
		hint = "hosts with " + strings.Join(roles, ", ") + " would be peers: " + hint
	}
	v.reportHost(hint, fmt.Sprintf("what %s opens for peers reaches nobody but the host itself", strings.Join(services, ", ")), withProvenance(paths...))
}

// isItself reports whether all sources are addresses of the host or link-local addresses.
func (v *hostCheck) isItself(s ruleset.Sources) bool {
	prefixes := s.Prefixes() // none for anyone
	return len(prefixes) > 0 && !slices.ContainsFunc(prefixes, func(p netip.Prefix) bool {
		return !p.Addr().IsLinkLocalUnicast() && (!p.IsSingleIP() || !slices.Contains(v.Addresses, p.Addr()))
	})
}

// unboundRange looks for rules for a dynamic range that name no program, on targets that could.
func unboundRange(v *hostCheck) {
	if !slices.ContainsFunc(v.Targets, func(t Target) bool { return t.Keyword }) {
		return // RW013 is about targets that cannot
	}
	for i := range v.requests {
		a := &v.requests[i]
		if a.endpoint == nil || !a.rule.Listener.IsZero() || a.rule.Ports.Len() < manyPorts {
			continue
		}
		d := a.endpoint
		what := fmt.Sprintf("%s opens %s/%s for every program of the host", d.Service.Name, a.rule.Protocol, a.rule.Ports)
		hint := cmp.Or(d.Endpoint.Unbound, "programs = { "+d.Service.Name+" = { program = ..., service = ... } }")
		v.reportAt(v.requestedAt(a), hint, what, withProvenance(a.provenance()))
	}
}
