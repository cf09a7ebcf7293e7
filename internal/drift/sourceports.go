package drift

import (
	"slices"

	"rolewall/ruleset"
)

// fromEveryPort returns what rules allow from every source port: rules without source ports, and what rules with
// source ports allow together.
func fromEveryPort(rules []*ruleset.Rule) []*ruleset.Rule {
	var out []*ruleset.Rule
	groups := map[string][]*ruleset.Rule{} // by what they have in common besides traffic, sources and source ports
	var keys []string
	for _, r := range rules {
		if len(r.FromPorts) == 0 {
			out = append(out, r)
			continue
		}
		c := *r
		c.FromPorts = nil
		key := r.Protocol.String() + "\x00" + binding(&c)
		if groups[key] == nil {
			keys = append(keys, key)
		}
		groups[key] = append(groups[key], r)
	}
	plain := out
	for _, key := range keys {
		group := groups[key]
		for _, r := range plain {
			if r.Protocol == group[0].Protocol && r.Protocol.String()+"\x00"+binding(r) == key {
				group = append(group, r)
			}
		}
		out = append(out, together(group)...)
	}
	return out
}

// together returns what rules that differ only in traffic, sources and source ports allow from every source port.
func together(group []*ruleset.Rule) []*ruleset.Rule {
	var named ruleset.Ports
	var places, ports []uint32 // where an interval begins
	for _, r := range group {
		named = named.Union(r.FromPorts)
		for _, i := range r.Intervals() {
			places = append(places, i.First, i.Last+1)
		}
		for _, p := range r.FromPorts {
			ports = append(ports, uint32(p.First), uint32(p.Last)+1)
		}
	}
	if named.Len() < 65535 {
		return nil
	}
	slices.Sort(places)
	slices.Sort(ports)
	places, ports = slices.Compact(places), slices.Compact(ports)
	index := ruleset.NewIndex(len(group), func(i int) []ruleset.Interval { return group[i].Intervals() })
	var out []*ruleset.Rule
	for i := 0; i+1 < len(places); i++ {
		var here []*ruleset.Rule
		for _, n := range index.Overlapping(ruleset.Interval{First: places[i], Last: places[i]}) {
			here = append(here, group[n])
		}
		if from := fromAll(here, ports); len(from) > 0 {
			c := *here[0]
			c.Traffic = ruleset.TrafficOf(c.Protocol, []ruleset.Interval{{First: places[i], Last: places[i+1] - 1}})
			c.FromPorts, c.ID, c.Remote = nil, "", ruleset.NewSources(ruleset.AddressSet{Prefixes: from})
			out = append(out, &c)
		}
	}
	return out
}

// fromAll returns the sources that rules allow from every source port. ports holds where the source ports of the
// rules begin.
func fromAll(rules []*ruleset.Rule, ports []uint32) ruleset.Prefixes {
	var out ruleset.Prefixes
	for i := 0; i+1 < len(ports); i++ {
		var lists []ruleset.Prefixes
		for _, r := range rules {
			if first := uint16(ports[i]); len(r.FromPorts) == 0 || r.FromPorts.Contains(ruleset.Ports{{First: first, Last: first}}) {
				lists = append(lists, r.Remote.Prefixes())
			}
		}
		from := ruleset.Union(lists...)
		if i > 0 {
			from = out.Minus(out.Minus(from))
		}
		if out = from; len(out) == 0 {
			return nil
		}
	}
	return out
}
