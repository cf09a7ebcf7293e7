package lint

import (
	"slices"
	"strings"

	"rolewall/lint/constraint"
	"rolewall/lint/cover"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// facts holds what is expensive to compute for a resolution. Hosts of a fleet share resolutions, and so they share
// facts. Facts for a resolution of a single host are not kept.
type facts struct {
	requests   []request // requests of open endpoints and exceptions
	shadow     []int     // for every rule, see cover.FindNear
	covers     [][]int   // for every request: the requests that together open the same
	violations []violation
	networks   ruleset.Prefixes // networks that the rules allow
	gaps       map[gapKey]constraint.Gap
}

// request is one request for a rule, by an endpoint or by an exception.
type request struct {
	rule         *ruleset.Rule
	endpoint     *resolver.EndpointDecision
	exception    *resolver.Exception
	fromEveryone bool // everyone may reach it
}

// violation is a request that a deny forbids.
type violation struct {
	deny    *deny
	request *request
	sources string
}

// requestedAt returns where the policy makes the request: the location of the exception or of the role.
func (v *hostCheck) requestedAt(a *request) tomldoc.Location {
	if a.exception != nil {
		return a.exception.Location
	}
	return v.roleAt(a.endpoint)
}

// provenance returns the provenance path of the request.
func (a *request) provenance() string {
	if a.exception != nil {
		return exceptionText(*a.exception)
	}
	return provenanceOf(a.endpoint)
}

// factsOf returns the facts of a resolution. They are computed when a check first asks for them.
func (l *Linter) factsOf(a *resolver.Resolution) *facts {
	if f := l.facts[a]; f != nil {
		return f
	}
	f := &facts{gaps: map[gapKey]constraint.Gap{}}
	for d := range a.Endpoints() {
		for _, r := range d.Requests {
			f.requests = append(f.requests, request{rule: r, endpoint: d, fromEveryone: everyone(r.Remote)})
		}
	}
	for i := range a.Exceptions {
		for _, r := range a.Exceptions[i].Requests {
			f.requests = append(f.requests, request{rule: r, exception: &a.Exceptions[i], fromEveryone: everyone(r.Remote)})
		}
	}
	f.shadow = shadows(a.RuleSet.Inbound)
	if len(a.Exceptions) > 0 {
		f.covers = covers(f.requests)
	}
	f.violations = l.violations(f.requests, a.RuleSet.Families)
	f.networks = networksOf(a.RuleSet.Inbound)
	if l.r.Shared(a.RuleSet) {
		l.facts[a] = f
	}
	return f
}

// gapKey identifies a requirement, the hosts of a resolution, and a target that they are written for.
type gapKey struct {
	require *requirement
	target  string
}

// shadows finds for every rule one that contains it. It finds none if the policy itself makes no rule: services of
// the catalog may open ports inside each other, and users cannot change that.
func shadows(rules []*ruleset.Rule) []int {
	if !slices.ContainsFunc(rules, isOwn) {
		return nil
	}
	pieces := make([]cover.Piece, len(rules))
	for i, r := range rules {
		pieces[i] = cover.Piece{Spans: r.Intervals(), From: r.Remote}
		if !r.Listener.IsZero() {
			pieces[i].Bound = strings.ToLower(r.Listener.Program + "|" + r.Listener.Service)
		}
		pieces[i].Bound += r.Only()
	}
	return cover.FindNear(pieces, func(i int) bool { return isOwn(rules[i]) })
}

// covers finds for every exception the requests that open the same: an endpoint, an earlier exception, or several
// of them together. It ignores listeners, since nobody adds an exception for a second program on the same port. It
// ignores the RPC range, since Windows Firewall binds that to a program. All covered exceptions can be removed at
// once without closing anything, so a covered exception does not count among several that cover another.
func covers(asks []request) [][]int {
	pieces := make([]cover.Piece, len(asks))
	for i, a := range asks {
		pieces[i] = cover.Piece{Spans: a.rule.Intervals(), From: a.rule.Remote}
		if a.rule.RPC == ruleset.Dynamic {
			pieces[i].Bound = "rpc"
		}
		pieces[i].Bound += a.rule.Only()
	}
	return cover.Redundant(pieces, func(i int) bool { return asks[i].exception != nil })
}
