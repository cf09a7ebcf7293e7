package resolver

import (
	"net/netip"

	"rolewall/catalog"
	"rolewall/policy"
	"rolewall/ruleset"
)

// request asks for the rules of an open endpoint.
func (j *hostResolver) request(d EndpointDecision) []*ruleset.Rule {
	e := d.Endpoint
	allowed := j.audienceSources(d.grant, e)
	from := j.reach(allowed.from, e.Reach)
	rule := &ruleset.Rule{
		Traffic: e.Traffic, RPC: e.RPC, IPsecOnly: e.Decrypted, Remote: from,
		Listener: j.r.p.Catalog.Listener(e.Listener, j.os),
		Reasons: []ruleset.Reason{{
			Role: d.Role, Via: d.Via, Service: d.Service.Name, App: e.App, Audience: e.Audience, Networks: allowed.networks,
			Feature: e.Feature, Source: e.Source(),
		}},
	}
	if e.OwnRange {
		rule.Ports = ruleset.Ports{j.os.DynamicRange()}
	}
	if e.RPC != ruleset.NoRPC {
		rule.Ports, rule.RPC = j.rpcPorts(d.Service, e)
	}
	return j.restrict(rule)
}

// restrict leaves out senders of families that the rule or the host has not; a rule for nobody is no rule.
func (j *hostResolver) restrict(rule *ruleset.Rule) []*ruleset.Rule {
	byHost := rule.Remote.Restrict(j.families)
	if !byHost.Equal(rule.Remote) {
		for _, set := range rule.Remote.Sets() {
			if f := ruleset.NewSources(set).Families(); f.And(j.families) != f {
				j.leftOut[set.Name] = true
			}
		}
	}
	rule.Remote = byHost.Restrict(rule.Protocol.Families())
	if rule.Remote.IsNobody() || rule.Protocol.Families().And(j.families).None() {
		return nil
	}
	return []*ruleset.Rule{rule}
}

// reach adds the senders that an endpoint needs besides its audience.
func (j *hostResolver) reach(from ruleset.Sources, reach catalog.Reach) ruleset.Sources {
	if from.IsAnyone() || from.Restrict(j.families).IsNobody() || reach == catalog.ReachAudience {
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

// exceptions lists the exceptions that speak for the host; those that have not ended ask for rules.
func (j *hostResolver) exceptions() []Exception {
	var out []Exception
	for _, l := range j.r.p.Levels(j.h) {
		for i := range l.Exceptions {
			x := Exception{Exception: &l.Exceptions[i]}
			if end := x.Terms.Expires; end != "" && end < j.r.asOf {
				x.Expired = true
				j.warnings = append(j.warnings, "the exception for "+x.Traffic.String()+" ("+x.Terms.Reason+") ended on "+end+" and opens nothing")
			} else {
				x.Requests = j.exception(x.Exception)
			}
			j.judge(x.Exception, l, x.Expired || len(x.Requests) > 0)
			out = append(out, x)
		}
	}
	return out
}

func (j *hostResolver) exception(a *policy.Exception) []*ruleset.Rule {
	from := j.sourceList(a.From, assignment{})
	paper := a.Terms
	return j.restrict(&ruleset.Rule{
		Traffic: a.Traffic, RPC: a.RPC, Remote: from,
		Reasons: []ruleset.Reason{{Allow: &paper, At: a.Level, Networks: from.Names()}},
	})
}

// outbound is what a stateless filter must let out.
func (j *hostResolver) outbound() []*ruleset.Rule {
	var out []*ruleset.Rule
	for _, o := range policy.Value[[]policy.Outbound](j.r.p, j.h, "ipsec.outbound") {
		to := j.sourceList(o.To, assignment{})
		out = append(out, j.restrict(&ruleset.Rule{
			Traffic: o.Traffic, Direction: ruleset.Outbound, Remote: to,
			Reasons: []ruleset.Reason{{Allow: &ruleset.Allow{Reason: o.Reason}, Networks: to.Names()}},
		})...)
	}
	return ruleset.Merge(out)
}
