package lint

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// netbios looks for broadcasts of the host's own subnet that no audience allows. The size of the subnet is not
// known, so any prefix that contains the host's address and others is taken as the subnet.
func netbios(v *hostCheck) {
	for i := range v.requests {
		a := &v.requests[i]
		isBroadcast := a.endpoint != nil && a.rule.Protocol == ruleset.UDP && a.endpoint.Endpoint.Feature == "netbios"
		if isBroadcast && !a.rule.Remote.IsAnyone() && v.outside(a.rule.Remote) {
			v.reportHost("add the servers' subnet to the audience, or take the feature netbios away",
				"NetBIOS lives on broadcasts of the host's own subnet, which its allowed sources do not hold", withProvenance(a.provenance()))
		}
	}
}

// outside reports whether the host has IPv4 addresses and none of their subnets is among the sources.
func (v *hostCheck) outside(from ruleset.Sources) bool {
	known := false
	for _, a := range v.Addresses {
		if !a.Is4() {
			continue
		}
		known = true
		if slices.ContainsFunc(from.IPv4(), func(p netip.Prefix) bool { return p.Bits() < 32 && p.Contains(a) }) {
			return false
		}
	}
	return known
}

// devices looks for traffic of devices that is open to sources that the file calls clients.
func devices(v *hostCheck) {
	clients := v.linter.p.File.Settings.Audience.Clients
	if clients == nil {
		return
	}
	for i := range v.requests {
		a := &v.requests[i]
		if a.endpoint == nil || a.endpoint.Endpoint.Audience != ruleset.Clients || a.rule.Remote.IsAnyone() {
			continue
		}
		for _, x := range v.linter.knowledge.Devices {
			if !x.Opens(a.rule) {
				continue
			}
			if s := v.AudienceSources(v.Host, a.endpoint); len(s) > 0 && s[0].Location == clients.Location {
				v.reportAt(v.requestedAt(a), "[roles."+roleOf(a.endpoint)+"] audience = { clients = [...], management = [...] }",
					fmt.Sprintf("%s (%s) comes from devices, but is open to the clients of the whole file (%s)", x.What, x.Text, strings.Join(s[0].From.Names(), ", ")),
					withProvenance(a.provenance()), withPlace(clients.Location, "the clients of the whole file"))
			}
		}
	}
}

// roleOf returns the role that lists the service.
func roleOf(d *resolver.EndpointDecision) string {
	if n := len(d.Via); n > 0 {
		return d.Via[n-1]
	}
	if d.Role == "" {
		return "NAME"
	}
	return d.Role
}

// audienceUse is a list of sources and the hosts that it applies to.
type audienceUse struct {
	sources   policy.SourceList
	hosts     []string
	linkLocal bool // a host has a service whose peers use link-local addresses
}

// noteAudiences records the audiences of a host that has both families.
func noteAudiences(v *hostCheck) {
	if f := v.RuleSet.Families; !f.IPv4 || !f.IPv6 {
		return
	}
	for _, s := range v.audiences() {
		u := v.linter.audiences[s.Location]
		if u == nil {
			u = &audienceUse{sources: s.Value}
			v.linter.audiences[s.Location] = u
		}
		u.hosts = append(u.hosts, v.Name)
		u.linkLocal = u.linkLocal || v.meetsNeighbours() != nil
	}
}

// audiences returns the lists of the host's levels and of its roles, each once.
func (v *hostCheck) audiences() []*policy.Setting[policy.SourceList] {
	seen := map[tomldoc.Location]bool{}
	var out []*policy.Setting[policy.SourceList]
	add := func(s *policy.Setting[policy.SourceList]) {
		if s != nil && !seen[s.Location] {
			seen[s.Location] = true
			out = append(out, s)
		}
	}
	own := v.linter.p.Effective(v.Host).Audience
	for _, list := range []func(policy.Audience) *policy.Setting[policy.SourceList]{
		func(a policy.Audience) *policy.Setting[policy.SourceList] { return a.Clients },
		func(a policy.Audience) *policy.Setting[policy.SourceList] { return a.Peers },
		func(a policy.Audience) *policy.Setting[policy.SourceList] { return a.Management },
	} {
		add(list(own))
		for d := range v.Endpoints() {
			for _, role := range append([]string{d.Role}, d.Via...) {
				if l := v.linter.p.Roles[role]; l != nil && len(d.Requests) > 0 {
					add(list(l.Settings.Audience))
				}
			}
		}
	}
	return out
}

// oneFamily looks for audiences with addresses of only one family.
func oneFamily(w *policyCheck) {
	for at, u := range w.audiences {
		if u.sources.List.Has("@same") {
			continue // the role differs between hosts
		}
		from := w.r.Sources(u.sources, &diag.List{})
		f := from.Families()
		if from.IsAnyone() || from.IsNobody() || f.IPv4 == f.IPv6 {
			continue
		}
		has, lacks := "IPv4", "IPv6"
		if f.IPv6 {
			has, lacks = lacks, has
		}
		hint := "add " + lacks + " prefixes, or families = [\"" + strings.ToLower(has) + "\"] for hosts that speak one alone"
		if u.linkLocal && has == "IPv4" {
			hint = "add IPv6 prefixes; keep both families: services of these hosts meet their neighbours on fe80::/10"
		}
		w.reportAt(at, hint,
			fmt.Sprintf("%s has %s addresses alone: nobody there gets in over %s", strings.Join(from.Names(), ", "), has, lacks), forHosts(u.hosts))
	}
}
