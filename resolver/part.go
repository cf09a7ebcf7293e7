package resolver

import (
	"maps"

	"rolewall/policy"
	"rolewall/ruleset"
	"rolewall/strict"
)

// part is what the roles and services of a host let in. Hosts that differ in exceptions alone share it.
type part struct {
	job       *job
	decisions []Decision
	requests  []ruleset.Rule
	rules     []ruleset.Rule  // of the requests
	set       ruleset.RuleSet // but for rules, notes and warnings
}

// part works out the part of a host's answer that does not depend on its own exceptions.
func (r *Resolver) part(h *policy.Host, errs *strict.Errors) *part {
	j := r.newJob(h, errs)
	p := &part{job: j, decisions: j.decisions()}
	for i := range p.decisions {
		if d := &p.decisions[i]; d.Open {
			d.Asked = j.request(*d)
			p.requests = append(p.requests, d.Asked...)
		}
	}
	j.checkFallback()
	j.checkPorts(p.decisions)
	p.rules = ruleset.Merge(p.requests)
	p.set = ruleset.RuleSet{
		OS: j.os, Roles: j.roleNames(), Features: j.ownFeatures(), RPC: j.rpcPolicy(), Families: j.families,
		Outbound: j.outbound(), Settings: r.p.Settings(h),
	}
	return p
}

// with adds the exceptions that speak for the host.
func (p *part) with(h *policy.Host, errs *strict.Errors) *Account {
	j := *p.job
	j.h, j.errs, j.leftOut = h, errs, maps.Clone(j.leftOut)
	exceptions := j.exceptions()
	var more []ruleset.Rule
	for _, x := range exceptions {
		more = append(more, x.Asked...)
	}
	set := p.set
	set.Rules = p.rules
	if len(more) > 0 {
		set.Rules = ruleset.MergeMore(p.rules, p.requests, more)
	}
	j.remark(&set)
	return &Account{Set: &set, Decisions: p.decisions, Exceptions: exceptions, job: &j}
}
