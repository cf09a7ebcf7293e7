package compare

import (
	"slices"

	"rolewall/ruleset"
)

// portSegment holds the rules of each side that allow a segment of a protocol's numbers.
type portSegment struct {
	interval ruleset.Interval
	rules    [2][]*rule
	every    [2][]*rule // rules for every protocol, which allow the segment, too
}

// delta is a difference on a segment for one scope.
type delta struct {
	before, after ruleset.Prefixes // addresses that reach the scope or a related one
	rules         [2][]*rule       // rules related to the scope
	every         [2][]*rule       // rules for every protocol
	by            [2][]*rule       // those of rules that make the difference
	narrower      [2][]*rule       // rules that would be related without their qualifiers: they allow less of the same traffic
}

// count returns the number of rules on the segment, those for every protocol among them.
func (c *portSegment) count() int {
	return len(c.rules[0]) + len(c.rules[1]) + len(c.every[0]) + len(c.every[1])
}

// differences returns what differs on the segment: differences in meaning first, then in reasons.
func (c *portSegment) differences() []Change {
	var deltas []delta
	var same []scope
	for _, s := range c.scopes() {
		if u, differs := c.delta(s); differs {
			deltas = append(deltas, u)
		} else {
			same = append(same, s)
		}
	}
	deltas = unite(deltas)
	var out []Change
	reported := map[*rule]bool{}
	for _, u := range deltas {
		out = append(out, u.change())
		mark(reported, u.by)
	}
	for _, s := range same {
		if change, of, differs := c.reasons(s, reported); differs {
			out = append(out, change)
			mark(reported, of)
		}
	}
	return out
}

func mark(reported map[*rule]bool, sides [2][]*rule) {
	for _, side := range sides {
		for _, r := range side {
			reported[r] = true
		}
	}
}

// delta compares the addresses that reach the scope and reports whether they differ. It reports no difference
// if rules for every protocol make all of it, since that is reported for these rules.
func (c *portSegment) delta(s scope) (delta, bool) {
	u := delta{every: c.every}
	var every, reach, all [2]ruleset.Prefixes // every and reach are for the scope itself; all is for everything related to it
	for i := range c.rules {
		every[i] = unionOf(c.every[i], func(r *rule) bool { return r.reach.covers(s) })
		parts := c.parts(i, s)
		reach[i] = every[i].Union(c.common(i, parts, func(r *rule, p scope) bool { return r.reach.covers(p) }))
		isRelated := func(r *rule) bool {
			return slices.ContainsFunc(parts, func(p scope) bool { return r.reach.related(p) })
		}
		all[i] = unionOf(c.every[i], isRelated).Union(c.common(i, parts, func(r *rule, p scope) bool { return r.reach.related(p) }))
		u.rules[i] = only(c.rules[i], isRelated)
		u.narrower[i] = only(c.rules[i], func(r *rule) bool { return r.reach.narrower(s) && !isRelated(r) })
	}
	plus, minus := reach[1].Minus(reach[0]), reach[0].Minus(reach[1])
	if every[1].Minus(every[0]).Contains(plus) && every[0].Minus(every[1]).Contains(minus) {
		return u, false
	}
	u.before, u.after = all[0], all[1]
	u.by = u.makers(minus, plus)
	return u, true
}

// makers returns the rules that make a difference: the changed rules that allow a removed or added address. If the
// addresses are equal, it returns all changed rules. It also returns the rules on the other side that these
// replace.
func (u delta) makers(minus, plus ruleset.Prefixes) [2][]*rule {
	var by [2][]*rule
	stays := u.before.Equal(u.after)
	for i, lost := range [2]ruleset.Prefixes{minus, plus} {
		by[i] = only(u.rules[i], func(r *rule) bool { return r.changed && (stays || r.from.Overlaps(lost)) })
	}
	for i := range by {
		if len(by[i]) == 0 {
			by[i] = only(addNew(u.rules[i], u.narrower[i]), func(r *rule) bool { return r.changed && slices.ContainsFunc(by[1-i], r.sameOrigin) })
		}
	}
	return by
}

// unite makes one delta of several that have one cause, so that a port is listed once for the rules that change. A
// service whose program changes closes one binding and opens another. A rule for every program changes all
// bindings that it covers.
func unite(deltas []delta) []delta {
	var out []delta
	for _, u := range deltas {
		i := slices.IndexFunc(out, func(o delta) bool { return o.joins(u) })
		if i < 0 {
			out = append(out, u)
			continue
		}
		out[i] = out[i].with(u)
	}
	return out
}

// joins reports whether u and v have the same cause.
func (u delta) joins(v delta) bool {
	isSame := slices.Equal(u.by[0], v.by[0]) && slices.Equal(u.by[1], v.by[1])
	isTwin := isSame || u.before.Equal(v.before) && u.after.Equal(v.after) && (shares(u.by[0], v.by[0]) || shares(u.by[1], v.by[1]))
	moves := len(u.after) == 0 && len(v.before) == 0 || len(u.before) == 0 && len(v.after) == 0
	return isTwin || moves && u.sameService(v)
}

func shares(a, b []*rule) bool {
	return slices.ContainsFunc(a, func(r *rule) bool { return slices.Contains(b, r) })
}

func (u delta) sameService(v delta) bool {
	return slices.ContainsFunc(u.services(), func(s string) bool { return slices.Contains(v.services(), s) })
}

func (u delta) services() []string {
	var lists [][]ruleset.Reason
	for _, r := range slices.Concat(u.by[0], u.by[1]) {
		lists = append(lists, r.Reasons)
	}
	return services(lists...)
}

func (u delta) with(v delta) delta {
	u.before, u.after = u.before.Union(v.before), u.after.Union(v.after)
	for i := range u.rules {
		u.rules[i] = addNew(u.rules[i], v.rules[i])
		u.narrower[i] = addNew(u.narrower[i], v.narrower[i])
		u.by[i] = addNew(u.by[i], v.by[i])
	}
	return u
}

func addNew(list, more []*rule) []*rule {
	list = slices.Clone(list)
	for _, r := range more {
		if !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	return list
}

// change returns the delta as a Change.
func (u delta) change() Change {
	c := Change{
		Kind:     kindOf(u.before, u.after),
		Before:   named(u.before, u.rules[0], u.every[0]),
		After:    named(u.after, u.rules[1], u.every[1]),
		Added:    named(u.after.Minus(u.before), u.rules[1]),
		Removed:  named(u.before.Minus(u.after), u.rules[0]),
		Services: u.services(),
	}
	for i := range u.by {
		c.Bindings[i], c.Reasons[i], c.Rules[i] = bindings(addNew(u.rules[i], u.narrower[i])), reasonsOf(u.by[i]), ids(u.by[i])
	}
	switch { // a rule narrowed by qualifiers still opens the port on the other side, so the port is neither newly opened nor closed
	case c.Kind == Opened && len(u.narrower[0]) > 0:
		c.Kind = Widened
	case c.Kind == Closed && len(u.narrower[1]) > 0:
		c.Kind = Narrowed
	}
	return c
}

func kindOf(before, after ruleset.Prefixes) Kind {
	switch {
	case len(before) == 0:
		return Opened
	case len(after) == 0:
		return Closed
	case before.Equal(after):
		return Listener
	case after.Contains(before):
		return Widened
	case before.Contains(after):
		return Narrowed
	}
	return Moved
}

// named names a set of addresses by the address sets of the rules that allow them.
func named(s ruleset.Prefixes, lists ...[]*rule) Addresses {
	var names []string
	for _, r := range slices.Concat(lists...) {
		if r.Remote.IsAnyone() && r.from.Overlaps(s) {
			names = append(names, "any")
		}
		for _, set := range r.Remote.Sets() {
			if s.Overlaps(set.Prefixes) {
				names = append(names, set.Name)
			}
		}
	}
	slices.Sort(names)
	return Addresses{slices.Compact(names), s}
}

func reasonsOf(rules []*rule) []ruleset.Reason {
	n := 0
	for _, r := range rules {
		n += len(r.Reasons)
	}
	if n == 0 {
		return nil
	}
	out := make([]ruleset.Reason, 0, n)
	for _, r := range rules {
		out = append(out, r.Reasons...)
	}
	slices.SortFunc(out, ruleset.Reason.Compare)
	return slices.CompactFunc(out, func(a, b ruleset.Reason) bool { return a.Compare(b) == 0 })
}

func ids(rules []*rule) []string {
	var out []string
	for _, r := range rules {
		out = append(out, r.IDs()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
