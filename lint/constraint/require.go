package constraint

import (
	"net/netip"
	"slices"

	"rolewall/internal/term"
	"rolewall/lint/cover"
	"rolewall/ruleset"
)

// Gap is what of the sources of a [[require]] may not reach all of its traffic. Hosts that open the same have the same gap.
type Gap struct {
	anyone bool // is required, and may not
	sets   []closedSet
}

// closedSet is a set of addresses with those that may not.
type closedSet struct {
	ruleset.AddressSet
	closed ruleset.Prefixes
}

// NewGap returns which of the sources may not reach all of the traffic by what is open.
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

// Text names the sources that may not reach a host: a set of addresses by its name where none of it may, else with those
// addresses that may not. The host's own addresses need no rule. The text is empty where nothing is missing.
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

// single returns those of the addresses that are a prefix of the list, as prefixes.
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

// fewOf names the first prefixes of a list, and counts the others. Those in without do not count.
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

// prefixText writes a prefix, a single address without its length.
func prefixText(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}
