//go:build linux

package packettest

import (
	"net/netip"
	"testing"

	"rolewall/generators"
	"rolewall/ruleset"
)

// target is a Linux target and a tool that loads its scripts.
type target struct {
	name string
	tool Tool
}

func targets() []target {
	return []target{{"nftables", Nftables}, {"iptables", Iptables}, {"iptables", IptablesLegacy}}
}

// script renders the rule set for the target.
func (x target) script(t testing.TB, rs *ruleset.RuleSet) Script {
	t.Helper()
	g, known := generators.All().Lookup(x.name)
	if !known {
		t.Fatalf("no target %s", x.name)
	}
	if refused := generators.Check(g, rs, generators.All()); len(refused) > 0 {
		t.Fatal(refused[0])
	}
	page, err := generators.Render(g, rs, "host")
	if err != nil {
		t.Fatal(err)
	}
	return Script{Tool: x.tool, Text: string(page)}
}

func request(p ruleset.Protocol, ports string, from ruleset.Sources) *ruleset.Rule {
	r := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: p}, Remote: from, Reasons: []ruleset.Reason{{Role: "role", Service: "service", App: "App"}}}
	if ports != "" {
		set, err := ruleset.ParsePorts(ports)
		if err != nil {
			panic(err)
		}
		r.Ports = set
	}
	return r
}

func icmp(p ruleset.Protocol, from ruleset.Sources, types ...ruleset.ICMPType) *ruleset.Rule {
	r := request(p, "", from)
	r.ICMP = types
	return r
}

func network(name string, prefixes ...string) ruleset.Sources {
	set := ruleset.AddressSet{Name: name}
	for _, p := range prefixes {
		set.Prefixes = append(set.Prefixes, netip.MustParsePrefix(p))
	}
	return ruleset.NewSources(set)
}

func ruleSet(requests ...*ruleset.Rule) *ruleset.RuleSet {
	return &ruleset.RuleSet{
		Host: "host", OS: ruleset.Linux, Families: ruleset.Families{IPv4: true, IPv6: true}, Inbound: ruleset.Merge(requests),
	}
}

// sample has everything that a Linux target can be asked to say.
func sample() *ruleset.RuleSet {
	anyone := ruleset.Anyone()
	office := network("office", "10.20.0.0/16", "fd00:20::/48")
	admins := network("admins", "10.3.0.0/24", "10.3.7.128/25", "fd00:3::/64")
	decrypted := request(ruleset.UDP, "1701", anyone)
	decrypted.IPsecOnly = true
	return ruleSet(
		request(ruleset.TCP, "53", anyone), request(ruleset.UDP, "53", anyone), request(ruleset.UDP, "67", anyone),
		request(ruleset.TCP, "88", office), request(ruleset.UDP, "88", office), request(ruleset.TCP, "137-139", office),
		request(ruleset.TCP, "49152-65535", office), request(ruleset.TCP, "50000", office),
		request(ruleset.TCP, "1000,1002,1004,1006,1008,1010,1012,1014,1016,1018,1020,1022,1024,1026,1028,1030-1039", office),
		request(ruleset.TCP, "3389", admins), request(ruleset.UDP, "161", network("six", "fd00:77::/64")),
		request(ruleset.UDP, "162", network("four", "10.77.0.0/24")), decrypted, request(ruleset.UDP, "1701", admins),
		request(ruleset.GRE, "", office), request(ruleset.AH, "", anyone), request(ruleset.ESP, "", admins), request(132, "", admins),
		request(ruleset.UDP, "5355", network("link", "fe80::/10", "169.254.0.0/16")),
		icmp(ruleset.ICMP, office, ruleset.ICMPType{Type: 13}, ruleset.ICMPType{Type: 5, Code: 1, HasCode: true}),
		icmp(ruleset.ICMPv6, office, ruleset.ICMPType{Type: 139}, ruleset.ICMPType{Type: 144, Code: 4, HasCode: true}),
		request(ruleset.AnyProtocol, "", network("scanner", "10.9.9.9/32")),
		request(ruleset.TCP, "7000", network("everywhere", "10.0.0.0/8", "169.254.7.0/24", "fd00::/16")),
		request(ruleset.UDP, "7001", network("some admins", "10.3.0.64/26", "10.3.1.0/24", "fd00:3::7/128")),
	)
}

// TestSample puts the sample through every check, with every tool.
func TestSample(t *testing.T) {
	t.Parallel()
	l := newAnsweringLab(t)
	for _, x := range targets() {
		Report(t, l.Check(t, x.script(t, sample()), sample()))
	}
}

// TestFamilies closes what a host does not speak.
func TestFamilies(t *testing.T) {
	t.Parallel()
	l := newAnsweringLab(t)
	for _, f := range []ruleset.Families{{IPv4: true}, {IPv6: true}} {
		rs := ruleSet(request(ruleset.TCP, "22", ruleset.Anyone()))
		rs.Families = f
		for _, x := range targets() {
			Report(t, l.Sweep(t, x.script(t, rs), rs))
		}
	}
}

// load puts a script on an empty server.
func (l *Lab) load(t testing.TB, s Script) {
	t.Helper()
	if err := l.reset(); err != nil {
		t.Fatal(err)
	}
	if err := l.Load(s); err != nil {
		t.Fatal(err)
	}
}
