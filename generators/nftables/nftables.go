package generators

import (
	"fmt"
	"sync"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// nftables writes one table of its own in the inet family, replaced as a whole in one transaction.
type nftables struct{ layout *target.Layout }

func newNftables() nftables { return nftables{target.NewLayout("nftables")} }

func (nftables) Info() target.Info { return nftInfo() }

// nftInfo is worked out once: it is asked for of every host.
var nftInfo = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "nftables", Title: "nftables script for Linux", File: "nftables.nft", Mode: 0o755, Filter: true, Comment: linuxComment,
		Capabilities: linuxCan(), Baseline: linuxBaseline(ruleset.Families{IPv4: true, IPv6: true}, true),
	}
})

func (nftables) Refuse(rs *ruleset.RuleSet) []target.Unsupported { return linuxRefuse(rs) }

// nftPage is what the template lays out.
type nftPage struct {
	Header   []string
	FTP      bool     // whether the FTP helper is assigned
	First    []string // rules before the baseline's ICMP: governed interfaces, loopback, closed families, state
	Baseline []string
	Senders  []nftSenders
	Last     []string // what happens to the rest
}

func (t nftables) Script(rs *ruleset.RuleSet) (target.Script, error) {
	return t.layout.Script(nftHeader(t.Info(), rs), newNftPage(rs))
}

func (t nftables) Data(rs *ruleset.RuleSet) (any, error) {
	page := newNftPage(rs)
	page.Header = target.HeaderLines(nftHeader(t.Info(), rs), rs.Host, linuxComment)
	return page, nil
}

func nftHeader(info target.Info, rs *ruleset.RuleSet) []string {
	undo := "nft delete table inet rolewall"
	if ftpHelper(rs) {
		undo += " && nft delete table inet rolewall-ftp"
	}
	return linuxHeader(info, rs,
		"Apply    nft -c -f nftables.nft && nft -f nftables.nft",
		"Undo     "+undo,
		"One transaction. It touches no table but its own; what other tables drop stays dropped.",
	)
}

func newNftPage(rs *ruleset.RuleSet) nftPage {
	page := nftPage{
		FTP:      ftpHelper(rs),
		First:    nftFirst(rs),
		Baseline: nftBaseline(rs.Settings.Linux),
		Last:     nftLast(rs.Settings.Linux),
	}
	names := nftNames{}
	for _, o := range openings(rs) {
		page.Senders = append(page.Senders, newNftSenders(o, names, rs.Settings.Linux))
	}
	return page
}

// nftFirst are the rules that most packets meet only. Own addresses may send to a group from elsewhere than loopback:
// what the host says to a group that it listens to comes back on the card it went out on. Invalid is dropped of TCP and UDP alone: of ICMP, connection
// tracking calls invalid what merely belongs to no connection it knows, such as an error for an untracked one.
func nftFirst(rs *ruleset.RuleSet) []string {
	var rules []string
	if names := rs.Settings.Linux.Interfaces; len(names) > 0 {
		match := ""
		for _, n := range names {
			match += fmt.Sprintf("iifname != %q ", n)
		}
		rules = append(rules, match+"accept  # only these interfaces are governed")
	}
	rules = append(rules, `iifname "lo" accept`)
	for _, f := range closedFamilies(rs) {
		rules = append(rules, fmt.Sprintf("meta nfproto %s counter drop  # the host does not speak %s", f.nfproto, f.name))
	}
	return append(rules,
		"ct state established,related accept",
		"meta l4proto { tcp, udp } ct state invalid counter drop",
		"fib saddr type local fib daddr type local counter drop  # own addresses as senders come over loopback only",
	)
}

// nftBaseline lets in what no host can live without. Hop limit 255 proves that a neighbour sent it; solicitations
// come from the unspecified address too.
func nftBaseline(s ruleset.LinuxSettings) []string {
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
		"ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept",
	}
}

// nftLast ends the chain. The drop stands there beside the policy because the kernel gives a new chain its policy
// last, when the old one is gone; until then packets would pass.
func nftLast(s ruleset.LinuxSettings) []string {
	var rules []string
	if s.Log {
		rules = append(rules, `limit rate 5/minute burst 10 packets log prefix "rolewall drop: " level info`)
	}
	if s.Reject {
		rules = append(rules,
			"meta l4proto tcp counter reject with tcp reset",
			"counter reject with icmpx type admin-prohibited", // before nft 1.0.0 "type" could not be left out
		)
	}
	return append(rules, "counter drop")
}

// nftAccept is the verdict of every rule of the rule set; its comment is what `nft list` shows of the senders.
func nftAccept(who string, s ruleset.LinuxSettings) string {
	verdict := "accept"
	if s.Counters {
		verdict = "counter accept"
	}
	return fmt.Sprintf("%s comment %q", verdict, target.ASCII("from "+who, 128))
}
