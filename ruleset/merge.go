package ruleset

import (
	"cmp"
	"slices"
)

// Merge turns requests into rules: equal requests become one rule with all reasons, and a rule whose senders lie
// inside those of a rule that is equal in all else is folded into that one. Ports of different requests are never
// united. The result is sorted and has IDs; it does not depend on the order of requests, nor on how they are listed.
func Merge(requests ...[]Rule) []Rule { return Identified(merge(pointers(requests))) }

// Identified gives rules their IDs, but for those that have one: who changes a rule takes its ID away.
func Identified(rules []Rule) []Rule {
	for i := range rules {
		if rules[i].ID == "" {
			rules[i].ID = rules[i].id()
		}
	}
	return rules
}

// pointers refers to the rules of all lists: rules are large, and sorting moves them about.
func pointers(lists [][]Rule) []*Rule {
	n := 0
	for _, list := range lists {
		n += len(list)
	}
	out := make([]*Rule, 0, n)
	for _, list := range lists {
		for i := range list {
			out = append(out, &list[i])
		}
	}
	return out
}

// merge is Merge, IDs aside. It changes the order of requests, and not the rules.
func merge(requests []*Rule) []Rule {
	slices.SortFunc(requests, compareChannels)
	out := make([]Rule, 0, len(requests))
	for len(requests) > 0 {
		n := 1
		for n < len(requests) && compareChannels(requests[n], requests[0]) == 0 {
			n++
		}
		out = fold(out, requests[:n])
		requests = requests[n:]
	}
	slices.SortFunc(out, func(a, b Rule) int { return compareRules(&a, &b) })
	return out
}

// MergeMore is Merge of requests and more, where merged is Merge of requests alone: only what more touches is done anew.
func MergeMore(merged, more []Rule, requests ...[]Rule) []Rule {
	touching := pointers([][]Rule{more})
	isTouched := func(r *Rule) bool {
		return slices.ContainsFunc(touching, func(m *Rule) bool { return compareChannels(m, r) == 0 })
	}
	again := slices.Clone(touching)
	for _, r := range pointers(requests) {
		if isTouched(r) {
			again = append(again, r)
		}
	}
	made := Identified(merge(again))
	out := make([]Rule, 0, len(merged)+len(made))
	for i := range merged {
		if isTouched(&merged[i]) {
			continue
		}
		for len(made) > 0 && compareRules(&made[0], &merged[i]) < 0 {
			out = append(out, made[0])
			made = made[1:]
		}
		out = append(out, merged[i])
	}
	return append(out, made...)
}

// fold appends what is left of rules that differ in senders and reasons alone, united.
func fold(all []Rule, same []*Rule) []Rule {
	if len(same) == 1 && len(same[0].Reasons) == 1 {
		return append(all, *same[0]) // nothing to unite, nothing to sort: most rules
	}
	first := len(all)
	for i, r := range same {
		if !slices.ContainsFunc(same, func(s *Rule) bool { return s.From.Contains(r.From) && !r.From.Contains(s.From) }) &&
			!slices.ContainsFunc(same[:i], func(s *Rule) bool { return s.From.Equal(r.From) }) {
			all = append(all, *r)
		}
	}
	out := all[first:]
	spelt := slices.MinFunc(same, func(a, b *Rule) int { // listeners may differ in case
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
	return all
}

// WithoutListeners clears the listeners of rules and unites what then is equal, for targets that cannot name a
// listener. United keeps the IDs of what was united, and ID is empty.
func WithoutListeners(rules []Rule) []Rule {
	cleared := make([]Rule, len(rules))
	for i, r := range rules {
		r.United, r.ID = r.IDs(), ""
		r.Listener = Listener{}
		cleared[i] = r
	}
	return merge(pointers([][]Rule{cleared}))
}
