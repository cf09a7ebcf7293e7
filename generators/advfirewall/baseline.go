package advfirewall

import (
	"net/netip"

	"rolewall/generators/target"
	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// baselineRow is one rule of what no host can live without once the rules that come with Windows are off.
type baselineRow struct {
	target.BaselineRule
	name string // in the name of the rule
	tags string
}

// baselineRows follow RFC 4890, section 4.4, and what Windows itself opens under the heading of core networking.
func baselineRows() []baselineRow {
	const (
		dhcp     = ` program="%%SystemRoot%%\System32\svchost.exe" service=Dhcp`
		fromLink = " remoteip=fe80::/10"

		errors    = "ICMPv6 errors: unreachable, packet too big, time exceeded, parameter problem"
		neighbour = "IPv6 neighbour discovery; router advertisements from link-local senders"
		listeners = "IPv6 multicast listener discovery from link-local senders"
	)
	ipv4, ipv6 := ruleset.Families{IPv4: true}, ruleset.Families{IPv6: true}
	anyone := ruleset.Anyone()
	link := ruleset.NewSources(ruleset.AddressSet{Name: "link-local", Prefixes: []netip.Prefix{netip.MustParsePrefix("fe80::/10")}})
	row := func(text, traffic string, f ruleset.Families, from ruleset.Sources, name, tags string) baselineRow {
		r := target.NewBaselineRule(text, traffic, from)
		r.Families, r.When = f, isAlone
		return baselineRow{r, name, tags}
	}
	return []baselineRow{
		row("ICMP fragmentation needed (path MTU)", "icmp/3:4", ipv4, anyone, "icmp 3:4", "protocol=icmpv4:3,4"),
		row("IGMP", "protocol/2", ipv4, anyone, "igmp", "protocol=2"),
		row("DHCP answers: udp 68 from port 67", "udp/68", ipv4, anyone, "udp 68", "protocol=UDP localport=68 remoteport=67"+dhcp),
		row(errors, "icmpv6/1", ipv6, anyone, "icmpv6 1", "protocol=icmpv6:1,any"),
		row(errors, "icmpv6/2", ipv6, anyone, "icmpv6 2", "protocol=icmpv6:2,any"),
		row(errors, "icmpv6/3", ipv6, anyone, "icmpv6 3", "protocol=icmpv6:3,any"),
		row(errors, "icmpv6/4", ipv6, anyone, "icmpv6 4", "protocol=icmpv6:4,any"),
		row(neighbour, "icmpv6/134", ipv6, link, "icmpv6 134", "protocol=icmpv6:134,any"+fromLink),
		row(neighbour, "icmpv6/135", ipv6, anyone, "icmpv6 135", "protocol=icmpv6:135,any"),
		row(neighbour, "icmpv6/136", ipv6, anyone, "icmpv6 136", "protocol=icmpv6:136,any"),
		row(listeners, "icmpv6/130", ipv6, link, "icmpv6 130", "protocol=icmpv6:130,any"+fromLink),
		row(listeners, "icmpv6/131", ipv6, link, "icmpv6 131", "protocol=icmpv6:131,any"+fromLink),
		row(listeners, "icmpv6/132", ipv6, link, "icmpv6 132", "protocol=icmpv6:132,any"+fromLink),
		row(listeners, "icmpv6/143", ipv6, link, "icmpv6 143", "protocol=icmpv6:143,any"+fromLink),
		row("DHCPv6 answers: udp 546 from link-local senders, port 547", "udp/546", ipv6, link, "udp 546",
			"protocol=UDP localport=546 remoteport=547"+dhcp+fromLink),
	}
}

// isAlone reports whether this script's rules are to be the only ones.
func isAlone(s ruleset.Settings) bool { return s.Advfirewall.OtherRules == "disable" }

// baseline is what Windows Firewall allows without a rule, and what the script allows where its rules are the only ones.
func baseline() []target.BaselineRule {
	out := []target.BaselineRule{{
		Text: "answers to what the host itself began, and loopback: Windows Firewall does so by itself", TextOnly: true,
	}}
	for _, row := range baselineRows() {
		out = append(out, row.BaselineRule)
	}
	return out
}

// baselineRules are the rows for the host as rules, in every profile.
func baselineRules(rs *ruleset.RuleSet) []rule {
	var out []rule
	for _, row := range baselineRows() {
		if row.Families.And(rs.Families).None() {
			continue
		}
		args := tagsOf([]string{row.tags}, nil, "")
		why := "baseline: " + row.Text
		out = append(out, rule{
			Title: "baseline " + row.name, Why: why,
			Name: winscript.RuleName(row.name, "", args, why), Args: args,
		})
	}
	return out
}
