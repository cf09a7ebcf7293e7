package ipsec

import (
	"strings"
	"testing"

	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

// TestOpenings: what filters allow beside the rules.
func TestOpenings(t *testing.T) {
	six := targettest.Network("six", "fd00::/64")
	rule := func(p ruleset.Protocol, ports, app string, from ruleset.Sources) *ruleset.Rule {
		return targettest.WindowsRule(p, ports, app, "S", ruleset.Listener{}, from)
	}
	const kerberos = "wider all of tcp from any [ipv4]\nwider all of udp from any [ipv4]\nwider all of 46 from any [ipv4]\n"
	const others = "others: IPv6, where the host has it: these filters do not see it\n"
	decrypted := rule(ruleset.UDP, "1701", "L2TP", office4)
	decrypted.IPsecOnly = true
	for _, c := range []struct {
		name     string
		inbound  *ruleset.Rule
		outbound *ruleset.Rule
		exempt   string
		os       ruleset.OS
		want     string
	}{
		{"nothing", rule(ruleset.TCP, "80", "HTTP", office4), nil, "", "", ""},
		{"a permit for ports", nil, rule(ruleset.UDP, "53", "", office4), "", "", "mirror all of udp from office [ipv4]\n"},
		{"a permit for everything", nil, rule(ruleset.AnyProtocol, "", "", office4), "", "", "mirror all of any from office [ipv4]\n"},
		{"a permit of IPv6", nil, rule(ruleset.UDP, "53", "", six), "", "", ""},
		{"FTP", rule(ruleset.TCP, "21", "FTP control", office4), nil, "", "", "mirror tcp/20 from office [ipv4]\n"},
		{"another service of port 21", rule(ruleset.TCP, "21", "Gopher", office4), nil, "", "", ""},
		{"another port of FTP", rule(ruleset.TCP, "20", "FTP data", office4), nil, "", "", ""},
		{"UDP of FTP", rule(ruleset.UDP, "21", "FTP", office4), nil, "", "", ""},
		{"ICMP", targettest.WithICMP(rule(ruleset.ICMP, "", "Echo", office4), "8"), nil, "", "", "wider all of icmp from office [ipv4]\n"},
		{"what comes out of a tunnel", decrypted, nil, "", "", "wider udp/1701 from office [ipv4]\n"},
		{"FTP of IPv6", rule(ruleset.TCP, "21", "FTP control", six), nil, "", "", ""},
		{"Kerberos, RSVP and more", nil, nil, "0", "", kerberos},
		{"multicasts", nil, nil, "1", "", ""},
		{"Kerberos and RSVP", nil, nil, "2", "", kerberos},
		{"IKE", nil, nil, "3", "", ""},
		{"an edition with IPv6", nil, nil, "", ruleset.Windows2008, others},
	} {
		rs := ipsecSet()
		if c.inbound != nil {
			rs.Inbound = ruleset.Merge([]*ruleset.Rule{c.inbound})
		}
		if c.outbound != nil {
			rs.Outbound = ruleset.Merge([]*ruleset.Rule{c.outbound})
		}
		if c.exempt != "" {
			n := strings.Index("0123", c.exempt)
			rs.Settings.IPsec.DefaultExempt = &n
		}
		if c.os != "" {
			rs.OS = c.os
		}
		if got := targettest.Openings(New(), rs); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.name, got, c.want)
		}
	}
}
