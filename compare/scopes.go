package compare

import (
	"slices"

	"rolewall/ruleset"
)

// everyPort are all source ports: no packet comes from port 0.
var everyPort = ruleset.PortRange{First: 1, Last: 65535}

// scopes lists what the rules of both sides allow, cut so that each rule allows all of a scope or nothing of it; each once, in order.
func (c *portSegment) scopes() []scope {
	rules := slices.Concat(c.rules[0], c.rules[1])
	pieces := sourcePorts(rules)
	var out []scope
	for _, r := range rules {
		for _, on := range orAll(r.reach.on) {
			for _, from := range orAll(within(pieces, r.reach.from)) {
				out = append(out, scope{r.reach.Binding, on, from})
			}
		}
	}
	slices.SortFunc(out, scope.compare)
	return slices.Compact(out)
}

// orAll puts the zero value, which stands for all, in the place of an empty list.
func orAll[T any](list []T) []T {
	if len(list) == 0 {
		return make([]T, 1)
	}
	return list
}

// sourcePorts cuts all source ports where those that rules name begin and end; nothing where no rule names any.
func sourcePorts(rules []*rule) []ruleset.PortRange {
	starts := []int{int(everyPort.First)}
	for _, r := range rules {
		for _, x := range r.reach.from {
			starts = append(starts, int(x.First), int(x.Last)+1)
		}
	}
	if len(starts) == 1 {
		return nil
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	var out []ruleset.PortRange
	for i, first := range starts {
		last := int(everyPort.Last)
		if i+1 < len(starts) {
			last = starts[i+1] - 1
		}
		if first >= int(everyPort.First) && first <= last {
			out = append(out, ruleset.PortRange{First: uint16(first), Last: uint16(last)})
		}
	}
	return out
}

// within lists the pieces that lie within ports.
func within(pieces []ruleset.PortRange, ports ruleset.Ports) []ruleset.PortRange {
	return slices.DeleteFunc(slices.Clone(pieces), func(p ruleset.PortRange) bool { return !ports.Contains(ruleset.Ports{p}) })
}

// parts are the scopes that make up a scope. One of every source port is made up of pieces where the rules of a side that name
// source ports leave none out: together they may allow what a single rule of the other side allows.
func (c *portSegment) parts(side int, s scope) []scope {
	if s.from != (ruleset.PortRange{}) {
		return []scope{s}
	}
	var named ruleset.Ports
	rules := only(c.rules[side], func(r *rule) bool { return len(r.reach.from) > 0 })
	for _, r := range rules {
		named = named.Union(r.reach.from)
	}
	if !named.Contains(ruleset.Ports{everyPort}) {
		return []scope{s}
	}
	var out []scope
	for _, p := range sourcePorts(rules) {
		s.from = p
		out = append(out, s)
	}
	return out
}

// common returns the addresses that reach every part of a scope by rules of a side for which keep holds.
func (c *portSegment) common(side int, parts []scope, keep func(*rule, scope) bool) ruleset.Prefixes {
	var out ruleset.Prefixes
	for i, p := range parts {
		from := unionOf(c.rules[side], func(r *rule) bool { return keep(r, p) })
		if i == 0 {
			out = from
			continue
		}
		out = out.Minus(out.Minus(from))
	}
	return out
}
