//go:build linux

package packettest

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// smallSet is what goodNft and goodIptables let in: DNS and DHCP from anyone, 8000-8010 and GRE from the office, SSDP
// from the link.
func smallSet() *ruleset.RuleSet {
	from := func(name string, prefixes ...string) ruleset.Sources {
		set := ruleset.AddressSet{Name: name}
		for _, p := range prefixes {
			set.Prefixes = append(set.Prefixes, netip.MustParsePrefix(p))
		}
		return ruleset.NewSources(set)
	}
	port := func(p ruleset.Protocol, first, last uint16, from ruleset.Sources) *ruleset.Rule {
		return &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: p, Ports: ruleset.Ports{{First: first, Last: last}}}, Remote: from}
	}
	office, link := from("office", "10.20.0.0/16", "fd00:20::/48"), from("link", "fe80::/10", "169.254.0.0/16")
	return &ruleset.RuleSet{
		Families: ruleset.Families{IPv4: true, IPv6: true},
		Inbound: ruleset.Merge([]*ruleset.Rule{
			port(ruleset.TCP, 53, 53, ruleset.Anyone()), port(ruleset.UDP, 53, 53, ruleset.Anyone()),
			port(ruleset.UDP, 67, 67, ruleset.Anyone()), port(ruleset.TCP, 8000, 8010, office),
			port(ruleset.UDP, 1900, 1900, link), {Traffic: ruleset.Traffic{Protocol: ruleset.GRE}, Remote: office},
		}),
	}
}

const goodNft = `# Undo nft delete table inet rolewall
table inet rolewall {
	chain input {
		type filter hook input priority 0; policy drop;
	}
}
flush table inet rolewall
table inet rolewall {
	chain input {
		iifname "lo" accept
		ct state established,related accept
		meta l4proto { tcp, udp } ct state invalid drop
		fib saddr type local fib daddr type local drop
		icmp type { 3, 8, 11, 12 } accept
		icmpv6 type { 1, 2, 3, 4, 128 } accept
		ip6 hoplimit 255 icmpv6 type { 135, 136, 141, 142 } accept
		ip6 saddr fe80::/10 ip6 hoplimit 255 icmpv6 type 134 accept
		ip6 saddr fe80::/10 icmpv6 type { 130, 131, 132, 143 } accept
		ip protocol igmp accept
		ip6 daddr fe80::/10 udp sport 547 udp dport 546 accept
		tcp dport 53 accept
		udp dport { 53, 67 } accept
		ip saddr 10.20.0.0/16 tcp dport 8000-8010 accept
		ip6 saddr fd00:20::/48 tcp dport 8000-8010 accept
		ip saddr 10.20.0.0/16 meta l4proto gre accept
		ip6 saddr fd00:20::/48 meta l4proto gre accept
		ip saddr 169.254.0.0/16 udp dport 1900 accept
		ip6 saddr fe80::/10 udp dport 1900 accept
		drop
	}
}
`

// goodIptables is the same for both families, without the care that a generated script takes.
const goodIptables = `# Undo sh iptables.sh remove
set -eu
rules() {
	cat <<-'RULES'
		*filter
		:ROLEWALL-IN - [0:0]
		-A ROLEWALL-IN -i lo -j ACCEPT
		-A ROLEWALL-IN -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
		-A ROLEWALL-IN -p tcp -m conntrack --ctstate INVALID -j DROP
		-A ROLEWALL-IN -p udp -m conntrack --ctstate INVALID -j DROP
		-A ROLEWALL-IN -4 -m addrtype --src-type LOCAL --dst-type LOCAL -j DROP
		-A ROLEWALL-IN -6 ! -s fe80::/10 -m addrtype --src-type LOCAL --dst-type LOCAL -j DROP
		-A ROLEWALL-IN -6 -s fe80::/10 ! -d ff00::/8 -m addrtype --src-type LOCAL --limit-iface-in -j DROP
		-A ROLEWALL-IN -4 -p icmp -m icmp --icmp-type 3 -j ACCEPT
		-A ROLEWALL-IN -4 -p icmp -m icmp --icmp-type 8 -j ACCEPT
		-A ROLEWALL-IN -4 -p icmp -m icmp --icmp-type 11 -j ACCEPT
		-A ROLEWALL-IN -4 -p icmp -m icmp --icmp-type 12 -j ACCEPT
		-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 1 -j ACCEPT
		-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 2 -j ACCEPT
		-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 3 -j ACCEPT
		-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 4 -j ACCEPT
		-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT
		-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m hl --hl-eq 255 -j ACCEPT
		-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m hl --hl-eq 255 -j ACCEPT
		-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 141 -m hl --hl-eq 255 -j ACCEPT
		-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 142 -m hl --hl-eq 255 -j ACCEPT
		-A ROLEWALL-IN -6 -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m hl --hl-eq 255 -j ACCEPT
		-A ROLEWALL-IN -6 -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 130 -j ACCEPT
		-A ROLEWALL-IN -6 -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 131 -j ACCEPT
		-A ROLEWALL-IN -6 -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 132 -j ACCEPT
		-A ROLEWALL-IN -6 -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 143 -j ACCEPT
		-A ROLEWALL-IN -4 -p igmp -j ACCEPT
		-A ROLEWALL-IN -6 -d fe80::/10 -p udp -m udp --sport 547 --dport 546 -j ACCEPT
		-A ROLEWALL-IN -p tcp --dport 53 -j ACCEPT
		-A ROLEWALL-IN -p udp -m multiport --dports 53,67 -j ACCEPT
		-A ROLEWALL-IN -4 -s 10.20.0.0/16 -p tcp --dport 8000:8010 -j ACCEPT
		-A ROLEWALL-IN -6 -s fd00:20::/48 -p tcp --dport 8000:8010 -j ACCEPT
		-A ROLEWALL-IN -4 -s 10.20.0.0/16 -p 47 -j ACCEPT
		-A ROLEWALL-IN -6 -s fd00:20::/48 -p 47 -j ACCEPT
		-A ROLEWALL-IN -4 -s 169.254.0.0/16 -p udp --dport 1900 -j ACCEPT
		-A ROLEWALL-IN -6 -s fe80::/10 -p udp --dport 1900 -j ACCEPT
		-A ROLEWALL-IN -j DROP
		COMMIT
	RULES
}
for family in iptables ip6tables; do
	if [ "${1-}" = remove ]; then
		$family -D INPUT -j ROLEWALL-IN
		$family -F ROLEWALL-IN
		$family -X ROLEWALL-IN
		continue
	fi
	rules | $family-restore --test --noflush
done
[ "${1-}" != remove ] || exit 0
for family in iptables ip6tables; do
	rules | $family-restore --noflush
	$family -C INPUT -j ROLEWALL-IN 2>/dev/null || $family -I INPUT 1 -j ROLEWALL-IN
done
`

// TestGoodScripts lets the hand-made scripts through, so that what the bad ones are caught for is their fault.
func TestGoodScripts(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, s := range []Script{{Nftables, goodNft}, {Iptables, goodIptables}} {
		Report(t, l.Check(t, s, smallSet()))
	}
}

// fault is a mistake, made by replacements in a good script, and the check that has to find it.
type fault struct {
	name, check string
	edits       []string // old, new, old, new, ...
}

func TestBadNft(t *testing.T) {
	t.Parallel()
	expectCaught(t, Script{Nftables, goodNft}, []fault{
		{"udp missing", "ports", []string{"udp dport { 53, 67 } accept", "udp dport 67 accept"}},
		{"off by one", "ports", []string{"10.20.0.0/16 tcp dport 8000-8010", "10.20.0.0/16 tcp dport 8000-8011"}},
		{"one short", "ports", []string{"10.20.0.0/16 tcp dport 8000-8010", "10.20.0.0/16 tcp dport 8001-8010"}},
		{"wrong source", "ports", []string{"ip saddr 10.20.0.0/16 tcp", "ip saddr 10.21.0.0/16 tcp"}},
		{"source too wide", "edges", []string{"ip saddr 10.20.0.0/16 tcp", "ip saddr 10.20.0.0/15 tcp"}},
		{"IPv6 forgotten", "ports", []string{`iifname "lo" accept`, "meta nfproto ipv6 accept\n\t\tiifname lo accept"}},
		{"IPv6 source forgotten", "ports", []string{"ip6 saddr fd00:20::/48 tcp", "tcp"}},
		{"not repeatable", "twice", []string{"flush table inet rolewall", ""}},
		{"established missing", "connections", []string{"ct state established,related accept", ""}},
		{"packet too big forgotten", "path-mtu", []string{"icmpv6 type { 1, 2, 3, 4, 128 }", "icmpv6 type { 128 }", "established,related", "established"}},
		{"accept by source port", "source-ports", []string{"udp dport { 53, 67 } accept", "udp dport { 53, 67 } accept\nudp sport 53 accept"}},
		{"flush ruleset", "others", []string{
			"table inet rolewall {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\nflush table inet rolewall", "flush ruleset",
			`iifname "lo" accept`, "type filter hook input priority 0; policy drop;\niifname lo accept",
		}},
		{"DHCP scoped to the office", "special", []string{"udp dport { 53, 67 } accept", "udp dport 53 accept\nip saddr 10.20.0.0/16 udp dport 67 accept"}},
		{"link-local forgotten", "ports", []string{"ip6 saddr fe80::/10 udp dport 1900 accept", ""}},
		{"IGMP forgotten", "special", []string{"ip protocol igmp accept", ""}},
		{"MLD forgotten", "special", []string{"{ 130, 131, 132, 143 }", "{ 131, 132, 143 }"}},
		{"neighbour discovery forgotten", "neighbours", []string{"{ 135, 136, 141, 142 }", "{ 141, 142 }"}},
		{"neighbours by link-local sources only", "special", []string{"ip6 hoplimit 255 icmpv6 type { 135", "ip6 saddr fe80::/10 ip6 hoplimit 255 icmpv6 type { 135"}},
		{"neighbours from afar", "protocols", []string{"ip6 hoplimit 255 icmpv6 type { 135", "icmpv6 type { 135"}},
		{"DHCPv6 forgotten", "special", []string{"ip6 daddr fe80::/10 udp sport 547 udp dport 546 accept", ""}},
		{"loopback forgotten", "connections", []string{`iifname "lo" accept`, ""}},
		{"own addresses forged", "special", []string{"fib saddr type local fib daddr type local drop", ""}},
		{"invalid let in", "flags", []string{"meta l4proto { tcp, udp } ct state invalid drop", ""}},
		{"new must be SYN", "survival", []string{"tcp dport 53 accept", "tcp flags & (fin|syn|rst|ack) != syn ct state new drop\ntcp dport 53 accept"}},
		{"every ICMP", "protocols", []string{"icmp type { 3, 8, 11, 12 } accept", "meta l4proto icmp accept"}},
		{"GRE for everyone", "protocols", []string{"ip6 saddr fd00:20::/48 meta l4proto gre", "meta l4proto gre"}},
		{"GRE forgotten", "protocols", []string{"ip saddr 10.20.0.0/16 meta l4proto gre accept", ""}},
		{"table made anew", "reload", []string{
			"\t\tdrop\n", "",
			"\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\nflush table", "}\ndelete table",
			`iifname "lo" accept`, "type filter hook input priority 0; policy drop;\niifname lo accept",
		}},
	})
}

func TestBadIptables(t *testing.T) {
	t.Parallel()
	const (
		fill = "rules | $family-restore --noflush\n"
		test = "rules | $family-restore --test --noflush\n"
		jump = "$family -C INPUT -j ROLEWALL-IN 2>/dev/null || $family -I INPUT 1 -j ROLEWALL-IN"
		last = "-A ROLEWALL-IN -j DROP\n"
	)
	byOne := `$family -N ROLEWALL-IN 2>/dev/null || $family -F ROLEWALL-IN
		rules | grep '^-A' | while read -r line; do
			printf '*filter\n%s\nCOMMIT\n' "$line" | $family-restore --noflush
		done
		`
	expectCaught(t, Script{Iptables, goodIptables}, []fault{
		{"IPv6 forgotten", "ports", []string{"for family in iptables ip6tables", "for family in iptables"}},
		{"one jump a load", "twice", []string{jump, "$family -I INPUT 1 -j ROLEWALL-IN"}},
		{"rule by rule", "reload", []string{test, ":\n", fill, byOne}},
		{"rule by rule, half", "fault", []string{test, ":\n", fill, byOne}},
		{"foreign chains flushed", "others", []string{fill, "$family -F\n" + fill}},
		{"undo forgets the chain", "others", []string{"$family -X ROLEWALL-IN", ":"}},
		{"jump at the end", "others", []string{"-I INPUT 1", "-A INPUT"}},
		{"multiport one short", "ports", []string{"--dports 53,67", "--dports 53"}},
		{"IPv4 echo alone", "protocols", []string{"-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT\n", ""}},
		{"source of one family", "ports", []string{"-A ROLEWALL-IN -4 -s 169.254.0.0/16 -p udp", "-A ROLEWALL-IN -4 -p udp"}},
		{"no drop at the end", "ports", []string{last, ""}},
	})
}

// expectCaught makes each mistake in the good script and runs the check that has to find it. Of the ports it sends only those
// that the script can tell apart, which have to be enough.
func expectCaught(t *testing.T, good Script, faults []fault) {
	t.Helper()
	l := NewLab(t)
	l.hasty, l.Server.Hasty, l.Client.Hasty = true, true, true
	l.share = share{first: 12345, oneIn: 65536}
	for _, f := range faults {
		bad := good
		for i := 0; i < len(f.edits); i += 2 {
			if !strings.Contains(bad.Text, f.edits[i]) {
				t.Fatalf("%s: nothing to edit: %q", f.name, f.edits[i])
			}
			bad.Text = strings.ReplaceAll(bad.Text, f.edits[i], f.edits[i+1])
		}
		all := append(sweeps(), lives()...)
		only := slices.DeleteFunc(all, func(c check) bool { return c.name != f.check })
		found := l.run(t, bad, smallSet(), only)
		if len(found) == 0 || found[0].Check != f.check {
			t.Errorf("%s: check %s finds %v", f.name, f.check, found)
			continue
		}
		t.Logf("%s: %s: %s", f.name, f.check, strings.SplitN(found[0].Text, "\n", 2)[0])
	}
}
