package resolver

import (
	"net/netip"

	"rolewall/catalog"
	"rolewall/policy"
	"rolewall/ruleset"
)

// request returns the request of an open endpoint: one rule, or none if no source is left.
func (hr *hostResolver) request(d EndpointDecision) []*ruleset.Rule {
	e := d.Endpoint
	allowed := hr.audienceSources(d.assignment, e)
	from := hr.reach(allowed.from, e.Reach)
	if e.Protocol == ruleset.AnyProtocol && from.IsAnyone() {
		return nil // a rule for every protocol from anyone would open everything
	}
	rule := &ruleset.Rule{
		Traffic: e.Traffic, RPC: e.RPC, IPsecOnly: e.Decrypted, Remote: from, Qualifiers: ruleset.Qualifiers{Interfaces: e.Interfaces},
		Listener: hr.resolver.policy.Catalog.ListenerOf(e, hr.os),
		Reasons: []ruleset.Reason{{
			Role: d.Role, Via: d.Via, Service: d.Service.Name, App: e.App, Audience: e.Audience, Networks: allowed.networks,
			Feature: e.Feature, Source: e.Source(),
		}},
	}
	if own := hr.settings.Programs.Get().Of(d.Service.Name); rule.Listener.Program == "" && !own.IsZero() && hr.os.IsWindows() {
		rule.Listener = own
	}
	if e.OwnRange {
		rule.Ports = ruleset.Ports{hr.os.DynamicRange()}
	}
	if e.RPC != ruleset.NoRPC {
		rule.Ports, rule.RPC = hr.rpcPorts(d.Service, e)
	}
	return hr.restrict(rule)
}

// restrict removes sources of families that the protocol or the host does not have. It returns no rule if no
// source is left.
func (hr *hostResolver) restrict(rule *ruleset.Rule) []*ruleset.Rule {
	byHost := rule.Remote.Restrict(hr.families)
	if !byHost.Equal(rule.Remote) {
		for _, set := range rule.Remote.Sets() {
			if f := ruleset.NewSources(set).Families(); f.And(hr.families) != f {
				hr.remarks.leftOut[set.Name] = true
			}
		}
	}
	rule.Remote = byHost.Restrict(rule.Protocol.Families())
	if rule.Remote.IsNobody() || rule.Protocol.Families().And(hr.families).None() {
		return nil
	}
	return []*ruleset.Rule{rule}
}

// reach adds the sources that an endpoint needs besides its audience.
func (hr *hostResolver) reach(from ruleset.Sources, reach catalog.Reach) ruleset.Sources {
	if from.IsAnyone() || from.Restrict(hr.families).IsNobody() || reach == catalog.ReachAudience {
		return from
	}
	if reach == catalog.ReachAny {
		return ruleset.Anyone()
	}
	link := ruleset.AddressSet{Name: "link-local"}
	if from.Families().IPv4 {
		link.Prefixes = append(link.Prefixes, netip.MustParsePrefix("169.254.0.0/16"))
	}
	if from.Families().IPv6 {
		link.Prefixes = append(link.Prefixes, netip.MustParsePrefix("fe80::/10"))
	}
	return from.Union(ruleset.NewSources(link))
}

// exceptions returns the exceptions that apply to the host, with the requests of those that have not expired.
func (hr *hostResolver) exceptions() []Exception {
	var out []Exception
	for _, l := range hr.resolver.policy.Levels(hr.host) {
		for i := range l.Exceptions {
			x := Exception{Exception: &l.Exceptions[i]}
			if end := x.Terms.Expires; end != "" && end < hr.resolver.asOf {
				x.Expired = true
				hr.warnings = append(hr.warnings, "the exception for "+x.Traffic.String()+" ("+x.Terms.Reason+") ended on "+end+" and opens nothing")
			} else {
				x.Requests = hr.exception(x.Exception)
			}
			hr.recordUse(x.Exception, l, x.Expired || len(x.Requests) > 0)
			out = append(out, x)
		}
	}
	return out
}

func (hr *hostResolver) exception(a *policy.Exception) []*ruleset.Rule {
	from := hr.sourceList(a.From, assignment{})
	terms := a.Terms
	return hr.restrict(&ruleset.Rule{
		Traffic: a.Traffic, RPC: a.RPC, Remote: from, Qualifiers: a.Qualifiers,
		Reasons: []ruleset.Reason{{Allow: &terms, At: a.Level, Networks: from.Names()}},
	})
}

// outbound returns the outbound rules that a stateless filter needs.
func (hr *hostResolver) outbound() []*ruleset.Rule {
	var out []*ruleset.Rule
	for _, o := range hr.settings.IPsec.Outbound.Get() {
		to := hr.sourceList(o.To, assignment{})
		out = append(out, hr.restrict(&ruleset.Rule{
			Traffic: o.Traffic, Direction: ruleset.Outbound, Remote: to,
			Reasons: []ruleset.Reason{{Allow: &ruleset.Allow{Reason: o.Reason}, Networks: to.Names()}},
		})...)
	}
	return ruleset.Merge(out)
}
