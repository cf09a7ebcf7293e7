package lint

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/internal/term"
	"rolewall/lint/codes"
	"rolewall/lint/knowledge"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// exposed looks for sensitive ports that anyone may reach.
func exposed(v *hostCheck) {
	const hint = "name the networks that need it"
	for i := range v.requests {
		a := &v.requests[i]
		switch {
		case !a.fromEveryone:
		case a.exception != nil:
			if names := v.linter.sensitiveIn(a.rule); len(names) > 0 {
				v.reportAt(a.exception.Location, hint, "the exception lets anyone reach "+term.Few(names, 5), withProvenance(a.provenance()))
			}
		default:
			for _, s := range v.linter.knowledge.Sensitive {
				if !s.Opens(a.rule) {
					continue
				}
				if at, says := v.wide(a.endpoint); says {
					v.reportAt(at, hint, "anyone may reach "+named(s, a.rule), withProvenance(a.provenance()))
				}
			}
		}
	}
}

// wideShare is the part of a family's addresses that counts as anyone. All public IPv6 addresses are in 2000::/3,
// an eighth. A list of a site's own networks is always much smaller.
const wideShare = 1.0 / 8

// everyone reports whether the sources are anyone, or almost anyone in one of the families.
func everyone(s ruleset.Sources) bool {
	if s.IsAnyone() {
		return true
	}
	ipv4, ipv6 := s.Prefixes().Shares()
	return max(ipv4, ipv6) >= wideShare
}

// wide returns the location of what opens an endpoint to everyone: the list of sources, or the role if the policy
// names no audience. says is false if nothing in the policy does so, as with DHCP, and if RW002 reports the whole
// host.
func (v *hostCheck) wide(d *resolver.EndpointDecision) (at tomldoc.Location, says bool) {
	sources := v.AudienceSources(v.Host, d)
	for _, s := range sources {
		if everyone(s.From) {
			return s.Location, true
		}
	}
	switch {
	case d.Endpoint.Reach == catalog.ReachAny:
		return tomldoc.Location{}, false
	case len(sources) == 0:
		return v.roleAt(d), !v.usual("RW001", "RW002")
	}
	return sources[0].Location, true // no list alone is that wide
}

// usual reports whether the host has all of the codes at their default level.
func (v *hostCheck) usual(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		s := v.linter.switchOf(name, v.Host)
		return s != nil && codes.Level(s.Level) != v.linter.ownLevel(name)
	})
}

func named(s knowledge.Sensitive, r *ruleset.Rule) string {
	if s.IsDynamic() { // RPC
		return r.Protocol.String() + "/" + r.Ports.String() + ", " + s.What
	}
	return s.Text + ", " + s.What
}

func (l *Linter) sensitiveIn(r *ruleset.Rule) []string {
	var out []string
	for _, s := range l.knowledge.Sensitive {
		if !s.IsDynamic() && s.Opens(r) {
			out = append(out, s.Text+" ("+s.What+")")
		}
	}
	return out
}

// unnamed looks for hosts without an audience on any level.
func unnamed(v *hostCheck) {
	isUnnamed := func(d *resolver.EndpointDecision) bool {
		return len(d.Requests) > 0 && d.Requests[0].Remote.IsAnyone() && d.Endpoint.Reach != catalog.ReachAny && v.AudienceSources(v.Host, d) == nil
	}
	if !slices.ContainsFunc(slices.Collect(v.Endpoints()), isUnnamed) {
		return
	}
	var open []string
	for _, r := range v.RuleSet.Inbound {
		if text := r.Traffic.String(); r.Remote.IsAnyone() && !slices.Contains(open, text) {
			open = append(open, text)
		}
	}
	v.reportHost("[audience] clients = [...], management = [...]", "no audience is named, so anyone may reach "+term.Few(open, 8))
}

// lockedOut finds hosts that nobody can administer after their script runs. generate warns about them, too.
func lockedOut(v *hostCheck) {
	if !v.RuleSet.AllowsManagement() && v.linter.p.Effective(v.Host).Access.Get() != "console" {
		v.reportHost(`add a role such as member-baseline or ssh-managed, or say access = "console" if that is meant`,
			"no rule lets management in (tcp 22, 3389, 5985, 5986 or an endpoint for management)")
	}
}

// manyPorts is the number of ports from which an exception is too wide for one program.
const manyPorts = 1000

func wideExceptions(v *hostCheck) {
	for _, x := range v.Exceptions {
		for _, r := range x.Requests {
			what := "every protocol"
			if r.Protocol != ruleset.AnyProtocol {
				if what = r.Protocol.String() + "/" + r.Ports.String(); r.Ports.Len() < manyPorts {
					continue
				}
			}
			v.reportAt(x.Location, "name the ports that are needed", fmt.Sprintf("the exception opens %s to %s", what, strings.Join(r.Remote.Names(), ", ")))
		}
	}
}
