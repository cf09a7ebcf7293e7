package winfirewall

import (
	"net/netip"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// row is one rule that every host needs if the rules that come with Windows do not apply.
type row struct {
	target.BaselineRule
	name string // used in the name of the rule
}

// rows follow RFC 4890, section 4.4, and the rules of Windows itself in the group core networking.
func rows() []row {
	const (
		errors    = "ICMPv6 errors: unreachable, packet too big, time exceeded, parameter problem"
		neighbour = "IPv6 neighbour discovery; router advertisements from link-local senders"
		listeners = "IPv6 multicast listener discovery from link-local senders"
	)
	ipv4, ipv6 := ruleset.Families{IPv4: true}, ruleset.Families{IPv6: true}
	anyone := ruleset.Anyone()
	link := ruleset.NewSources(ruleset.AddressSet{Name: "link-local", Prefixes: []netip.Prefix{netip.MustParsePrefix("fe80::/10")}})
	of := func(text, traffic string, f ruleset.Families, from ruleset.Sources, name string, fromPorts ...ruleset.PortRange) row {
		r := target.NewBaselineRule(text, traffic, from)
		r.Families, r.FromPorts, r.When = f, fromPorts, Alone
		return row{r, name}
	}
	return []row{
		of("ICMP fragmentation needed (path MTU)", "icmp/3:4", ipv4, anyone, "icmp 3:4"),
		of("IGMP", "protocol/2", ipv4, anyone, "igmp"),
		of("DHCP answers: udp 68 from port 67", "udp/68", ipv4, anyone, "udp 68", ruleset.PortRange{First: 67, Last: 67}),
		of(errors, "icmpv6/1", ipv6, anyone, "icmpv6 1"),
		of(errors, "icmpv6/2", ipv6, anyone, "icmpv6 2"),
		of(errors, "icmpv6/3", ipv6, anyone, "icmpv6 3"),
		of(errors, "icmpv6/4", ipv6, anyone, "icmpv6 4"),
		of(neighbour, "icmpv6/134", ipv6, link, "icmpv6 134"),
		of(neighbour, "icmpv6/135", ipv6, anyone, "icmpv6 135"),
		of(neighbour, "icmpv6/136", ipv6, anyone, "icmpv6 136"),
		of(listeners, "icmpv6/130", ipv6, link, "icmpv6 130"),
		of(listeners, "icmpv6/131", ipv6, link, "icmpv6 131"),
		of(listeners, "icmpv6/132", ipv6, link, "icmpv6 132"),
		of(listeners, "icmpv6/143", ipv6, link, "icmpv6 143"),
		of("DHCPv6 answers: udp 546 from link-local senders, port 547", "udp/546", ipv6, link, "udp 546", ruleset.PortRange{First: 547, Last: 547}),
	}
}

// Alone reports whether the rules of this policy are the only ones that apply.
func Alone(s ruleset.Settings) bool { return s.Advfirewall.OtherRules == "disable" }

// Baseline returns what Windows Firewall allows without a rule, and what the scripts allow if no other rules
// apply.
func Baseline() []target.BaselineRule {
	out := []target.BaselineRule{{
		Text: "answers to what the host itself began, and loopback: Windows Firewall does so by itself", TextOnly: true,
	}}
	for _, row := range rows() {
		out = append(out, row.BaselineRule)
	}
	return out
}

// BaselineRules returns the rows as rules for a host, in every profile.
func BaselineRules(rs *ruleset.RuleSet) []Rule {
	var out []Rule
	for _, row := range rows() {
		if row.Families.And(rs.Families).None() {
			continue
		}
		r := Rule{What: row.name, Why: "baseline: " + row.Text, From: strings.Join(row.Remote.Names(), ", "), Protocol: row.Traffic.Protocol, Ports: row.Traffic.Ports}
		if len(row.Traffic.ICMP) > 0 {
			r.ICMP = &row.Traffic.ICMP[0]
		}
		if len(row.FromPorts) > 0 { // DHCP servers
			r.FromPorts = row.FromPorts
			r.Listener = ruleset.Listener{Program: `%SystemRoot%\System32\svchost.exe`, Service: "Dhcp"}
		}
		for _, p := range row.Remote.Prefixes() {
			r.Remote = append(r.Remote, addresses(p, false)...)
		}
		out = append(out, r)
	}
	return out
}

// Openings returns what Windows Firewall allows besides rules and baseline: whatever rules of other owners allow,
// if they are kept.
func Openings(rs *ruleset.RuleSet) []target.Opening {
	if Alone(rs.Settings) {
		return nil
	}
	return []target.Opening{{
		Cause:        target.Others,
		Setting:      `say [advfirewall] other_rules = "disable" (2012 and later), or look at the host's own rules`,
		BaselineRule: target.BaselineRule{Text: "whatever the inbound rules of other owners let in, which stay as they are", TextOnly: true},
	}}
}
