package nftables

import (
	"fmt"
	"slices"
	"sync"

	"rolewall/generators/linux"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Audit writes audit.nft: a table that runs after the other tables, accepts everything, and counts in limited sets
// what the policy would drop. Package readers/flowlog reads these sets.
type Audit struct{ layout *target.Layout }

// NewAudit returns the target.
func NewAudit() Audit { return Audit{target.NewLayout("audit")} }

func (Audit) Info() target.Info { return auditInfo() }

var auditInfo = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "audit", Title: "enforces nothing: nftables table that counts what the policy would cut", File: "audit.nft", Mode: 0o755, Comment: linux.Comment,
		OS: []ruleset.OS{ruleset.Linux}, NotOn: "Windows has no mode that only watches; docs/adopt.md says what its log of allowed connections tells",
		Capabilities: linux.Capabilities(),
	}
})

func (Audit) Refuse(rs *ruleset.RuleSet) []target.Unsupported { return linux.Refuse(rs) }

// auditData is the data of the template.
type auditData struct {
	Header   []string
	Sets     []auditSet
	First    []string // rules before the ICMP rules of the baseline
	Baseline []string
	Chains   []group // chains for single groups of sources, if there are many
	Senders  []group
	Last     []string // rules that count the rest
}

// auditSet holds what would be dropped. Each element has a counter and the time since its last packet.
type auditSet struct {
	Name, Key string
	Size      int
}

func (a Audit) Script(rs *ruleset.RuleSet) (target.Script, error) {
	return a.layout.Script(auditHeader(a.Info(), rs), newAuditData(rs))
}

func (a Audit) Data(rs *ruleset.RuleSet) (any, error) {
	d := newAuditData(rs)
	d.Header = target.HeaderLines(auditHeader(a.Info(), rs), rs.Host, linux.Comment)
	return d, nil
}

func auditHeader(info target.Info, rs *ruleset.RuleSet) []string {
	usage := []string{
		"Apply    nft -c -f audit.nft && nft -f audit.nft",
		"Read     nft -j list table inet rolewall-audit >HOST.json; rolewall replay --host HOST POLICY HOST.json",
		"Undo     nft delete table inet rolewall-audit",
		"Needs    nft 0.9.8 or later",
		"It comes after all other tables and sees what they let in. Next to table inet rolewall that is what this one lets in.",
		"Every packet passes. Connection tracking starts with it, where nothing else uses it: mind net.netfilter.nf_conntrack_max.",
		"Loading it again forgets what it counted. An element that is not seen for 30 days goes.",
		"In the first half minute, answers over UDP to questions from before count too.",
	}
	if linux.FTPHelper(rs) {
		usage = append(usage, "Passive data connections of FTP count here; the helper of the target nftables would let them in.")
	}
	return linux.Header(info, rs, usage...)
}

func newAuditData(rs *ruleset.RuleSet) auditData {
	enforced := newData(rs)
	iface := asksForInterfaces(rs)
	return auditData{
		Sets: auditSets(iface), First: auditFirst(rs), Baseline: enforced.Baseline, Chains: enforced.Chains, Senders: enforced.Senders,
		Last: auditLast(iface),
	}
}

// asksForInterfaces reports whether the interface on which a packet arrives decides what happens to it.
func asksForInterfaces(rs *ruleset.RuleSet) bool {
	return len(rs.Settings.Linux.Interfaces) > 0 || slices.ContainsFunc(rs.Inbound, func(r *ruleset.Rule) bool { return len(r.Interfaces) > 0 })
}

// auditFirst returns the rules before the others: what is accepted and what is counted. Where the target nftables
// drops, this target counts. Packets that connection tracking calls invalid belong to connections that it has
// forgotten. They open no new connection, so they are accepted.
func auditFirst(rs *ruleset.RuleSet) []string {
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
		rules = append(rules, fmt.Sprintf("meta nfproto %s goto rest  # the host does not speak %s", f.NFProto, f.Name))
	}
	rules = append(rules, "ct state established,related accept")
	if rs.Settings.Linux.Invalid != "pass" {
		rules = append(rules, "meta l4proto { tcp, udp } ct state invalid accept")
	}
	return append(rules, "fib saddr type local fib daddr type local goto rest")
}

// auditKeys are the sets: what each holds of a packet, and which packets it is for. The last set of a family holds
// what does not fit into the others.
var auditKeys = []struct {
	name, match, key string
	size             int
}{
	{"port4", "meta nfproto ipv4 meta l4proto { tcp, udp }", "ip saddr . ip daddr . meta l4proto . th dport", 65535},
	{"port6", "meta nfproto ipv6 meta l4proto { tcp, udp }", "ip6 saddr . ip6 daddr . meta l4proto . th dport", 65535},
	{"icmp4", "meta nfproto ipv4 meta l4proto icmp", "ip saddr . ip daddr . icmp type . icmp code", 4096},
	{"icmp6", "meta nfproto ipv6 meta l4proto icmpv6", "ip6 saddr . ip6 daddr . icmpv6 type . icmpv6 code", 4096},
	{"other4", "meta nfproto ipv4", "ip saddr . ip daddr . meta l4proto", 4096},
	{"other6", "meta nfproto ipv6", "ip6 saddr . ip6 daddr . meta l4proto", 4096},
}

// auditKey adds the interface to the key of a set, if the rules need it.
func auditKey(key string, iface bool) string {
	if iface {
		return key + " . meta iifname"
	}
	return key
}

func auditSets(iface bool) []auditSet {
	var out []auditSet
	for _, k := range auditKeys {
		out = append(out, auditSet{k.name, auditKey(k.key, iface), k.size})
	}
	return out
}

func auditLast(iface bool) []string {
	rules := []string{"meta l4proto tcp tcp flags & (fin | syn | rst | ack) != syn accept  # a SYN alone begins a connection"}
	for _, k := range auditKeys {
		rules = append(rules, fmt.Sprintf("%s update @%s { %s timeout 30d counter } accept", k.match, k.name, auditKey(k.key, iface)))
	}
	return append(rules, `counter name "full" accept`)
}
