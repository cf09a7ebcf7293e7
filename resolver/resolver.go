// Package resolver answers what every host of a policy lets in.
//
// A host's roles bring services, services have endpoints, and each endpoint that is on becomes a request for a rule;
// ruleset.Merge makes rules of requests and keeps every reason. Hosts with equal inputs share one rule set.
package resolver

import (
	"sync"

	"rolewall/policy"
	"rolewall/ruleset"
	"rolewall/strict"
)

// Resolver resolves the hosts of one policy. Its methods may be called from several goroutines.
type Resolver struct {
	p    *policy.Policy
	asOf string // YYYY-MM-DD: exceptions whose last day is before it have ended

	members func() map[string][]*policy.Host // hosts by "role" and by "service:name"

	mu       sync.Mutex
	cache    map[string]*ruleset.RuleSet
	shared   map[*ruleset.RuleSet]bool // the values of cache
	accounts map[string]*Account
	senders  map[sendersKey]senders
	used     map[any]bool // pins and exceptions that opened something somewhere
}

// keep is how many different rule sets are held for other hosts. Fleets have far fewer; where every host has its own,
// a bound keeps memory flat.
const keep = 1024

// New makes a resolver. asOf is a day, YYYY-MM-DD in UTC.
func New(p *policy.Policy, asOf string) *Resolver {
	r := &Resolver{
		p: p, asOf: asOf, cache: map[string]*ruleset.RuleSet{}, shared: map[*ruleset.RuleSet]bool{},
		accounts: map[string]*Account{}, senders: map[sendersKey]senders{}, used: map[any]bool{},
	}
	r.members = sync.OnceValue(r.findMembers)
	return r
}

// Resolve returns the rule set of a host. Hosts with equal inputs get the same pointer, whose Host is empty. Mistakes
// are noted in errs, and the rule set is then nil.
func (r *Resolver) Resolve(h *policy.Host, errs *strict.Errors) *ruleset.RuleSet {
	key := r.key(h)
	r.mu.Lock()
	known := r.cache[key]
	r.mu.Unlock()
	if known != nil {
		return known
	}
	a := r.account(h, errs)
	if a == nil {
		return nil
	}
	rs := a.Set
	r.mu.Lock()
	defer r.mu.Unlock()
	if first := r.cache[key]; first != nil { // another goroutine was faster
		return first
	}
	if len(r.cache) < keep {
		r.cache[key] = rs
		r.shared[rs] = true
	}
	return rs
}

// Shared reports whether other hosts may get the same rule set, so that work on it is worth keeping.
func (r *Resolver) Shared(rs *ruleset.RuleSet) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.shared[rs]
}

// All resolves every host of the policy, in the policy's order, and notes what the policy says without effect.
func (r *Resolver) All(errs *strict.Errors) []*ruleset.RuleSet {
	before := errs.Len()
	out := make([]*ruleset.RuleSet, len(r.p.Hosts))
	for i, h := range r.p.Hosts {
		out[i] = r.Resolve(h, errs)
	}
	if errs.Len() == before {
		r.CheckUnused(errs)
	}
	return out
}

// resolve does the work of one host.
func (r *Resolver) resolve(h *policy.Host, errs *strict.Errors) *Account {
	j := r.newJob(h, errs)
	var requests []ruleset.Rule
	ds := j.decisions()
	for i := range ds {
		if ds[i].Open {
			ds[i].Asked = j.request(ds[i])
			requests = append(requests, ds[i].Asked...)
		}
	}
	j.checkFallback()
	j.checkPorts(ds)
	exceptions := j.exceptions()
	for _, x := range exceptions {
		requests = append(requests, x.Asked...)
	}
	rs := &ruleset.RuleSet{
		OS: j.os, Roles: j.roleNames(), Features: j.ownFeatures(), RPC: j.rpcPolicy(), Families: j.families,
		Rules: ruleset.Merge(requests), Outbound: j.outbound(), Settings: r.p.Settings(h),
	}
	j.remark(rs)
	return &Account{Set: rs, Decisions: ds, Exceptions: exceptions, job: j}
}
