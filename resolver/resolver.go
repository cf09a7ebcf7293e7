// Package resolver computes the rule set of every host of a policy.
//
// The roles of a host bring service assignments: each is a service with the provenance path of roles that leads to
// it. Each endpoint of an assigned service gets an EndpointDecision: open, or closed with a Cause. An open
// endpoint makes a request: a rule with the sources of its audience and the reason for it. Exceptions of the
// policy make requests, too. ruleset.Merge unites the requests of a host into its rule set and keeps every reason.
//
// A Resolution holds the rule set with the decisions and exceptions behind it. With it every open or closed port
// can be explained.
package resolver

import (
	"sync"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
)

// maxKept limits the number of values in each cache of a Resolver. A full cache is emptied, so memory is bounded
// for fleets of any size. Results do not depend on it.
const maxKept = 1_000

// Resolver resolves the hosts of one policy. Its methods may be called from several goroutines.
type Resolver struct {
	policy *policy.Policy
	asOf   string // YYYY-MM-DD; exceptions with an earlier last day have expired

	members func() map[string][]*policy.Host // hosts by "role" and by "service name"

	mu          sync.Mutex
	results     map[resultKey]*roleResult
	resolutions map[string]*Resolution          // of hosts without exceptions of their own, by resolutionKey
	shared      map[*ruleset.RuleSet]bool       // rule sets that Resolve returned more than once
	sources     map[audienceKey]audienceSources //
	lists       map[listKey]ruleset.Sources     // of lists without mistakes
	reported    map[string]bool                 // groups of hosts whose missing addresses were reported
	used        map[any]bool                    // pins, and exceptions of more than one host, that opened something
	idle        map[*policy.Exception]bool      // exceptions of one host that opened nothing there
}

// New returns a resolver for the hosts of p. asOf is a day in UTC, YYYY-MM-DD. Exceptions whose last day is before
// it open nothing.
func New(p *policy.Policy, asOf string) *Resolver {
	r := &Resolver{
		policy: p, asOf: asOf,
		results: map[resultKey]*roleResult{}, resolutions: map[string]*Resolution{}, shared: map[*ruleset.RuleSet]bool{},
		sources: map[audienceKey]audienceSources{}, lists: map[listKey]ruleset.Sources{}, reported: map[string]bool{}, used: map[any]bool{}, idle: map[*policy.Exception]bool{},
	}
	r.members = sync.OnceValue(r.findMembers)
	return r
}

// Resolve returns the resolution of a host. Hosts with equal inputs may get the same pointer, so the Host of its
// rule set is empty. It adds to errs mistakes of the policy that show only on a host, and then returns nil.
func (r *Resolver) Resolve(h *policy.Host, errs *diag.List) *Resolution {
	context := r.context(h)
	if len(h.Exceptions) > 0 { // the reasons of such rules name the host, so no other host can share them
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
	if first := r.resolutions[key]; first != nil { // another goroutine stored it first
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

// requests returns the requests of all results and exceptions.
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

// Shared reports whether Resolve has returned the rule set more than once. Then it pays to cache what is computed
// from it.
func (r *Resolver) Shared(rs *ruleset.RuleSet) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.shared[rs]
}

// RuleSet resolves a host and returns only its rule set. It returns nil if Resolve does.
func (r *Resolver) RuleSet(h *policy.Host, errs *diag.List) *ruleset.RuleSet {
	if resolution := r.Resolve(h, errs); resolution != nil {
		return resolution.RuleSet
	}
	return nil
}

// RuleSets returns the rule sets of all hosts, in the order of the policy. If no host has a mistake, it also adds
// to errs the pins and exceptions that have no effect on any host.
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
