//go:build linux

package packettest

import (
	"strings"
	"testing"

	"rolewall/internal/netspace"
)

// TestCaptureBackEnds does for hosts whose rules lie with several back ends what TestCaptureSweep does for stored rule sets: nft, both
// worlds of iptables, and rules of nft in tables of iptables-nft, which iptables-save shows as what they are not.
func TestCaptureBackEnds(t *testing.T) {
	t.Parallel()
	l := newCaptureLab(t)
	filter := func(policy string, rules ...string) string {
		text := "*filter\n:INPUT " + policy + " [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
		for _, r := range rules {
			text += "-A INPUT " + r + "\n"
		}
		return text + "COMMIT\n"
	}
	const ports = "-p tcp -m multiport --dports 22,80,443,8000:8010 -j ACCEPT"
	for _, c := range []struct {
		name            string
		modern          string // for iptables-nft
		modern6         string
		nft             string // behind it
		legacy, legacy6 string
	}{
		{name: "an empty table of iptables-nft beside legacy ones", modern: filter("ACCEPT"), legacy: filter("DROP", ports, "-s 10.3.0.0/24 -j ACCEPT"), legacy6: filter("DROP", "-p udp -m udp --dport 53 -j ACCEPT")},
		{name: "both worlds", modern: filter("DROP", ports, "-m conntrack --ctstate ESTABLISHED -j ACCEPT"), modern6: filter("DROP", ports),
			legacy: filter("ACCEPT", "-p tcp -m tcp --dport 443 -j DROP", "-s 203.0.113.0/24 -p tcp -m tcp --dport 22 -j REJECT"), legacy6: filter("DROP", "-p tcp -m tcp --dport 80:444 -j ACCEPT")},
		{name: "nft beside legacy", legacy: filter("DROP", ports), legacy6: filter("DROP", ports),
			nft: "table inet t {\n chain in {\n type filter hook input priority 10; policy drop;\n tcp dport { 22, 443 } accept\n udp dport 53 accept\n }\n}\n"},
		{name: "rules of nft in a table of iptables-nft", modern: filter("DROP", ports, "-p udp -m conntrack --ctstate NEW -m udp --dport 53 -j ACCEPT"),
			nft: "table ip filter {\n set x {\n type ipv4_addr\n flags interval\n elements = { 10.3.0.0/24, 203.0.113.64/26 }\n }\n chain INPUT {\n ip saddr { 10.20.0.0/16, 10.1.0.0/16 } accept\n ip saddr @x tcp dport 9100 accept\n" +
				" tcp dport vmap { 7000 : accept, 7001-7009 : drop }\n tcp dport != { 1-6999, 7010-65535 } accept\n }\n chain own {\n type filter hook input priority -10; policy drop;\n tcp dport { 22, 80, 7000-9100 } accept\n udp dport 53 accept\n }\n}\n"},
		{name: "a table of nft with the name of one of iptables",
			nft: "table ip filter {\n chain input {\n type filter hook input priority 0; policy drop;\n ct state new tcp dport { 22, 80 } ip saddr 10.3.0.5-203.0.113.9 accept\n }\n}\ntable ip6 filter {\n chain input {\n type filter hook input priority 0; policy drop;\n tcp dport 22 accept\n }\n}\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l.loadRules(t, loaded{})
			run := func(s *netspace.Space, text string, command string) {
				if text == "" {
					return
				}
				if _, err := s.Run(text, strings.Fields(command)...); err != nil {
					t.Fatal(err)
				}
			}
			run(l.Server, c.modern, "iptables-restore")
			run(l.Server, c.modern6, "ip6tables-restore")
			run(l.Server, c.nft, "nft -f -")
			run(l.legacy, c.legacy, "iptables-restore")
			run(l.legacy, c.legacy6, "ip6tables-restore")
			l.holdAgainst(t, l.capture(t))
		})
	}
}
