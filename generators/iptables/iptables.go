// Package iptables writes a shell script for Linux. The script fills a chain with iptables-restore, in both
// families.
//
// Rules are grouped by their sources (package linux). iptables-restore has no sets and no comments behind rules.
// So a group becomes a rule for each source and for as many ports as one match can hold, with the reasons as
// comment lines above.
package iptables

import (
	"fmt"
	"slices"
	"sync"

	"rolewall/generators/linux"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Target writes iptables.sh.
type Target struct{ layout *target.Layout }

// New returns the target.
func New() Target { return Target{target.NewLayout("iptables")} }

// The chains of the script. `remove` and later versions find them by name, so the names must not change.
const (
	chainName    = "ROLEWALL-IN"
	governedName = "ROLEWALL-GOVERNED" // holds the rules if only some interfaces are filtered
	ftpName      = "ROLEWALL-FTP"      // in the raw table, if the helper is assigned
)

func (Target) Info() target.Info { return info() }

// info is computed once, since every host needs it.
var info = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "iptables", Title: "iptables and ip6tables script for Linux", File: "iptables.sh", Mode: 0o755, Filter: true, Comment: linux.Comment,
		Capabilities: linux.Capabilities(), Baseline: linux.Baseline(ruleset.Families{IPv4: true, IPv6: true}),
	}
})

func (Target) Refuse(rs *ruleset.RuleSet) []target.Unsupported {
	out := append(linux.Refuse(rs), refuseLimits(rs)...)
	for _, r := range rs.Inbound {
		if r.Protocol == ruleset.ICMP && slices.ContainsFunc(r.ICMP, func(t ruleset.ICMPType) bool { return t.Type == 255 }) {
			out = append(out, target.Unsupportedf("use the target nftables", "let ICMP type 255 in alone: iptables takes it for every type"))
		}
	}
	return out
}

// data is the data of the template.
type data struct {
	Header      []string
	Chain       string
	Governed    string
	FTPChain    string
	FTP         string   // yes or no: whether the FTP helper is assigned
	Governs     []string // names of the filtered interfaces, as the shell matches them
	Interfaces  []string // rules that send packets of the filtered interfaces to the second chain; empty without a second chain
	First, Last []string
	Baseline    []string
	Senders     [][]string // rules and comment lines, for each group of sources
	From        string     // beginning of the names of chains for sources
	Chains      []string   // chains for sources, if there are many
	Tree        [][]string // whole rules and comment lines of these chains
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
	return linux.Header(info, rs,
		"Apply    sh iptables.sh",
		"Check    sh iptables.sh check",
		"Undo     sh iptables.sh remove",
		"Needs    iptables "+linux.OldestIPTables+" or later, with either back end",
		"It touches its own chains and one jump in INPUT. An accept here ends INPUT; what comes before the jump goes first.",
	)
}

func newData(rs *ruleset.RuleSet) data {
	s := rs.Settings.Linux
	d := data{
		Chain: chainName, Governed: governedName, FTPChain: ftpName, From: fromPrefix, FTP: "no",
		Baseline: baselineRules(s), Last: lastRules(s), Governs: s.Interfaces,
	}
	if linux.FTPHelper(rs) {
		d.FTP = "yes"
	}
	chain := chainName
	if len(s.Interfaces) > 0 {
		chain = governedName
		for _, n := range s.Interfaces {
			d.Interfaces = append(d.Interfaces,
				fmt.Sprintf("-A %s -i %s -j %s", chainName, interfaceText(n), governedName))
		}
	}
	d.First = firstRules(rs)
	groups := linux.Groups(rs)
	for len(groups) > 0 && groups[0].Remote.IsAnyone() {
		d.Senders = append(d.Senders, groupLines(groups[0], false))
		groups = groups[1:]
	}
	if many(groups) {
		t, root := newTree(groups, rs.Families)
		d.Chains, d.Tree = t.chains, t.sections
		d.Senders = append(d.Senders, append([]string{"# From others"}, root...))
		groups = nil
	}
	for _, g := range groups {
		d.Senders = append(d.Senders, groupLines(g, false))
	}
	d.toChain(chain)
	return d
}

// toChain puts every rule without a chain into the given chain.
func (d *data) toChain(chain string) {
	for _, rules := range append([][]string{d.First, d.Baseline, d.Last}, d.Senders...) {
		inChain(chain, rules)
	}
}

// firstRules returns the rules that most packets meet. They are those of package nftables, which explains them.
func firstRules(rs *ruleset.RuleSet) []string {
	rules := []string{"-i lo -j ACCEPT"}
	for _, f := range linux.ClosedFamilies(rs) {
		rules = append(rules, "# The host does not speak "+f.Name, f.IPTables+" -j DROP")
	}
	rules = append(rules, "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT")
	if rs.Settings.Linux.Invalid != "pass" {
		rules = append(rules,
			"-p tcp -m conntrack --ctstate INVALID -j DROP",
			"-p udp -m conntrack --ctstate INVALID -j DROP",
		)
	}
	return append(rules,
		"# Own addresses as senders come over loopback only; link-local ones are own on their own link alone",
		"-4 -m addrtype --src-type LOCAL --dst-type LOCAL -j DROP",
		"-6 ! -s fe80::/10 -m addrtype --src-type LOCAL --dst-type LOCAL -j DROP",
		"-6 -s fe80::/10 ! -d ff00::/8 -m addrtype --src-type LOCAL --limit-iface-in -j DROP",
	)
}

// baselineRules allows what every host needs. Hop limit 255 proves that a neighbour sent the packet. Solicitations
// also come from the unspecified address.
func baselineRules(s ruleset.LinuxSettings) []string {
	icmp, icmpv6, echo := []int{3, 11, 12, 8}, []int{1, 2, 3, 4, 128}, " and echo"
	if s.NoPing {
		icmp, icmpv6, echo = icmp[:3], icmpv6[:4], ""
	}
	var rules []string
	add := func(remark, format string, types []int) {
		rules = append(rules, "# "+remark)
		for _, t := range types {
			rules = append(rules, fmt.Sprintf(format, t))
		}
	}
	add("ICMP errors"+echo, "-4 -p icmp -m icmp --icmp-type %d -j ACCEPT", icmp)
	add("ICMPv6 errors"+echo, "-6 -p ipv6-icmp -m icmp6 --icmpv6-type %d -j ACCEPT", icmpv6)
	add("Neighbour discovery", "-6 -p ipv6-icmp -m icmp6 --icmpv6-type %d -m hl --hl-eq 255 -j ACCEPT", []int{135, 136, 141, 142})
	add("Router advertisements", "-6 -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type %d -m hl --hl-eq 255 -j ACCEPT", []int{134})
	add("Multicast listener discovery", "-6 -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type %d -j ACCEPT", []int{130, 131, 132, 143})
	return append(rules,
		"# IGMP", "-4 -p 2 -j ACCEPT",
		"# DHCPv6 answers", "-6 -d fe80::/10 -p udp -m udp --sport 547 --dport 546 -j ACCEPT",
	)
}

// lastRules ends the chain. A reject answers only some packets, so a DROP follows it.
func lastRules(s ruleset.LinuxSettings) []string {
	var rules []string
	if s.Log {
		rules = append(rules, `-m limit --limit 5/min --limit-burst 10 -j LOG --log-level info --log-prefix "rolewall drop: "`)
	}
	if s.Reject {
		rules = append(rules,
			"-p tcp -j REJECT --reject-with tcp-reset",
			"-4 -j REJECT --reject-with icmp-admin-prohibited",
			"-6 -j REJECT --reject-with icmp6-adm-prohibited",
		)
	}
	return append(rules, "-j DROP")
}

// Openings returns what the script allows besides rules and baseline.
func (Target) Openings(rs *ruleset.RuleSet) []target.Opening { return linux.Openings(rs) }

// Baseline returns the baseline in words for the families of a host.
func (Target) Baseline(f ruleset.Families) []target.BaselineRule { return linux.Baseline(f) }
