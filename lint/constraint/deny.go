// Package constraint computes what a site forbids and requires: which sources of a rule a [[deny]] forbids, and
// for which sources of a [[require]] a host is closed. It works on traffic and addresses, and knows neither
// policies nor findings.
package constraint

import (
	"net/netip"
	"slices"
	"strings"

	"rolewall/internal/term"
	"rolewall/lint/cover"
	"rolewall/ruleset"
)

// mostNames is the largest number of sources that a text names.
const mostNames = 4

// Deny is traffic that is forbidden for some sources.
type Deny struct {
	traffic ruleset.Traffic
	spans   []ruleset.Interval
	from    ruleset.Sources
	bounds  map[ruleset.Families]bounds // by the families that a host has
}

// bounds are the addresses of a deny in some families. Addresses of a family that a host lacks cannot reach the
// host.
type bounds struct{ from, outside ruleset.Sources }

// NewDeny returns a deny of the traffic for the addresses of from that are not in outside.
func NewDeny(t ruleset.Traffic, from, outside ruleset.Sources) Deny {
	d := Deny{traffic: t, spans: t.Intervals(), from: from, bounds: map[ruleset.Families]bounds{}}
	for _, f := range []ruleset.Families{{IPv4: true}, {IPv6: true}, {IPv4: true, IPv6: true}} {
		d.bounds[f] = bounds{from.Restrict(f), outside.Restrict(f)}
	}
	return d
}

// Names reports whether the deny is about the traffic by its own protocol, on a host with the families. It is
// false for a deny of every protocol, which is only about what roles and exceptions open.
func (d Deny) Names(t ruleset.Traffic, families ruleset.Families) bool {
	return t.Protocol == d.traffic.Protocol && cover.Meet(t.Intervals(), d.spans) &&
		!t.Protocol.Families().And(families).And(d.from.Families()).None()
}

// Forbidden returns the names of the forbidden sources of a rule, on a host with the families. It returns "" if
// none is forbidden.
func (d Deny) Forbidden(r *ruleset.Rule, families ruleset.Families) string {
	if !cover.Meet(d.spans, r.Intervals()) {
		return ""
	}
	b := d.bounds[families.And(r.Protocol.Families())]
	switch {
	case b.from.IsNobody() || b.outside.Contains(r.Remote):
		return ""
	case r.Remote.IsAnyone() && b.from.IsAnyone():
		return "anyone"
	case r.Remote.IsAnyone() && b.outside.Contains(b.from):
		return ""
	case r.Remote.IsAnyone():
		return "anyone, and so " + strings.Join(b.from.Names(), ", ")
	}
	var out []string
	for _, set := range r.Remote.Sets() {
		if slices.ContainsFunc(set.Prefixes, b.forbid) {
			out = append(out, set.Name)
		}
	}
	return term.Few(out, mostNames)
}

// ForbidsSome reports whether some of the sources are forbidden in the families.
func (d Deny) ForbidsSome(s ruleset.Sources, families ruleset.Families) bool {
	return s.IsAnyone() || slices.ContainsFunc(s.Restrict(families).Prefixes(), d.bounds[families].forbid)
}

// forbid reports whether a part of the prefix is in from and no single prefix of outside contains that part.
func (b bounds) forbid(p netip.Prefix) bool {
	parts := []netip.Prefix{p}
	if !b.from.IsAnyone() {
		parts = nil
		for _, q := range b.from.Prefixes().Overlapping(p) {
			parts = append(parts, longer(p, q))
		}
	}
	return !b.outside.IsAnyone() && !b.outside.Prefixes().Contains(parts)
}

// longer returns the common part of two overlapping prefixes, which is the longer one.
func longer(p, q netip.Prefix) netip.Prefix {
	if p.Bits() > q.Bits() {
		return p
	}
	return q
}
