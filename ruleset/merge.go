package ruleset

import (
	"cmp"
	"slices"
)

// Merge turns requests into rules. Equal requests become one rule with all reasons. A rule whose sources lie
// inside those of a rule that is otherwise equal is folded into it. Ports of different requests are never united.
// The result is sorted, and each rule has an ID. It does not depend on the order of the requests. Requests are not
// changed. A request that has an ID and equals no other is returned as it is.
func Merge(requests ...[]*Rule) []*Rule { return Identified(merge(slices.Concat(requests...))) }

// Identified returns the rules, with a copy that has an ID in place of each rule without one. Code that copies a
// rule to change it clears the ID of the copy.
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

// merge does what Merge does, but gives no IDs. It sorts requests in place and does not change the rules.
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

// fold unites rules that differ only in sources and reasons.
func fold(same []*Rule) []*Rule {
	if len(same) == 1 && len(same[0].Reasons) == 1 {
		return same // most rules: there is nothing to unite or sort
	}
	spelt := slices.MinFunc(same, func(a, b *Rule) int { // rules that are equal may spell the listener in different case
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

// bySources groups rules by their sources. Each group begins with a rule whose sources lie inside no other, and
// holds all rules whose sources lie inside those. A rule may be in several groups.
func bySources(same []*Rule) [][]*Rule {
	var distinct []Sources
	var equal [][]*Rule // rules, by index into distinct
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
	wider := make([][]int, len(distinct)) // for each index, the indexes of other sources that contain these
	out := make([][]*Rule, len(distinct)) // a group for each index whose sources lie inside no other
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

// take adds the reasons, names of sources and merged IDs of members to r. The members include r itself.
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

// WithoutListeners returns copies of the rules without listeners and unites those that are then equal. It is for
// targets that cannot name a listener. MergedFrom holds the IDs of the united rules, and ID is empty.
func WithoutListeners(rules []*Rule) []*Rule {
	cleared := make([]*Rule, len(rules))
	for i, r := range rules {
		c := *r
		c.MergedFrom, c.ID, c.Listener = r.IDs(), "", Listener{}
		cleared[i] = &c
	}
	return merge(cleared)
}

// WithTraffic returns those of the merged rules that have the traffic and the RPC kind of r.
func WithTraffic(merged []*Rule, r *Rule) []*Rule {
	first, _ := slices.BinarySearchFunc(merged, r, compareTraffic)
	end := first
	for end < len(merged) && compareTraffic(merged[end], r) == 0 {
		end++
	}
	return merged[first:end]
}
