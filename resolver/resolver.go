// Package resolver answers what every host of a policy lets in.
//
// A host's roles bring services, services have endpoints, and each endpoint that is on becomes a request for a rule;
// ruleset.Merge makes rules of requests and keeps every reason. Hosts with equal inputs share one rule set.
package resolver

import (
	"sync"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
)

// Resolver resolves the hosts of one policy. Its methods may be called from several goroutines.
type Resolver struct {
	p    *policy.Policy
	asOf string // YYYY-MM-DD: exceptions whose last day is before it have ended

	members func() map[string][]*policy.Host // hosts by "role" and by "service name"

	mu       sync.Mutex
	shares   map[shareKey]*roleResult
	parts    map[string]*part
	accounts map[string]*Resolution
	shared   map[*ruleset.RuleSet]bool // those of accounts
	keep     *keeper
	merger   *ruleset.Merger
	senders  map[audienceKey]audienceSources
	asked    map[string]bool            // for members whose mistakes have been named
	used     map[any]bool               // pins, and exceptions of several hosts, that opened something somewhere
	idle     map[*policy.Exception]bool // exceptions of one host that opened nothing there
}

// New makes a resolver. asOf is a day, YYYY-MM-DD in UTC.
func New(p *policy.Policy, asOf string) *Resolver {
	r := &Resolver{
		p: p, asOf: asOf, shares: map[shareKey]*roleResult{}, parts: map[string]*part{}, accounts: map[string]*Resolution{}, shared: map[*ruleset.RuleSet]bool{},
		senders: map[audienceKey]audienceSources{}, asked: map[string]bool{}, used: map[any]bool{}, idle: map[*policy.Exception]bool{},
	}
	r.members, r.keep, r.merger = sync.OnceValue(r.findMembers), newKeeper(r), ruleset.NewMerger(roomMerged)
	return r
}

// Resolve returns the rule set of a host. Hosts with equal inputs get the same pointer, whose Host is empty. Mistakes
// are noted in errs, and the rule set is then nil.
func (r *Resolver) Resolve(h *policy.Host, errs *diag.List) *ruleset.RuleSet {
	if a := r.Account(h, errs); a != nil {
		return a.RuleSet
	}
	return nil
}

// Shared reports whether other hosts may get the same rule set, and with it the same account, so that work on it is worth
// keeping.
func (r *Resolver) Shared(rs *ruleset.RuleSet) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.shared[rs]
}

// All resolves every host of the policy, in the policy's order, and notes what the policy says without effect.
func (r *Resolver) All(errs *diag.List) []*ruleset.RuleSet {
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
