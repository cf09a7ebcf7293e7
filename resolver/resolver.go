// Package resolver answers what every host of a policy lets in.
//
// A host's roles bring services, services have endpoints, and each endpoint that is on becomes a request for a rule;
// ruleset.Merge makes rules of requests and keeps every reason. Hosts with equal inputs share one rule set.
package resolver

import (
	"hash/maphash"
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
	askers  func() map[uint64]int            // how many hosts ask for what is kept under a key, by the hash of the key
	seed    maphash.Seed

	mu       sync.Mutex
	shares   map[shareKey]*share
	parts    map[string]*part
	accounts map[string]*Account
	shared   map[*ruleset.RuleSet]bool // those of accounts
	kept     int                       // what shares, parts and accounts hold
	senders  map[sendersKey]senders
	asked    map[string]bool // for members whose mistakes have been named
	used     map[any]bool    // pins and exceptions that opened something somewhere
}

// keep is how much of answers is held for other hosts, in rules and decisions, a few hundred bytes each. Most fleets have
// far fewer. What one host alone asks for is held as long as it is little: commands check a policy before they use it.
const (
	keep      = 60_000
	keepAlone = keep / 10
)

// New makes a resolver. asOf is a day, YYYY-MM-DD in UTC.
func New(p *policy.Policy, asOf string) *Resolver {
	r := &Resolver{
		seed: maphash.MakeSeed(), p: p, asOf: asOf, shares: map[shareKey]*share{}, parts: map[string]*part{}, accounts: map[string]*Account{}, shared: map[*ruleset.RuleSet]bool{},
		senders: map[sendersKey]senders{}, asked: map[string]bool{}, used: map[any]bool{},
	}
	r.members, r.askers = sync.OnceValue(r.findMembers), sync.OnceValue(r.countAskers)
	return r
}

// countAskers counts the hosts of each context and of each account.
func (r *Resolver) countAskers() map[uint64]int {
	out := map[uint64]int{}
	for _, h := range r.p.Hosts {
		context := r.context(h)
		out[maphash.String(r.seed, context)]++
		out[maphash.String(r.seed, context+rolesKey(h))]++
	}
	return out
}

// isShared reports whether several hosts ask for what is kept under the key. Two keys of one hash cost memory and no more.
func (r *Resolver) isShared(key string) bool { return r.askers()[maphash.String(r.seed, key)] > 1 }

// hasRoom reports whether there is room for what is kept under the key; the lock is held.
func (r *Resolver) hasRoom(key string) bool {
	return r.kept < keepAlone || r.kept < keep && r.isShared(key)
}

// Resolve returns the rule set of a host. Hosts with equal inputs get the same pointer, whose Host is empty. Mistakes
// are noted in errs, and the rule set is then nil.
func (r *Resolver) Resolve(h *policy.Host, errs *strict.Errors) *ruleset.RuleSet {
	if a := r.Account(h, errs); a != nil {
		return a.Set
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
