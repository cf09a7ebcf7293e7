package netfilter

import (
	"slices"

	"go4.org/netipx"

	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// opening writes a record as openings: one for packets of every kind, one for those of tunnels where they get further.
func (v *survey) openings(list []capture.Opening, r record) []capture.Opening {
	plain, tunnel := newBits(len(v.links)), newBits(len(v.links))
	for i, l := range v.links {
		switch {
		case r.links.has(i) && !l.ipsec:
			plain.set(i)
		case r.links.has(i) && !r.links.has(i-1): // the class of packets of no tunnel stands before it
			tunnel.set(i - 1)
		}
	}
	for i, links := range []bits{plain, tunnel} {
		if empty(links) {
			continue
		}
		r.links = links
		o := v.opening(r)
		o.Rule.IPsecOnly = i == 1
		list = append(list, o)
	}
	return list
}

func (v *survey) opening(r record) capture.Opening {
	rule := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: r.protocol}, Remote: v.sources(r.from)}
	o := capture.Opening{Rule: rule, Conditions: v.cases.texts(r.cases), Forwarded: r.nat}
	if r.unnamed {
		o.Group = capture.UnnamedProtocols
	}
	v.traffic(r, &o)
	v.where(r, &o)
	for id := r.path; id != 0; id = v.paths.hops[id].before {
		s := v.paths.last(id)
		if len(o.Rules) == 0 {
			o.Packets = s.rule.Packets
		}
		o.Rules = append(o.Rules, s.place())
		if o.Owner == "" {
			o.Owner = owner(s.block.table, s.block.chain)
		}
	}
	slices.Reverse(o.Rules)
	return o
}

// traffic writes ports, types and source ports.
func (v *survey) traffic(r record, o *capture.Opening) {
	rule := o.Rule
	switch {
	case r.protocol.HasPorts():
		rule.Ports = portsOf(r.a1)
		if from := portsOf(r.a2); from.Len() != 65535 {
			rule.FromPorts = from
		}
	case r.protocol.HasTypes() && r.a1 != nil:
		for _, x := range r.a1 {
			for t := x.first; t <= x.last; t++ {
				if len(r.a2) == 1 && r.a2[0] == (run{0, 255}) {
					rule.ICMP = append(rule.ICMP, ruleset.ICMPType{Type: uint8(t)})
					continue
				}
				for _, c := range r.a2 {
					for n := c.first; n <= c.last; n++ {
						rule.ICMP = append(rule.ICMP, ruleset.ICMPType{Type: uint8(t), Code: uint8(n), HasCode: true})
					}
				}
			}
		}
	case r.protocol.HasTypes(): // ICMP of the other family: all of it
		for t := range 256 {
			rule.ICMP = append(rule.ICMP, ruleset.ICMPType{Type: uint8(t)})
		}
	case r.a1 != nil:
		text := ""
		if p := portsOf(r.a1); p.Len() != 65535 {
			text = "only port " + p.String()
		}
		if p := portsOf(r.a2); p.Len() != 65535 {
			text += "only from port " + p.String()
		}
		if text != "" {
			o.Conditions = append(o.Conditions, capture.Condition{Kind: capture.Other, Text: text})
		}
	}
}

func portsOf(runs []run) ruleset.Ports {
	out := make(ruleset.Ports, len(runs))
	for i, r := range runs {
		out[i] = ruleset.PortRange{First: uint16(r.first), Last: uint16(r.last)}
	}
	return out
}

// sources writes a set of sources.
func (v *survey) sources(id setID) ruleset.Sources {
	if s, known := v.remotes[id]; known {
		return s
	}
	set := ruleset.AddressSet{Name: "captured", Prefixes: v.prefixes(v.from.spans(id))}
	s := ruleset.NewSources(set)
	v.remotes[id] = s
	return s
}

// prefixes writes spans as the fewest prefixes.
func (v *survey) prefixes(spans []Span) ruleset.Prefixes {
	var out ruleset.Prefixes
	for _, s := range spans {
		out = netipx.IPRangeFrom(s.First.addr(v.v6), s.Last.addr(v.v6)).AppendPrefixes(out)
	}
	return out
}

// where writes destinations and interfaces.
func (v *survey) where(r record, o *capture.Opening) {
	whole, named := true, []Span(nil)
	for i, d := range v.dests {
		if r.group == (d.kind == TypeLocal) {
			continue
		}
		if r.dests.has(i) {
			named = append(named, d.spans...)
		} else {
			whole = false
		}
	}
	if !whole || r.group {
		spans := joinSpans(named)
		if v.local != nil && !r.group {
			spans = common(spans, v.local.spans)
		}
		o.To = v.prefixes(spans)
	}
	v.interfaces(r, o)
}

// interfaces writes the classes of interfaces: those that are open, or those that are closed where any other is open.
func (v *survey) interfaces(r record, o *capture.Opening) {
	var open, closed []string
	for i, l := range v.links {
		switch {
		case l.ipsec:
		case r.links.has(i):
			open = append(open, l.name)
		default:
			closed = append(closed, l.name)
		}
	}
	if len(closed) == 0 {
		return
	}
	if slices.Contains(open, "") {
		o.NotOn = closed
		return
	}
	o.Rule.Interfaces = open
	for _, c := range closed {
		if slices.ContainsFunc(open, func(p string) bool { return matchesName(p, c) }) {
			o.NotOn = append(o.NotOn, c)
		}
	}
}
