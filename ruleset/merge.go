package ruleset

import (
	"cmp"
	"slices"
)

// Merge turns requests into rules: equal requests become one rule with all reasons. A rule whose sources lie
// inside those of a rule that is equal in all else becomes part of that one. Ports of different requests are never
// united. The result is sorted and has IDs; it does not depend on the order of requests, nor on how they are listed.
// Requests stay as they are; one that has an ID and that no other meets is its own rule.
func Merge(requests ...[]*Rule) []*Rule { return Identified(merge(slices.Concat(requests...))) }

// Identified puts copies with an ID in the place of rules that have none: who copies a rule to change it takes its ID away.
func Identified(rules []*Rule) []*Rule {
	for i, r := range rules {
		if r.ID == "" {
			named := *r
			named.ID = r.id()
			rules[i] = &named
		}
	}
	return rules
}

// merge is Merge, IDs aside. It changes the order of requests, and not the rules.
func merge(requests []*Rule) []*Rule {
	slices.SortFunc(requests, compareChannels)
	out := make([]*Rule, 0, len(requests))
	for len(requests) > 0 {
		n := 1
		for n < len(requests) && compareChannels(requests[n], requests[0]) == 0 {
			n++
		}
		out = append(out, fold(requests[:n])...)
		requests = requests[n:]
	}
	slices.SortFunc(out, compareRules)
	return out
}

// fold is what is left of rules that differ in sources and reasons alone, united.
func fold(same []*Rule) []*Rule {
	if len(same) == 1 && len(same[0].Reasons) == 1 {
		return same // nothing to unite, nothing to sort: most rules
	}
	spelt := slices.MinFunc(same, func(a, b *Rule) int { // listeners may differ in case
		return cmp.Or(cmp.Compare(a.Listener.Program, b.Listener.Program), cmp.Compare(a.Listener.Service, b.Listener.Service))
	})
	var out []*Rule
	for _, members := range bySources(same) {
		wide := *members[0]
		wide.Listener = spelt.Listener
		wide.take(members)
		out = append(out, &wide)
	}
	return out
}

// bySources divides rules by their sources. Each family has sources that lie inside no others, and all rules whose sources are
// inside those; one that has them begins it. A rule may be in several.
func bySources(same []*Rule) [][]*Rule {
	var distinct []Sources
	var equal [][]*Rule // rules, by place in distinct
	ids := map[string]int{}
	for _, r := range same {
		id, known := ids[r.Remote.Key()]
		if !known {
			id = len(distinct)
			ids[r.Remote.Key()] = id
			distinct, equal = append(distinct, r.Remote), append(equal, nil)
		}
		equal[id] = append(equal[id], r)
	}
	x := newHolders(distinct)
	wider := make([][]int, len(distinct)) // sources that hold those at a place, themselves aside
	out := make([][]*Rule, len(distinct)) // of sources that lie inside no others
	for i := range distinct {
		if wider[i] = x.holding(i); len(wider[i]) == 0 {
			out[i] = slices.Clone(equal[i])
		}
	}
	for i := range distinct {
		for _, j := range wider[i] {
			if out[j] != nil {
				out[j] = append(out[j], equal[i]...)
			}
		}
	}
	return slices.DeleteFunc(out, func(family []*Rule) bool { return family == nil })
}

// take unites a rule with those whose sources it holds, itself among them.
func (r *Rule) take(members []*Rule) {
	var sets []AddressSet
	var reasons []Reason
	var united []string
	for _, s := range members {
		reasons = append(reasons, s.Reasons...)
		united = append(united, s.MergedFrom...)
		if r.twins == nil {
			r.twins = s.twins
		}
		if s.Remote.Equal(r.Remote) && !r.Remote.sameLabels(s.Remote) {
			sets = append(sets, s.Remote.Sets()...)
		}
	}
	if len(sets) > 0 {
		r.Remote = NewSources(append(sets, r.Remote.Sets()...)...)
	}
	slices.SortFunc(reasons, Reason.Compare)
	r.Reasons = slices.CompactFunc(reasons, func(a, b Reason) bool { return a.Compare(b) == 0 })
	slices.Sort(united)
	r.MergedFrom = slices.Compact(united)
}

// WithoutListeners clears the listeners of rules and unites what then is equal, for targets that cannot name a
// listener. MergedFrom keeps the IDs of what was united, and ID is empty.
func WithoutListeners(rules []*Rule) []*Rule {
	cleared := make([]*Rule, len(rules))
	for i, r := range rules {
		c := *r
		c.MergedFrom, c.ID, c.Listener = r.IDs(), "", Listener{}
		cleared[i] = &c
	}
	return merge(cleared)
}

// WithTraffic returns the part of merged rules that have the traffic and the RPC kind of r.
func WithTraffic(merged []*Rule, r *Rule) []*Rule {
	first, _ := slices.BinarySearchFunc(merged, r, compareTraffic)
	end := first
	for end < len(merged) && compareTraffic(merged[end], r) == 0 {
		end++
	}
	return merged[first:end]
}
