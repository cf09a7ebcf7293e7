package linux

import (
	"net/netip"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Baseline returns what the Linux filters allow besides the rule set, on a host with the families. ICMPv6 follows
// RFC 4890, section 4.4, as far as a host that is not a router needs it. If the host has both families, texts name
// both.
func Baseline(f ruleset.Families) []target.BaselineRule {
	const discovery = "IPv6 neighbour discovery; router advertisements from link-local senders"
	igmp, listeners, echo := "IGMP", "IPv6 multicast listener discovery from link-local senders", "echo requests (ping)"
	if f.IPv4 && f.IPv6 {
		igmp, listeners, echo = "IGMP, and "+listeners, "IGMP, and "+listeners, echo+", IPv4 and IPv6"
	}
	anyone := ruleset.Anyone()
	linkLocal := netip.MustParsePrefix("fe80::/10")
	link := ruleset.NewSources(ruleset.AddressSet{Name: "link-local", Prefixes: []netip.Prefix{linkLocal}})
	ping := func(r target.BaselineRule) target.BaselineRule {
		r.When = func(s ruleset.Settings) bool { return !s.Linux.NoPing }
		return r
	}
	dhcp := inIPv6(target.NewBaselineRule("DHCPv6 answers: udp 546 of the link-local address, from port 547", "udp/546", anyone))
	dhcp.FromPorts, dhcp.To = ruleset.Ports{{First: 547, Last: 547}}, ruleset.NewPrefixes(linkLocal)
	return []target.BaselineRule{
		{Text: "answers to what the host itself began (established, related), and loopback", TextOnly: true},
		target.NewBaselineRule("ICMP errors: unreachable, time exceeded, parameter problem", "icmp/3,11,12", anyone),
		target.NewBaselineRule("ICMPv6 errors: unreachable, packet too big, time exceeded, parameter problem", "icmpv6/1,2,3,4", anyone),
		ping(target.NewBaselineRule(echo, "icmp/8", anyone)),
		ping(target.NewBaselineRule(echo, "icmpv6/128", anyone)),
		target.NewBaselineRule(discovery, "icmpv6/135,136,141,142", anyone),
		target.NewBaselineRule(discovery, "icmpv6/134", link),
		inIPv4(target.NewBaselineRule(igmp, "protocol/2", anyone)),
		target.NewBaselineRule(listeners, "icmpv6/130,131,132,143", link),
		dhcp,
	}
}

func inIPv4(r target.BaselineRule) target.BaselineRule {
	r.Families = ruleset.Families{IPv4: true}
	return r
}

func inIPv6(r target.BaselineRule) target.BaselineRule {
	r.Families = ruleset.Families{IPv6: true}
	return r
}
