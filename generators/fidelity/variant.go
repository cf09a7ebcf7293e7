package fidelity

import "rolewall/ruleset"

// variant is a rule that differs in one thing from the tested rule, or from base.
type variant struct {
	what string
	rule ruleset.Rule
	base *ruleset.Rule
}

func (p probe) variants(rule ruleset.Rule) []variant {
	var out []variant
	change := func(what string, f func(*ruleset.Rule)) {
		r := rule
		f(&r)
		out = append(out, variant{what: what, rule: r})
	}
	switch {
	case rule.Protocol.HasPorts():
		change("the protocol", func(r *ruleset.Rule) { r.Protocol = ruleset.TCP + ruleset.UDP - r.Protocol })
		out = append(out, portVariants(rule)...)
	case rule.Protocol.HasTypes():
		change("the ICMP type", func(r *ruleset.Rule) { r.ICMP = icmpTypes("13") })
		change("the second ICMP type", func(r *ruleset.Rule) { r.ICMP = icmpTypes("8", "13") })
		change("the ICMP code", func(r *ruleset.Rule) { r.ICMP = icmpTypes("8:1") })
		one := rule
		one.ICMP = icmpTypes("8:1")
		change("which ICMP code", func(r *ruleset.Rule) { r.ICMP = icmpTypes("8:2") })
		out[len(out)-1].base = &one
	case rule.Protocol == ruleset.AnyProtocol:
		change("the protocol", func(r *ruleset.Rule) { r.Protocol = ruleset.GRE })
	default:
		change("the protocol", func(r *ruleset.Rule) { r.Protocol = 98 })
	}
	if p.can.Listener && rule.Protocol.HasPorts() && !p.outbound {
		change("the program that listens", func(r *ruleset.Rule) { r.Listener.Program = `C:\other.exe` })
		change("the service that listens", func(r *ruleset.Rule) { r.Listener.Service = "Other" })
	}
	if !p.outbound {
		out = append(out, p.qualifierVariants(rule)...)
	}
	if p.can.RPCKeyword && rule.Protocol == ruleset.TCP && !p.outbound {
		dynamic := rule
		dynamic.Ports, dynamic.RPC = ruleset.Ports{{First: 49152, Last: 65535}}, ruleset.Dynamic
		change("that ports are dynamic RPC", func(r *ruleset.Rule) { r.Ports = dynamic.Ports })
		out[len(out)-1].base = &dynamic
	}
	return out
}

func portVariants(rule ruleset.Rule) []variant {
	with := func(ports ...ruleset.PortRange) ruleset.Rule {
		r := rule
		r.Ports = ports
		return r
	}
	span := with(ruleset.PortRange{First: 8080, Last: 8090})
	return []variant{
		{what: "the port", rule: with(ruleset.PortRange{First: 8081, Last: 8081})},
		{what: "the second port", rule: with(ruleset.PortRange{First: 8080, Last: 8080}, ruleset.PortRange{First: 9090, Last: 9090})},
		{what: "that ports are a range", rule: span},
		{what: "the end of a range of ports", rule: with(ruleset.PortRange{First: 8080, Last: 8091}), base: &span},
		{what: "the beginning of a range of ports", rule: with(ruleset.PortRange{First: 8079, Last: 8090}), base: &span},
	}
}

// sourceVariants returns the rule with other sources in the families where it opens something.
func (p probe) sourceVariants(rule ruleset.Rule, families ruleset.Families) []variant {
	if !p.can.Sources {
		return nil
	}
	office := p.sources().Sets()[0]
	var out []variant
	add := func(what string, from ruleset.Sources) {
		r := rule
		r.Remote = from
		out = append(out, variant{what: what, rule: r})
	}
	wider := func(prefix string) ruleset.Sources { return ruleset.NewSources(office, addressSet("office", prefix)) }
	add("the sources", ruleset.Anyone())
	if families.IPv4 {
		add("the second IPv4 source", wider("203.0.113.9/32"))
		add("the length of a source's IPv4 prefix", wider("192.0.2.0/23"))
		add("sources of a second network", ruleset.NewSources(office, addressSet("admins", "203.0.113.0/28")))
	}
	if families.IPv6 {
		add("the second IPv6 source", wider("2001:db8:9::9/128"))
		add("the length of a source's IPv6 prefix", wider("2001:db8:2::/47"))
	}
	return out
}

// qualifierVariants returns the rule narrowed to interfaces, source ports and a rate, in pairs that differ in one
// of these.
func (p probe) qualifierVariants(rule ruleset.Rule) []variant {
	var out []variant
	chain := func(what string, with func(*ruleset.Qualifiers), whatNext string, next func(*ruleset.Qualifiers)) {
		narrowed, other := rule, rule
		with(&narrowed.Qualifiers)
		next(&other.Qualifiers)
		out = append(out, variant{what: what, rule: narrowed}, variant{what: whatNext, rule: other, base: &narrowed})
	}
	if p.can.Interfaces {
		on := func(names ...string) func(*ruleset.Qualifiers) {
			return func(q *ruleset.Qualifiers) { q.Interfaces = names }
		}
		chain("the interface", on("eth7"), "the second interface", on("eth7", "eth9"))
		chain("the interface", on("eth7"), "that a name is the beginning of names", on("eth7*"))
	}
	if p.can.FromPorts && rule.Protocol.HasPorts() {
		from := func(last uint16) func(*ruleset.Qualifiers) {
			return func(q *ruleset.Qualifiers) { q.FromPorts = ruleset.Ports{{First: 1900, Last: last}} }
		}
		chain("the source port", from(1900), "the end of a range of source ports", from(1910))
	}
	if p.can.Limits {
		limit := func(count int, unit string) func(*ruleset.Qualifiers) {
			return func(q *ruleset.Qualifiers) { q.Limit = ruleset.Limit{Count: count, Unit: unit} }
		}
		chain("the limit", limit(10, "minute"), "the number of a limit", limit(11, "minute"))
		chain("the limit", limit(10, "minute"), "the time of a limit", limit(10, "hour"))
	}
	return out
}
