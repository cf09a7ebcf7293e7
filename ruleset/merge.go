package ruleset

import (
	"cmp"
	"slices"
)

// Merge turns requests into rules: equal requests become one rule with all reasons, and a rule whose senders lie
// inside those of a rule that is equal in all else is folded into that one. Ports of different requests are never
// united. The result is sorted and has IDs; it does not depend on the order of requests.
func Merge(requests []Rule) []Rule {
	sorted := slices.Clone(requests)
	slices.SortFunc(sorted, Rule.compareChannel)
	out := slices.Grow([]Rule(nil), len(sorted))
	for len(sorted) > 0 {
		n := 1
		for n < len(sorted) && sorted[n].Alike(sorted[0]) {
			n++
		}
		out = append(out, fold(sorted[:n])...)
		sorted = sorted[n:]
	}
	for i := range out {
		out[i].ID = out[i].id()
	}
	slices.SortFunc(out, Rule.compare)
	return out
}

// MergeMore is Merge of requests and more, where merged is Merge of requests alone: only what more touches is done anew.
func MergeMore(merged, requests, more []Rule) []Rule {
	isTouched := func(r Rule) bool { return slices.ContainsFunc(more, r.Alike) }
	again := slices.Clone(more)
	for _, r := range requests {
		if isTouched(r) {
			again = append(again, r)
		}
	}
	again = Merge(again)
	out := make([]Rule, 0, len(merged)+len(again))
	for _, r := range merged {
		if isTouched(r) {
			continue
		}
		for len(again) > 0 && again[0].compare(r) < 0 {
			out = append(out, again[0])
			again = again[1:]
		}
		out = append(out, r)
	}
	return append(out, again...)
}

// fold unites rules that differ in senders and reasons alone.
func fold(same []Rule) []Rule {
	if len(same) == 1 && len(same[0].Reasons) == 1 {
		return same // nothing to unite, nothing to sort: most rules
	}
	var out []Rule
	for i, r := range same {
		if !slices.ContainsFunc(same, func(s Rule) bool { return s.From.Contains(r.From) && !r.From.Contains(s.From) }) &&
			!slices.ContainsFunc(same[:i], func(s Rule) bool { return s.From.Equal(r.From) }) {
			out = append(out, r)
		}
	}
	spelt := slices.MinFunc(same, func(a, b Rule) int { // listeners may differ in case
		return cmp.Or(cmp.Compare(a.Listener.Program, b.Listener.Program), cmp.Compare(a.Listener.Service, b.Listener.Service))
	})
	for i := range out {
		out[i].Listener = spelt.Listener
		var sets []AddressSet
		var reasons []Reason
		var united []string
		for _, r := range same {
			if out[i].From.Contains(r.From) {
				reasons = append(reasons, r.Reasons...)
				united = append(united, r.United...)
			}
			if out[i].From.Equal(r.From) && !out[i].From.sameLabels(r.From) {
				sets = append(sets, r.From.Sets()...)
			}
		}
		if len(sets) > 0 {
			out[i].From = NewSources(append(sets, out[i].From.Sets()...)...)
		}
		slices.SortFunc(reasons, Reason.Compare)
		out[i].Reasons = slices.CompactFunc(reasons, func(a, b Reason) bool { return a.Compare(b) == 0 })
		slices.Sort(united)
		out[i].United = slices.Compact(united)
	}
	return out
}

// WithoutListeners clears the listeners of rules and unites what then is equal, for targets that cannot name a
// listener. United keeps the IDs of what was united.
func WithoutListeners(rules []Rule) []Rule {
	cleared := make([]Rule, len(rules))
	for i, r := range rules {
		r.United = r.IDs()
		r.Listener = Listener{}
		cleared[i] = r
	}
	return Merge(cleared)
}
