package constraint

import (
	"net/netip"
	"slices"

	"rolewall/internal/term"
	"rolewall/lint/cover"
	"rolewall/ruleset"
)

// Closed names the sources that may not reach all of the traffic by what is open: a set of addresses by its name where none of
// it may, else with those addresses that may not. Addresses for which isOwn holds are the host's, which need no rule. The
// text is empty where nothing is missing.
func Closed(t ruleset.Traffic, from ruleset.Sources, open []cover.Piece, isOwn func(netip.Prefix) bool) string {
	union, spans := cover.NewUnion(open), t.Intervals()
	reach := func(s ruleset.Sources) bool { return union.Covers(cover.Piece{Spans: spans, From: s}) }
	if from.IsAnyone() {
		if reach(from) {
			return ""
		}
		return "anyone"
	}
	var out []string
	for _, set := range from.Sets() {
		set.Prefixes = slices.DeleteFunc(slices.Clone(set.Prefixes), isOwn)
		if len(set.Prefixes) == 0 || reach(ruleset.NewSources(set)) {
			continue
		}
		var closed []string
		for _, p := range set.Prefixes {
			if !reach(ruleset.NewSources(ruleset.AddressSet{Name: p.String(), Prefixes: []netip.Prefix{p}})) {
				closed = append(closed, prefixText(p))
			}
		}
		if len(closed) < len(set.Prefixes) {
			set.Name += " (" + term.Few(closed, mostNames) + ")"
		}
		out = append(out, set.Name)
	}
	return term.Few(out, mostNames)
}

// prefixText writes a prefix, a single address without its length.
func prefixText(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}
