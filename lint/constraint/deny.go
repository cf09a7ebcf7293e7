// Package constraint holds the arithmetic of what a site forbids and requires: which sources of a rule a [[deny]] forbids, and to
// which sources of a [[require]] a host is closed. It knows traffic and addresses, and neither policies nor findings.
package constraint

import (
	"net/netip"
	"slices"
	"strings"

	"rolewall/internal/term"
	"rolewall/lint/cover"
	"rolewall/ruleset"
)

// mostNames is how many sources a text names.
const mostNames = 4

// Deny is traffic that is forbidden to some sources.
type Deny struct {
	traffic ruleset.Traffic
	spans   []ruleset.Interval
	from    ruleset.Sources
	bounds  map[ruleset.Families]bounds // by what a host speaks
}

// bounds are the addresses that a deny is about, of some families: what a host does not speak reaches nothing on it.
type bounds struct{ from, outside ruleset.Sources }

// NewDeny forbids the traffic to the addresses of from that are not in outside.
func NewDeny(t ruleset.Traffic, from, outside ruleset.Sources) Deny {
	d := Deny{traffic: t, spans: t.Intervals(), from: from, bounds: map[ruleset.Families]bounds{}}
	for _, f := range []ruleset.Families{{IPv4: true}, {IPv6: true}, {IPv4: true, IPv6: true}} {
		d.bounds[f] = bounds{from.Restrict(f), outside.Restrict(f)}
	}
	return d
}

// Names reports whether the deny is about the traffic by its own protocol, on a host that speaks the families. A deny of every
// protocol is about what roles and exceptions open.
func (d Deny) Names(t ruleset.Traffic, families ruleset.Families) bool {
	return t.Protocol == d.traffic.Protocol && cover.Meet(t.Intervals(), d.spans) &&
		!t.Protocol.Families().And(families).And(d.from.Families()).None()
}

// Forbidden names the sources of a rule that are forbidden on a host that speaks the families; it is empty where none is.
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

// ForbidsSome reports whether some of the sources are forbidden, in the families.
func (d Deny) ForbidsSome(s ruleset.Sources, families ruleset.Families) bool {
	return s.IsAnyone() || slices.ContainsFunc(s.Restrict(families).Prefixes(), d.bounds[families].forbid)
}

// forbid reports whether a part of the prefix is in from and no single prefix of outside holds it.
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

// longer returns what two overlapping prefixes share: the one inside the other.
func longer(p, q netip.Prefix) netip.Prefix {
	if p.Bits() > q.Bits() {
		return p
	}
	return q
}
