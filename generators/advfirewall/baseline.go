package advfirewall

import (
	"slices"

	"rolewall/ruleset"
)

// itself is what Windows Firewall lets in without a rule.
const itself = "answers to what the host itself began, and loopback: Windows Firewall does so by itself"

// onlyAlone marks what is let in only where this script's rules are to be the only ones.
const onlyAlone = `with other_rules = "disable" only: `

// baselineRow is one rule of what no host can live without once the rules that come with Windows are off.
type baselineRow struct {
	phrase string // of the header; rows that share one stand together
	v4, v6 bool
	what   string
	tags   string
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
	return []baselineRow{
		{"ICMP fragmentation needed (path MTU)", true, false, "icmp 3:4", "protocol=icmpv4:3,4"},
		{"IGMP", true, false, "igmp", "protocol=2"},
		{"DHCP answers: udp 68 from port 67", true, false, "udp 68", "protocol=UDP localport=68 remoteport=67" + dhcp},
		{errors, false, true, "icmpv6 1", "protocol=icmpv6:1,any"},
		{errors, false, true, "icmpv6 2", "protocol=icmpv6:2,any"},
		{errors, false, true, "icmpv6 3", "protocol=icmpv6:3,any"},
		{errors, false, true, "icmpv6 4", "protocol=icmpv6:4,any"},
		{neighbour, false, true, "icmpv6 134", "protocol=icmpv6:134,any" + fromLink},
		{neighbour, false, true, "icmpv6 135", "protocol=icmpv6:135,any"},
		{neighbour, false, true, "icmpv6 136", "protocol=icmpv6:136,any"},
		{listeners, false, true, "icmpv6 130", "protocol=icmpv6:130,any" + fromLink},
		{listeners, false, true, "icmpv6 131", "protocol=icmpv6:131,any" + fromLink},
		{listeners, false, true, "icmpv6 132", "protocol=icmpv6:132,any" + fromLink},
		{listeners, false, true, "icmpv6 143", "protocol=icmpv6:143,any" + fromLink},
		{"DHCPv6 answers: udp 546 from link-local senders, port 547", false, true, "udp 546",
			"protocol=UDP localport=546 remoteport=547" + dhcp + fromLink},
	}
}

// baselineFor are the rows for hosts that speak families.
func baselineFor(f ruleset.Families) []baselineRow {
	return slices.DeleteFunc(baselineRows(), func(row baselineRow) bool { return !(row.v4 && f.IPv4 || row.v6 && f.IPv6) })
}

// baselinePhrases are the baseline in words.
func baselinePhrases(f ruleset.Families, prefix string) []string {
	var out []string
	for _, row := range baselineFor(f) {
		out = append(out, prefix+row.phrase)
	}
	return slices.Compact(out)
}

// baselineRules is the baseline as rules, in every profile.
func baselineRules(rs *ruleset.RuleSet) []rule {
	var out []rule
	for _, row := range baselineFor(rs.Families) {
		args := tagsOf([]string{row.tags}, nil, "")
		why := "baseline: " + row.phrase
		out = append(out, rule{
			Title: "baseline " + row.what, Why: why,
			Name: ruleName(row.what, "baseline", why, args), Args: args,
		})
	}
	return out
}
