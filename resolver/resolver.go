// Package resolver computes the rule set of every host of a policy.
//
// A host's roles bring service assignments: a service, with the provenance path of roles through which the host runs it.
// Each endpoint of an assigned service gets an EndpointDecision: open, or closed for a Cause. An open endpoint makes a
// request: a rule with the sources that its audience allows and the reason for it. Exceptions of the policy make requests
// too. ruleset.Merge unites the requests of a host into its rule set and keeps every reason.
//
// A Resolution holds the rule set together with the decisions and exceptions behind it, so that every open or closed port
// can be explained.
package resolver

import (
	"sync"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
)

// maxKept limits how many values each cache of a Resolver holds. A full cache is emptied, so that fleets of any size take
// a bounded amount of memory. Results do not depend on it.
const maxKept = 1_000

// Resolver resolves the hosts of one policy. Its methods may be called from several goroutines.
type Resolver struct {
	policy *policy.Policy
	asOf   string // YYYY-MM-DD: exceptions whose last day is before it have expired

	members func() map[string][]*policy.Host // hosts by "role" and by "service name"

	mu          sync.Mutex
	results     map[resultKey]*roleResult
	resolutions map[string]*Resolution          // of hosts without exceptions of their own, by resolutionKey
	shared      map[*ruleset.RuleSet]bool       // those of resolutions that were asked for again
	sources     map[audienceKey]audienceSources //
	lists       map[listKey]ruleset.Sources     // of lists without mistakes
	reported    map[string]bool                 // groups of hosts whose missing addresses have been reported
	used        map[any]bool                    // pins, and exceptions of several hosts, that opened something on a host
	idle        map[*policy.Exception]bool      // exceptions of one host that opened nothing there
}

// New returns a resolver for the hosts of p. asOf is a day in UTC, as YYYY-MM-DD: exceptions that expired before it open
// nothing.
func New(p *policy.Policy, asOf string) *Resolver {
	r := &Resolver{
		policy: p, asOf: asOf,
		results: map[resultKey]*roleResult{}, resolutions: map[string]*Resolution{}, shared: map[*ruleset.RuleSet]bool{},
		sources: map[audienceKey]audienceSources{}, lists: map[listKey]ruleset.Sources{}, reported: map[string]bool{}, used: map[any]bool{}, idle: map[*policy.Exception]bool{},
	}
	r.members = sync.OnceValue(r.findMembers)
	return r
}

// Resolve returns the resolution of a host. Hosts with equal inputs may get the same pointer, and the Host of its rule set
// is empty. Mistakes of the policy that only show on a host are added to errs, and the resolution is then nil.
func (r *Resolver) Resolve(h *policy.Host, errs *diag.List) *Resolution {
	context := r.context(h)
	if len(h.Exceptions) > 0 { // their reasons name the host, so no other host has the same rules
		return r.resolve(h, context, errs)
	}
	key := context + resolutionKey(h)
	r.mu.Lock()
	known := r.resolutions[key]
	if known != nil {
		r.shared[known.RuleSet] = true
	}
	r.mu.Unlock()
	if known != nil {
		return known
	}
	made := r.resolve(h, context, errs)
	if made == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if first := r.resolutions[key]; first != nil { // another goroutine was faster
		return first
	}
	if len(r.resolutions) >= maxKept {
		clear(r.resolutions)
		clear(r.shared)
	}
	r.resolutions[key] = made
	return made
}

// resolve computes the resolution of a host whose context is known.
func (r *Resolver) resolve(h *policy.Host, context string, errs *diag.List) *Resolution {
	own := &diag.List{}
	hr := r.newHost(h, own)
	results := hr.roleResults(context)
	hr.checkRPC(results)
	exceptions := hr.exceptions()
	set := &ruleset.RuleSet{
		OS: hr.os, Roles: hr.roleNames(), Features: hr.ownFeatures(), RPC: hr.rpcPolicy(), Families: hr.families,
		Outbound: hr.outbound(), Settings: hr.settings.ForTargets(),
	}
	if own.Len() > 0 {
		errs.Join(own)
		return nil
	}
	set.Inbound = ruleset.Merge(requests(results, exceptions)...)
	set.TellTwinsApart()
	hr.addNotes(set)
	return &Resolution{RuleSet: set, Exceptions: exceptions, results: results, host: hr}
}

// requests lists the requests of all results and exceptions.
func requests(results []*roleResult, exceptions []Exception) [][]*ruleset.Rule {
	out := make([][]*ruleset.Rule, 0, len(results)+len(exceptions))
	for _, s := range results {
		out = append(out, s.requests)
	}
	for _, x := range exceptions {
		out = append(out, x.Requests)
	}
	return out
}

// Shared reports whether Resolve has returned the rule set more than once, so that work on it is worth keeping.
func (r *Resolver) Shared(rs *ruleset.RuleSet) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.shared[rs]
}

// RuleSet resolves a host and returns its rule set alone; nil where Resolve returns nil.
func (r *Resolver) RuleSet(h *policy.Host, errs *diag.List) *ruleset.RuleSet {
	if resolution := r.Resolve(h, errs); resolution != nil {
		return resolution.RuleSet
	}
	return nil
}

// RuleSets returns the rule sets of all hosts, in the policy's order. Where no host has a mistake, it adds to errs what has
// no effect on any host.
func (r *Resolver) RuleSets(errs *diag.List) []*ruleset.RuleSet {
	before := errs.Len()
	out := make([]*ruleset.RuleSet, len(r.policy.Hosts))
	for i, h := range r.policy.Hosts {
		out[i] = r.RuleSet(h, errs)
	}
	if errs.Len() == before {
		r.CheckUnused(errs)
	}
	return out
}
