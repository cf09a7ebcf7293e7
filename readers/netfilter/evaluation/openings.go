package evaluation

import (
	"slices"
	"strings"

	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/bits"
	"rolewall/readers/netfilter/runs"
	"rolewall/readers/netfilter/universe"
	"rolewall/readers/netfilter/walk"
	"rolewall/ruleset"

	"go4.org/netipx"
)

// openings appends a record as openings: one for all packets, and one for packets through IPsec if these are
// allowed on more interfaces.
func (v *survey) openings(list []capture.Opening, r record) []capture.Opening {
	plain, tunnel := bits.New(len(v.Links)), bits.New(len(v.Links))
	for i, l := range v.Links {
		switch {
		case r.links.Has(i) && !l.IPsec:
			plain.Add(i)
		case r.links.Has(i) && !r.links.Has(i-1): // the class of packets without IPsec comes before it
			tunnel.Add(i - 1)
		}
	}
	for i, links := range []bits.Set{plain, tunnel} {
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
	o := capture.Opening{Rule: rule, Conditions: v.Cases.Texts(r.cases), Forwarded: r.nat}
	if r.unnamed {
		o.Group = capture.UnnamedProtocols
	}
	v.traffic(r, &o)
	v.where(r, &o)
	for id := r.path; id != 0; id = v.Paths.Hops[id].Before {
		s := v.Paths.Last(id)
		if len(o.Rules) == 0 {
			o.Packets = s.Rule.Packets
		}
		o.Rules = append(o.Rules, s.Place())
		if o.Owner == "" {
			o.Owner = owner(s.Block.Table, s.Block.Chain)
		}
	}
	slices.Reverse(o.Rules)
	return o
}

// traffic sets ports, types and source ports of an opening.
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
			for t := x.First; t <= x.Last; t++ {
				if len(r.a2) == 1 && r.a2[0] == (runs.Run{First: 0, Last: 255}) {
					rule.ICMP = append(rule.ICMP, ruleset.ICMPType{Type: uint8(t)})
					continue
				}
				for _, c := range r.a2 {
					for n := c.First; n <= c.Last; n++ {
						rule.ICMP = append(rule.ICMP, ruleset.ICMPType{Type: uint8(t), Code: uint8(n), HasCode: true})
					}
				}
			}
		}
	case r.protocol.HasTypes(): // ICMP of the other family: all types
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

func portsOf(list []runs.Run) ruleset.Ports {
	out := make(ruleset.Ports, len(list))
	for i, r := range list {
		out[i] = ruleset.PortRange{First: uint16(r.First), Last: uint16(r.Last)}
	}
	return out
}

// sources returns a set as sources.
func (v *survey) sources(id universe.Set) ruleset.Sources {
	if s, known := v.remotes[id]; known {
		return s
	}
	set := ruleset.AddressSet{Name: "captured", Prefixes: v.prefixes(v.From.Spans(id))}
	s := ruleset.NewSources(set)
	v.remotes[id] = s
	return s
}

// prefixes returns spans as the smallest list of prefixes.
func (v *survey) prefixes(spans []netfilter.Span) ruleset.Prefixes {
	var out ruleset.Prefixes
	for _, s := range spans {
		out = netipx.IPRangeFrom(s.First.Addr(v.V6), s.Last.Addr(v.V6)).AppendPrefixes(out)
	}
	return out
}

// where sets destinations and interfaces of an opening.
func (v *survey) where(r record, o *capture.Opening) {
	whole, named := true, []netfilter.Span(nil)
	for i, d := range v.dests {
		if r.group == (d.Kind == netfilter.TypeLocal) {
			continue
		}
		if r.dests.Has(i) {
			named = append(named, d.Spans...)
		} else {
			whole = false
		}
	}
	if !whole || r.group {
		spans := netfilter.JoinSpans(named)
		if v.Local != nil && !r.group {
			spans = common(spans, v.Local.Spans)
		}
		o.To = v.prefixes(spans)
	}
	v.interfaces(r, o)
}

// interfaces sets the interfaces of an opening: those that are open, or those that are closed if all others are
// open.
func (v *survey) interfaces(r record, o *capture.Opening) {
	var open, closed []string
	for i, l := range v.Links {
		switch {
		case l.IPsec:
		case r.links.Has(i):
			open = append(open, l.Name)
		default:
			closed = append(closed, l.Name)
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
	wild := slices.DeleteFunc(slices.Clone(open), func(p string) bool { return !strings.HasSuffix(p, "*") }) // no other names a closed one
	for _, c := range closed {
		if slices.ContainsFunc(wild, func(p string) bool { return walk.MatchesName(p, c) }) {
			o.NotOn = append(o.NotOn, c)
		}
	}
}
