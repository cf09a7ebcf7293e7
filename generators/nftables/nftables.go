// Package nftables writes nftables scripts for Linux. A script replaces one table in the inet family in a single
// transaction, so packets never meet half a rule set.
//
// Rules are grouped by their sources (package linux). A group becomes definitions of its addresses, ports and ICMP
// types, with one element a line and the reasons behind it, and a rule for each kind of traffic.
package nftables

import (
	"fmt"
	"sync"

	"rolewall/generators/linux"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Target writes nftables.nft.
type Target struct{ layout *target.Layout }

// New returns the target.
func New() Target { return Target{target.NewLayout("nftables")} }

func (Target) Info() target.Info { return info() }

// info is computed once, since every host needs it.
var info = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "nftables", Title: "nftables script for Linux", File: "nftables.nft", Mode: 0o755, Filter: true, Comment: linux.Comment,
		Capabilities: linux.Capabilities(), Baseline: linux.Baseline(ruleset.Families{IPv4: true, IPv6: true}),
	}
})

func (Target) Refuse(rs *ruleset.RuleSet) []target.Unsupported { return linux.Refuse(rs) }

// data is the data of the template.
type data struct {
	Header   []string
	FTP      bool     // whether the FTP helper is assigned
	First    []string // rules before the ICMP rules of the baseline: filtered interfaces, loopback, closed families, state
	Baseline []string
	Chains   []group  // chains for single groups of sources, if there are many
	Senders  []group  // rules by the sources of the packets: anyone first, then the others, or the map to their chains
	Last     []string // rules for the rest
}

func (t Target) Script(rs *ruleset.RuleSet) (target.Script, error) {
	return t.layout.Script(header(t.Info(), rs), newData(rs))
}

func (t Target) Data(rs *ruleset.RuleSet) (any, error) {
	d := newData(rs)
	d.Header = target.HeaderLines(header(t.Info(), rs), rs.Host, linux.Comment)
	return d, nil
}

func header(info target.Info, rs *ruleset.RuleSet) []string {
	undo := "nft delete table inet rolewall"
	if linux.FTPHelper(rs) {
		undo += " && nft delete table inet rolewall-ftp"
	}
	return linux.Header(info, rs,
		"Apply    nft -c -f nftables.nft && nft -f nftables.nft",
		"Undo     "+undo,
		"Needs    nft "+linux.OldestNFT+" or later",
		"One transaction. It touches no table but its own; what other tables drop stays dropped.",
	)
}

func newData(rs *ruleset.RuleSet) data {
	d := data{
		FTP:      linux.FTPHelper(rs),
		First:    firstRules(rs),
		Baseline: baselineRules(rs.Settings.Linux),
		Last:     lastRules(rs.Settings.Linux),
	}
	names := definitions{}
	groups := linux.Groups(rs)
	for len(groups) > 0 && groups[0].Remote.IsAnyone() {
		d.Senders = append(d.Senders, describe(groups[0], names, rs.Settings.Linux))
		groups = groups[1:]
	}
	if len(groups) > fewGroups {
		d.dispatch(rs, groups, names)
		return d
	}
	for _, g := range groups {
		d.Senders = append(d.Senders, describe(g, names, rs.Settings.Linux))
	}
	return d
}

// firstRules returns the rules that most packets meet. What the host sends to a multicast group that it listens to
// comes back on the interface it left by, not on loopback. So packets from the host's own addresses to a multicast
// group are not dropped on other interfaces. Invalid packets are dropped only for TCP and UDP. An ICMP packet is
// invalid to connection tracking if it belongs to no known connection, such as an error for an untracked one.
func firstRules(rs *ruleset.RuleSet) []string {
	var rules []string
	if names := rs.Settings.Linux.Interfaces; len(names) > 0 {
		match := ""
		for _, n := range names {
			match += fmt.Sprintf("iifname != %q ", n)
		}
		rules = append(rules, match+"accept  # only these interfaces are governed")
	}
	rules = append(rules, `iifname "lo" accept`)
	for _, f := range linux.ClosedFamilies(rs) {
		rules = append(rules, fmt.Sprintf("meta nfproto %s counter drop  # the host does not speak %s", f.NFProto, f.Name))
	}
	rules = append(rules, "ct state established,related accept")
	if rs.Settings.Linux.Invalid != "pass" {
		rules = append(rules, "meta l4proto { tcp, udp } ct state invalid counter drop")
	}
	return append(rules,
		"fib saddr type local fib daddr type local counter drop  # own addresses as senders come over loopback only",
	)
}

// baselineRules allows what every host needs. Hop limit 255 proves that a neighbour sent the packet. Solicitations
// also come from the unspecified address.
func baselineRules(s ruleset.LinuxSettings) []string {
	echo4, echo6 := ", echo-request", ", echo-request"
	if s.NoPing {
		echo4, echo6 = "", ""
	}
	return []string{
		"icmp type { destination-unreachable, time-exceeded, parameter-problem" + echo4 + " } accept",
		"icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem" + echo6 + " } accept",
		"ip6 hoplimit 255 icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, ind-neighbor-solicit, ind-neighbor-advert } accept",
		"ip6 saddr fe80::/10 ip6 hoplimit 255 icmpv6 type nd-router-advert accept",
		"ip6 saddr fe80::/10 icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept",
		"ip protocol igmp accept",
		"ip6 daddr fe80::/10 udp sport 547 udp dport 546 accept",
	}
}

// lastRules ends the chain. It drops what the policy of the chain would drop, too: the kernel sets the policy of a
// new chain only after the old chain is gone, and until then packets would pass.
func lastRules(s ruleset.LinuxSettings) []string {
	var rules []string
	if s.Log {
		rules = append(rules, `limit rate 5/minute burst 10 packets log prefix "rolewall drop: " level info`)
	}
	if s.Reject {
		rules = append(rules,
			"meta l4proto tcp counter reject with tcp reset",
			"counter reject with icmpx type admin-prohibited", // nft before 1.0.0 needs "type"
		)
	}
	return append(rules, "counter drop")
}

// verdict returns the end of every rule of the rule set. Its comment is what `nft list` shows about the sources.
func verdict(from string, s ruleset.LinuxSettings) string {
	accept := "accept"
	if s.Counters {
		accept = "counter accept"
	}
	return fmt.Sprintf("%s comment %q", accept, target.ASCII("from "+from, 128))
}

// Openings returns what the script allows besides rules and baseline.
func (Target) Openings(rs *ruleset.RuleSet) []target.Opening { return linux.Openings(rs) }

// Baseline returns the baseline in words for the families of a host.
func (Target) Baseline(f ruleset.Families) []target.BaselineRule { return linux.Baseline(f) }
