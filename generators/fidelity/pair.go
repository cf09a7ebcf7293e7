package fidelity

import (
	"net/netip"
	"slices"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// pair is two rule sets that differ in one thing.
type pair struct {
	what string // the thing, such as "the ports"
	of   string // what has it: a protocol, "outbound tcp", "the host"
	a, b *ruleset.RuleSet
}

// probe makes rule sets that the target should support.
type probe struct {
	can      target.Capabilities
	os       ruleset.OS
	families ruleset.Families
	outbound bool // the tested rule is an outbound permit
}

func newProbe(info target.Info) probe {
	p := probe{can: info.Capabilities, os: ruleset.Linux, families: ruleset.Families{IPv4: info.Capabilities.IPv4, IPv6: info.Capabilities.IPv6}}
	if len(info.OS) > 0 {
		p.os = info.OS[len(info.OS)-1]
	}
	return p
}

func (p probe) pairs() []pair {
	out := p.rulePairs()
	if p.can.Outbound {
		p.outbound = true
		out = append(out, p.rulePairs()...)
	}
	return out
}

// rulePairs returns pairs for a rule of every kind of protocol.
func (p probe) rulePairs() []pair {
	var out []pair
	for _, protocol := range []ruleset.Protocol{
		ruleset.TCP, ruleset.UDP, ruleset.ICMP, ruleset.ICMPv6, ruleset.GRE, ruleset.ESP, 99, ruleset.AnyProtocol,
	} {
		families := p.families.And(protocol.Families())
		if families.None() {
			continue
		}
		rule := p.rule(protocol)
		of := protocol.String()
		if p.outbound {
			of = "outbound " + of
		}
		base := p.set(rule)
		out = append(out, pair{"the rule", of, base, p.set()})
		for _, v := range slices.Concat(p.variants(rule), p.sourceVariants(rule, families)) {
			a := base
			if v.base != nil {
				a = p.set(*v.base)
			}
			out = append(out, pair{v.what, of, a, p.set(v.rule)})
		}
		if !p.outbound {
			out = append(out, p.familyPairs(rule)...)
		}
	}
	return out
}

// familyPairs returns hosts that allow anyone and have one family or both.
func (p probe) familyPairs(rule ruleset.Rule) []pair {
	if p.families.And(rule.Protocol.Families()) != (ruleset.Families{IPv4: true, IPv6: true}) {
		return nil
	}
	host := func(f ruleset.Families) *ruleset.RuleSet {
		rs := p.set(rule)
		rs.Families = f
		for i := range rs.Inbound {
			rs.Inbound[i].Remote = ruleset.Anyone()
		}
		return rs
	}
	both := host(p.families)
	return []pair{
		{"that the host speaks ipv4 alone", rule.Protocol.String(), both, host(ruleset.Families{IPv4: true})},
		{"that the host speaks ipv6 alone", rule.Protocol.String(), both, host(ruleset.Families{IPv6: true})},
	}
}

// sources returns a network with a prefix of each family, or anyone if the target cannot express sources.
func (p probe) sources() ruleset.Sources {
	var prefixes []string
	if p.families.IPv4 {
		prefixes = append(prefixes, "192.0.2.0/24")
	}
	if p.families.IPv6 {
		prefixes = append(prefixes, "2001:db8:2::/48")
	}
	if !p.can.Sources {
		return ruleset.Anyone()
	}
	return ruleset.NewSources(addressSet("office", prefixes...))
}

func addressSet(name string, prefixes ...string) ruleset.AddressSet {
	set := ruleset.AddressSet{Name: name}
	for _, p := range prefixes {
		set.Prefixes = append(set.Prefixes, netip.MustParsePrefix(p))
	}
	return set
}

func icmpTypes(texts ...string) []ruleset.ICMPType {
	var out []ruleset.ICMPType
	for _, s := range texts {
		t, err := ruleset.ParseICMPType(s)
		if err != nil {
			panic(err) // the text is a constant above
		}
		out = append(out, t)
	}
	return out
}

// rule returns the tested rule.
func (p probe) rule(protocol ruleset.Protocol) ruleset.Rule {
	r := ruleset.Rule{
		ID: "00000000", Traffic: ruleset.Traffic{Protocol: protocol}, Remote: p.sources(),
		Reasons: []ruleset.Reason{{Role: "probe", Service: "Probe", App: "Probe", Audience: ruleset.Clients, Networks: []string{"office"}, Source: "probe"}},
	}
	switch {
	case protocol.HasPorts():
		r.Ports = ruleset.Ports{{First: 8080, Last: 8080}}
		r.Listener = ruleset.Listener{Program: `C:\probe.exe`, Service: "Probe"}
	case protocol.HasTypes():
		r.ICMP = icmpTypes("8")
	}
	return r
}

// set returns the rule set of a host that allows SSH and the given rules, or permits them outbound.
func (p probe) set(rules ...ruleset.Rule) *ruleset.RuleSet {
	ssh := p.rule(ruleset.TCP)
	ssh.Ports = ruleset.Ports{{First: 22, Last: 22}}
	rs := &ruleset.RuleSet{
		Host: "probe", OS: p.os, Families: p.families, RPC: ruleset.RPC{Mode: ruleset.RPCClosed}, Inbound: []*ruleset.Rule{&ssh},
	}
	for _, r := range rules {
		if p.outbound {
			r.Listener = ruleset.Listener{}
			rs.Outbound = append(rs.Outbound, &r)
		} else {
			rs.Inbound = append(rs.Inbound, &r)
		}
	}
	return rs
}
