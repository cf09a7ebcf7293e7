package drift

import (
	"net/netip"
	"slices"

	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// compareScan returns the differences that a scan from one address shows. It skips ports whose state proves
// nothing: a reset comes from a port without a listener and from a rule that rejects.
func compareScan(want Expected, s *capture.Scan, from netip.Addr) []Finding {
	source := Addresses{Prefixes: ruleset.NewPrefixes(netip.PrefixFrom(from, from.BitLen()))}
	place := func(text string) []Rule {
		return []Rule{{Place: capture.Place{Pos: s.Pos, Rule: "nmap", Text: text + "; " + s.Arguments}}}
	}
	x := &sides{want: want, wanted: placesOfRules(want.Set.Inbound)}
	var out []Finding
	for _, t := range s.Open {
		if more, _ := want.split(t, from); len(more) > 0 {
			out = append(out, Finding{Kind: Open, Hosts: []string{want.Host}, Traffic: ruleset.Traffic{Protocol: t.Protocol, Ports: more}, From: source, Now: source, Rules: place("answered")})
		}
	}
	for _, t := range s.Silent {
		if _, allowed := want.split(t, from); len(allowed) > 0 {
			f := Finding{Kind: Missing, Hosts: []string{want.Host}, Traffic: ruleset.Traffic{Protocol: t.Protocol, Ports: allowed}, From: source, Policy: source, Text: "no answer; another firewall on the way can be the cause", Rules: place("no answer")}
			f.Expected, f.IDs = x.expected(f.Traffic)
			out = append(out, f)
		}
	}
	return out
}

// split returns the ports that the policy does not open to a source, and the ports that its rules open.
func (w Expected) split(t ruleset.Traffic, from netip.Addr) (closed, byRules ruleset.Ports) {
	closed = t.Ports
	take := func(r *ruleset.Rule, f ruleset.Families) ruleset.Ports {
		if r.Protocol != t.Protocol && r.Protocol != ruleset.AnyProtocol || f.And(familyOf(from)).None() || !r.Remote.ContainsAddr(from) {
			return nil
		}
		if r.Protocol == ruleset.AnyProtocol {
			return t.Ports
		}
		return t.Ports.Minus(t.Ports.Minus(r.Ports))
	}
	for _, r := range w.Set.Inbound {
		if here := take(r, w.Set.FamiliesOf(r)); len(here) > 0 {
			closed = closed.Minus(here)
			if !r.Qualified() { // a scan need not meet the qualifiers of the others
				byRules = byRules.Union(here)
			}
		}
	}
	for _, b := range w.Beside {
		if r, typed := b.Rule(); typed {
			closed = closed.Minus(take(r, b.Families))
		}
	}
	return closed, slices.Clip(byRules)
}

func familyOf(a netip.Addr) ruleset.Families {
	return ruleset.Families{IPv4: a.Is4(), IPv6: a.Is6()}
}
