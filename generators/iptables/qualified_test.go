package iptables

import (
	"slices"
	"strings"
	"testing"

	"rolewall/generators/target"
	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

// TestQualified holds how each kind of traffic is written where a rule is for one interface alone.
func TestQualified(t *testing.T) {
	rule := func(p ruleset.Protocol, ports string) *ruleset.Rule {
		return targettest.LinuxRule(p, ports, "x", "x", targettest.Network("office", "10.20.0.0/16", "fd00:20::/48"))
	}
	decrypted := rule(ruleset.UDP, "1701")
	decrypted.IPsecOnly = true
	const four, six = "-4 -s 10.20.0.0/16 -i eth0 ", "-6 -s fd00:20::/48 -i eth0 "
	for _, c := range []struct {
		name string
		rule *ruleset.Rule
		want []string
	}{
		{"a port", rule(ruleset.TCP, "22"), []string{four + "-p tcp --dport 22", six + "-p tcp --dport 22"}},
		{"ports", rule(ruleset.TCP, "22,80-90"), []string{four + "-p tcp -m multiport --dports 22,80:90", six + "-p tcp -m multiport --dports 22,80:90"}},
		{"what comes out of a tunnel", decrypted, []string{
			four + "-p udp --dport 1701 -m policy --dir in --pol ipsec", six + "-p udp --dport 1701 -m policy --dir in --pol ipsec"}},
		{"types of ICMP", targettest.WithICMP(rule(ruleset.ICMP, ""), "3:4", "8"), []string{four + "-p icmp -m icmp --icmp-type 3/4", four + "-p icmp -m icmp --icmp-type 8"}},
		{"types of ICMPv6", targettest.WithICMP(rule(ruleset.ICMPv6, ""), "128"), []string{six + "-p ipv6-icmp -m icmp6 --icmpv6-type 128"}},
		{"AH", rule(ruleset.AH, ""), []string{four + "-p 51", six + "-m ah"}},
		{"a protocol", rule(ruleset.GRE, ""), []string{four + "-p 47", six + "-p 47"}},
		{"every protocol", rule(ruleset.AnyProtocol, ""), []string{strings.TrimSpace(four), strings.TrimSpace(six)}},
	} {
		script := targettest.Script(t, New(), targettest.LinuxSet(targettest.Narrowed(c.rule, ruleset.Qualifiers{Interfaces: []string{"eth0"}})))
		var got []string
		for line := range strings.Lines(script) {
			if !strings.Contains(line, "-i eth0") {
				continue
			}
			line, _, _ = strings.Cut(strings.TrimPrefix(line, "-A ROLEWALL-IN "), ` -m comment --comment "from office" -j ACCEPT`)
			got = append(got, line)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestAH holds that AH is a protocol of IPv4 and a header of IPv6.
func TestAH(t *testing.T) {
	script := targettest.Script(t, New(), targettest.LinuxSet(targettest.LinuxRule(ruleset.AH, "", "x", "x", targettest.Office)))
	for _, want := range []string{"-4 -s 10.20.0.0/16 -p 51 ", "-6 -s fd00:20::/48 -m ah "} {
		if strings.Count(script, want) != 1 {
			t.Errorf("the script lacks %q:\n%s", want, script)
		}
	}
}

// TestRefuseType255 holds that the type which iptables takes for every type is refused, and no other.
func TestRefuseType255(t *testing.T) {
	for _, c := range []struct {
		protocol ruleset.Protocol
		icmp     string
		want     bool
	}{{ruleset.ICMP, "255", true}, {ruleset.ICMP, "254", false}, {ruleset.ICMPv6, "255", false}} {
		rs := targettest.LinuxSet(targettest.WithICMP(targettest.LinuxRule(c.protocol, "", "x", "x", ruleset.Anyone()), c.icmp))
		if refusals := target.Check(New(), rs, nil); len(refusals) > 0 != c.want {
			t.Errorf("%s %s: refusals are %v", c.protocol, c.icmp, refusals)
		}
	}
}

// TestRefuseLimits holds which rates iptables would count apart: those of several prefixes of one family, and those of more
// ports than one match takes.
func TestRefuseLimits(t *testing.T) {
	limit := ruleset.Qualifiers{Limit: ruleset.Limit{Count: 10, Unit: "minute"}}
	const many = "1,3,5,7,9,11,13,15,17,19,21,23,25,27,29"
	for _, c := range []struct {
		name     string
		protocol ruleset.Protocol
		ports    string
		from     ruleset.Sources
		families ruleset.Families
		want     bool
	}{
		{"anyone", ruleset.TCP, "22", ruleset.Anyone(), ruleset.Families{IPv4: true, IPv6: true}, false},
		{"a prefix of each family", ruleset.TCP, "22", targettest.Office, ruleset.Families{IPv4: true, IPv6: true}, false},
		{"two prefixes", ruleset.TCP, "22", targettest.Network("x", "10.0.0.0/24", "10.9.0.0/24"), ruleset.Families{IPv4: true, IPv6: true}, true},
		{"two prefixes of IPv6", ruleset.TCP, "22", targettest.Network("x", "fd00::/64", "fd00:9::/64"), ruleset.Families{IPv4: true, IPv6: true}, true},
		{"two prefixes of a family that the host does not speak", ruleset.TCP, "22", targettest.Network("x", "10.1.0.0/16", "fd00::/64", "fd00:9::/64"), ruleset.Families{IPv4: true}, false},
		{"ports of one match", ruleset.TCP, many, ruleset.Anyone(), ruleset.Families{IPv4: true, IPv6: true}, false},
		{"a port more", ruleset.TCP, many + ",31", ruleset.Anyone(), ruleset.Families{IPv4: true, IPv6: true}, true},
		{"AH, which each family matches in its own way", ruleset.AH, "", ruleset.Anyone(), ruleset.Families{IPv4: true, IPv6: true}, false},
	} {
		rs := targettest.LinuxSet(targettest.Narrowed(targettest.LinuxRule(c.protocol, c.ports, "x", "x", c.from), limit))
		rs.Families = c.families
		if refusals := target.Check(New(), rs, nil); len(refusals) > 0 != c.want {
			t.Errorf("%s: refusals are %v", c.name, refusals)
		}
	}
}
