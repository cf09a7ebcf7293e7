package resolver

import (
	"maps"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
)

// part is what the roles and services of a host let in together. Hosts that differ in exceptions alone share it.
type part struct {
	job    *hostResolver
	shares []*roleResult
	rules  []*ruleset.Rule // of their requests
	set    ruleset.RuleSet // but for rules, notes and warnings
}

// part works out the part of a host's answer that does not depend on its own exceptions.
func (r *Resolver) part(h *policy.Host, context string, errs *diag.List) *part {
	j := r.newJob(h, errs)
	p := &part{job: j, shares: j.shares(context)}
	for _, s := range p.shares {
		maps.Copy(j.pinned, s.pinned)
		maps.Copy(j.unpinned, s.unpinned)
		maps.Copy(j.leftOut, s.leftOut)
	}
	j.checkRPC(p.shares)
	if errs.Len() == 0 { // else the host gets no rule set
		p.rules = r.merger.Merge(p.requests()...)
	}
	p.set = ruleset.RuleSet{
		OS: j.os, Roles: j.roleNames(), Features: j.ownFeatures(), RPC: j.rpcPolicy(), Families: j.families,
		Outbound: j.outbound(), Settings: r.p.Settings(h),
	}
	return p
}

// requests are those of every share.
func (p *part) requests() [][]*ruleset.Rule {
	out := make([][]*ruleset.Rule, len(p.shares))
	for i, s := range p.shares {
		out[i] = s.requests
	}
	return out
}

// with adds the exceptions that speak for the host.
func (p *part) with(h *policy.Host, errs *diag.List) *Resolution {
	j := *p.job
	j.h, j.errs, j.leftOut = h, errs, maps.Clone(j.leftOut)
	exceptions := j.exceptions()
	var more []*ruleset.Rule
	for _, x := range exceptions {
		more = append(more, x.Requests...)
	}
	set := p.set
	set.Inbound = p.rules
	if len(more) > 0 {
		set.Inbound = ruleset.MergeMore(p.rules, more, p.requests()...)
	}
	j.remark(&set)
	return &Resolution{RuleSet: &set, Exceptions: exceptions, shares: p.shares, job: &j}
}
