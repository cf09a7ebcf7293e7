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

// facts is what costs time to find out about a resolution. Hosts of a fleet share resolutions, and so the facts; where an
// account is for one host alone they are forgotten with it.
type facts struct {
	requests   []request // what open endpoints and exceptions ask for
	shadow     []int     // of every rule, see cover.FindNear
	covers     [][]int   // of every ask: what opens the same, together
	violations []violation
	networks   ruleset.Prefixes // that the rules allow
	gaps       map[gapKey]constraint.Gap
}

// request is one request for a rule, by an endpoint or by an exception.
type request struct {
	rule         *ruleset.Rule
	endpoint     *resolver.EndpointDecision
	exception    *resolver.Exception
	fromEveryone bool // may send
}

// violation is something asked for that a deny forbids.
type violation struct {
	deny    *deny
	request *request
	sources string
}

// requestedAt is where the policy asks for it: the exception, or the role.
func (v *hostCheck) requestedAt(a *request) tomldoc.Location {
	if a.exception != nil {
		return a.exception.Location
	}
	return v.roleAt(a.endpoint)
}

// provenance says how the request came to the host.
func (a *request) provenance() string {
	if a.exception != nil {
		return exceptionText(*a.exception)
	}
	return provenanceOf(a.endpoint)
}

// facts are found when a check first asks for them.
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

// gapKey names what a requirement asks of the hosts of a resolution that are written for a target.
type gapKey struct {
	require *requirement
	target  string
}

// shadows finds for every rule one that holds it; nothing where the policy itself asks for no rule, since what services
// of the catalog open inside each other nobody can change.
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

// covers finds for every exception what opens the same: an endpoint, an exception that comes before it, or several of
// them together. Who listens makes no difference, since nobody adds an exception for a second program on the same port.
// The range of RPC covers nothing, since Windows Firewall binds it. What is left when all covered exceptions are taken
// away opens as much as before: those that are covered themselves do not count among several.
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
