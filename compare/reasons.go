package compare

import (
	"slices"

	"rolewall/ruleset"
)

// reasons compares the reasons and names for which a scope is open, if the same sources reach it on both sides.
// It leaves out rules that a reported change in meaning already names, and returns the rules that it compared.
func (c *portSegment) reasons(s scope, reported map[*rule]bool) (out Change, of [2][]*rule, differs bool) {
	var related [2][]*rule
	var reach [2]ruleset.Prefixes
	for i, side := range c.rules {
		of[i] = only(side, func(r *rule) bool { return r.reach.makes(s) && !reported[r] })
		related[i] = only(slices.Concat(side, c.every[i]), func(r *rule) bool { return r.reach.related(s) })
		reach[i] = unionOf(related[i], func(*rule) bool { return true })
	}
	before, after := reasonsOf(of[0]), reasonsOf(of[1])
	gone, added := without(before, after), without(after, before)
	out = Change{
		Kind:     Reasons,
		Before:   named(reach[0], related[0]),
		After:    named(reach[1], related[1]),
		Bindings: [2][]Binding{bindings(related[0]), bindings(related[1])},
		Reasons:  [2][]ruleset.Reason{gone, added},
		Rules:    [2][]string{ids(of[0]), ids(of[1])},
		Services: services(gone, added),
	}
	if len(of[0]) > 0 && len(of[1]) > 0 && !slices.Equal(out.Before.Names, out.After.Names) {
		out.Renamed = !slices.Equal(setNames(of[0]), setNames(of[1]))
	}
	if len(gone)+len(added) == 0 && out.Renamed { // the reader must still see whose rules these are
		out.Reasons, out.Services = [2][]ruleset.Reason{before, after}, services(before, after)
	}
	return out, of, len(gone)+len(added) > 0 || out.Renamed
}

// setNames returns the names of the address sets in rules, sorted.
func setNames(rules []*rule) []string {
	var out []string
	for _, r := range rules {
		out = append(out, r.Remote.Names()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// without returns the reasons in a that are not in b.
func without(a, b []ruleset.Reason) []ruleset.Reason {
	var out []ruleset.Reason
	for _, x := range a {
		if !slices.ContainsFunc(b, func(y ruleset.Reason) bool { return x.Compare(y) == 0 }) {
			out = append(out, x)
		}
	}
	return out
}
