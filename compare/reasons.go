package compare

import (
	"slices"

	"rolewall/ruleset"
)

// reasons compares why a binding is open, and under what names, where the same senders reach it on both sides. Rules
// that a change in meaning tells of already are left out.
func (c *cell) reasons(b Binding, told map[*rule]bool) (Change, bool) {
	var of [2][]*rule
	for i, side := range c.rules {
		of[i] = only(side, func(r *rule) bool { return r.binding == b && !told[r] })
	}
	before, after := reasonsOf(of[0]), reasonsOf(of[1])
	gone, added := without(before, after), without(after, before)
	out := Change{
		Kind:     Reasons,
		Before:   who(union(of[0]), of[0]),
		After:    who(union(of[1]), of[1]),
		Bindings: [2][]Binding{bindings(of[0]), bindings(of[1])},
		Reasons:  [2][]ruleset.Reason{gone, added},
		Rules:    [2][]string{ids(of[0]), ids(of[1])},
		Services: services(gone, added),
	}
	renamed := len(of[0]) > 0 && len(of[1]) > 0 && !slices.Equal(out.Before.Names, out.After.Names)
	if len(gone)+len(added) == 0 && renamed { // only the names of networks differ: whose rules they are must still be said
		out.Reasons, out.Services = [2][]ruleset.Reason{before, after}, services(before, after)
	}
	return out, len(gone)+len(added) > 0 || renamed
}

func union(rules []*rule) senders {
	return unionOf(rules, func(*rule) bool { return true })
}

// without lists the reasons of a that b has not.
func without(a, b []ruleset.Reason) []ruleset.Reason {
	var out []ruleset.Reason
	for _, x := range a {
		if !slices.ContainsFunc(b, func(y ruleset.Reason) bool { return x.Compare(y) == 0 }) {
			out = append(out, x)
		}
	}
	return out
}
