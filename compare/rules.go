package compare

import (
	"slices"

	"rolewall/ruleset"
)

// rule is a rule with the values that comparing needs.
type rule struct {
	*ruleset.Rule
	places  []ruleset.Interval
	reach   reach // without case
	from    ruleset.Prefixes
	changed bool // the other side has no equal rule
}

// compareRules finds what differs between two lists of rules, inbound or outbound ones of the two rule sets.
func compareRules(before, after *ruleset.RuleSet, old, new []*ruleset.Rule, a *answer) []Change {
	sides := [2][]*rule{prepare(before, old), prepare(after, new)}
	markChanged(sides)
	var touched []ruleset.Protocol
	for _, r := range slices.Concat(sides[0], sides[1]) {
		if r.changed {
			touched = append(touched, r.Protocol)
		}
	}
	slices.Sort(touched)
	a.allow(len(old) + len(new))
	var out []Change
	for _, p := range slices.Compact(touched) {
		out = append(out, compareProtocol(p, sides, a)...)
	}
	return out
}

func prepare(rs *ruleset.RuleSet, rules []*ruleset.Rule) []*rule {
	out := make([]*rule, len(rules))
	for i, r := range rules {
		out[i] = &rule{Rule: r, places: r.Intervals(), reach: reachOf(r), from: addressesOf(rs, r), changed: true}
	}
	return out
}

// markChanged clears the mark of rules that are on both sides, word for word.
func markChanged(sides [2][]*rule) {
	byID := map[string]*rule{}
	for _, r := range sides[0] {
		byID[r.ID] = r
	}
	for _, r := range sides[1] {
		if old := byID[r.ID]; old != nil && old.same(r) {
			old.changed, r.changed = false, false
		}
	}
}

// same reports whether two rules are equal word for word.
func (r *rule) same(s *rule) bool {
	return r.Protocol == s.Protocol && slices.Equal(r.places, s.places) && r.reach.same(s.reach) && r.from.Equal(s.from) &&
		slices.Equal(r.Remote.Names(), s.Remote.Names()) &&
		slices.EqualFunc(r.Reasons, s.Reasons, func(a, b ruleset.Reason) bool { return a.Compare(b) == 0 })
}

// sameOrigin reports whether both rules come from the same service, or from exceptions at the same place.
func (r *rule) sameOrigin(s *rule) bool {
	return slices.ContainsFunc(r.Reasons, func(a ruleset.Reason) bool {
		return slices.ContainsFunc(s.Reasons, func(b ruleset.Reason) bool { return a.Service == b.Service && a.At == b.At })
	})
}

// compareProtocol compares the changed rules of a protocol, segment by segment. It compares none where the answer is too long.
func compareProtocol(p ruleset.Protocol, sides [2][]*rule, a *answer) []Change {
	var touched, all []ruleset.Interval
	var of, every [2][]*rule // of holds rules of the protocol; every holds rules for every protocol, which allow it, too
	for i, side := range sides {
		for _, r := range side {
			switch {
			case r.Protocol == p:
				of[i] = append(of[i], r)
				all = append(all, r.places...)
				if r.changed {
					touched = append(touched, r.places...)
				}
			case r.Protocol == ruleset.AnyProtocol:
				of := *r
				of.from = r.from.Restrict(p.Families())
				every[i] = append(every[i], &of)
			}
		}
	}
	var indexes [2]*ruleset.Index
	for i, rules := range of {
		indexes[i] = ruleset.NewIndex(len(rules), func(n int) []ruleset.Interval { return rules[n].places })
	}
	j := &joiner{protocol: p}
	var list []portSegment
	for _, s := range segments(touched, all) {
		c := portSegment{interval: s, every: every}
		for i, x := range indexes {
			for _, n := range x.Overlapping(s) {
				c.rules[i] = append(c.rules[i], of[i][n])
			}
		}
		if a.name(c.count()); a.tooLong() {
			return nil
		}
		list = append(list, c)
	}
	for _, c := range list {
		j.add(c.interval, c.differences())
	}
	out := j.changes()
	if p == ruleset.AnyProtocol {
		for i := range out {
			out[i].StillOpen = stillOpen(out[i].Removed.Prefixes, sides[1])
		}
	}
	return out
}

// only returns the rules for which keep returns true.
func only(rules []*rule, keep func(*rule) bool) []*rule {
	var out []*rule
	for _, r := range rules {
		if keep(r) {
			out = append(out, r)
		}
	}
	return out
}

// unionOf returns the addresses of the rules for which keep returns true.
func unionOf(rules []*rule, keep func(*rule) bool) ruleset.Prefixes {
	var lists []ruleset.Prefixes
	for _, r := range rules {
		if keep(r) {
			lists = append(lists, r.from)
		}
	}
	return ruleset.Union(lists...)
}

// stillOpen returns what rules for single protocols still allow from the removed addresses.
func stillOpen(removed ruleset.Prefixes, rules []*rule) []string {
	var out []string
	for _, r := range rules {
		if r.Protocol != ruleset.AnyProtocol && r.from.Overlaps(removed) {
			out = append(out, r.Traffic.String())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// joiner unites equal differences of several segments.
type joiner struct {
	protocol ruleset.Protocol
	keys     []digest
	found    map[digest]*Change
	segments map[digest][]ruleset.Interval
	text     []byte // of a key; kept for its memory
}

func (j *joiner) add(segment ruleset.Interval, differences []Change) {
	if j.found == nil {
		j.found, j.segments = map[digest]*Change{}, map[digest][]ruleset.Interval{}
	}
	for _, c := range differences {
		c.Protocol = j.protocol
		j.text = c.appendKey(j.text[:0])
		c.key = digestOf(j.text)
		key := c.key
		if _, known := j.found[key]; !known {
			j.keys = append(j.keys, key)
			j.found[key] = &c
		}
		j.segments[key] = append(j.segments[key], segment)
	}
}

func (j *joiner) changes() []Change {
	var out []Change
	for _, key := range j.keys {
		c := *j.found[key]
		c.Traffic = ruleset.TrafficOf(c.Protocol, j.segments[key])
		out = append(out, c)
	}
	return out
}
