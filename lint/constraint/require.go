package constraint

import (
	"net/netip"
	"slices"

	"rolewall/internal/term"
	"rolewall/lint/cover"
	"rolewall/ruleset"
)

// Gap holds the sources of a [[require]] for which some of its traffic is closed. Hosts that open the same have
// the same gap.
type Gap struct {
	anyone bool // anyone is required, and is not allowed
	sets   []closedSet
}

// closedSet is a set of addresses, with those for which traffic is closed.
type closedSet struct {
	ruleset.AddressSet
	closed ruleset.Prefixes
}

// NewGap returns the sources for which some of the traffic is closed. open is what is open.
func NewGap(t ruleset.Traffic, from ruleset.Sources, open []cover.Piece) Gap {
	union, spans := cover.NewUnion(open), t.Intervals()
	mayReach := func(s ruleset.Sources) bool { return union.Covers(cover.Piece{Spans: spans, From: s}) }
	if from.IsAnyone() {
		return Gap{anyone: !mayReach(from)}
	}
	var out Gap
	for _, set := range from.Sets() {
		if mayReach(ruleset.NewSources(set)) {
			continue
		}
		x := closedSet{AddressSet: set}
		for _, p := range set.Prefixes {
			if !mayReach(ruleset.NewSources(ruleset.AddressSet{Name: set.Name, Prefixes: []netip.Prefix{p}})) {
				x.closed = append(x.closed, p)
			}
		}
		out.sets = append(out.sets, x)
	}
	return out
}

// Text returns the sources for which a host is closed. If a whole set is closed, it returns the set's name,
// otherwise the closed addresses. The host's own addresses do not count. The text is empty if nothing is missing.
func (g Gap) Text(own []netip.Addr) string {
	if g.anyone {
		return "anyone"
	}
	var out []string
	for _, set := range g.sets {
		ownClosed := single(own, set.closed)
		closed := len(set.closed) - len(ownClosed)
		switch {
		case closed == 0:
		case closed == len(set.Prefixes)-len(single(own, set.Prefixes)):
			out = append(out, set.Name)
		default:
			out = append(out, set.Name+" ("+fewOf(set.closed, ownClosed)+")")
		}
	}
	return term.Few(out, mostNames)
}

// single returns the addresses that are themselves a prefix of the list, as prefixes.
func single(addresses []netip.Addr, list ruleset.Prefixes) []netip.Prefix {
	var out []netip.Prefix
	for _, a := range addresses {
		p := netip.PrefixFrom(a, a.BitLen())
		if slices.Contains(list.Overlapping(p), p) && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// fewOf returns the first prefixes of a list and the number of all others. It skips the prefixes in without.
func fewOf(list ruleset.Prefixes, without []netip.Prefix) string {
	var first []string
	for _, p := range list {
		if len(first) > mostNames {
			break
		}
		if !slices.Contains(without, p) {
			first = append(first, prefixText(p))
		}
	}
	return term.FewOf(first, len(list)-len(without), mostNames)
}

// prefixText returns a prefix as text, and a single address without its length.
func prefixText(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}
