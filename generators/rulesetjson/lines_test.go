package rulesetjson

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"testing"

	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

// TestLinesAreTheRule asks random packets of random rules: a packet is allowed by exactly as many lines as the rule says,
// one or none, and no line holds more than it may.
func TestLinesAreTheRule(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		rs := randomSet(r)
		v := NewView(rs)
		v.Rules[0].maxPorts = r.IntN(4)
		lines := v.Rules[0].Lines()
		for _, l := range lines {
			if max := v.Rules[0].maxPorts; max > 0 && len(l.Ports) > max {
				t.Fatalf("a line of %d ports, not %d", len(l.Ports), max)
			}
			if p, err := netip.ParsePrefix(l.From.Prefix); err == nil && p.Addr().Is4() != (l.Family == "ipv4") {
				t.Fatalf("a line of %s from %s", l.Family, p)
			}
			if len(l.Ports) > 0 && (l.First != strconv.Itoa(l.Ports[0].First) || l.Last != strconv.Itoa(l.Ports[len(l.Ports)-1].Last)) {
				t.Fatalf("the bounds of %+v", l)
			}
		}
		for range 60 {
			p := randomPacket(r, rs.Inbound[0])
			want := 0
			if p.openIn(rs) {
				want = 1
			}
			got := 0
			for _, l := range lines {
				if l.lets(p) {
					got++
				}
			}
			if got != want {
				t.Fatalf("%d lines let %+v in, not %d:\n%+v\n%+v", got, p, want, rs.Inbound[0], lines)
			}
		}
	}
}

// packet is a packet as rules see it.
type packet struct {
	protocol  ruleset.Protocol
	port      uint16
	typ, code uint8
	src       netip.Addr
}

func (p packet) openIn(rs *ruleset.RuleSet) bool {
	return rs.Allows(ruleset.Packet{Protocol: p.protocol, Port: p.port, Type: p.typ, Code: p.code, Remote: p.src, IPsec: true})
}

// lets reports whether the line lets the packet in, going by nothing but what templates see of it.
func (l LineView) lets(p packet) bool {
	if (l.Family == "ipv4") != p.src.Is4() {
		return false
	}
	if !l.From.Anyone && !netip.MustParsePrefix(l.From.Prefix).Contains(p.src) {
		return false
	}
	if l.Protocol == "any" {
		return l.Number == ""
	}
	if l.Number != strconv.Itoa(int(p.protocol)) {
		return false
	}
	switch {
	case p.protocol.HasTypes():
		return l.Type == strconv.Itoa(int(p.typ)) && (l.Code == "" || l.Code == strconv.Itoa(int(p.code)))
	case p.protocol.HasPorts():
		for _, ports := range l.Ports {
			if ports.First <= int(p.port) && int(p.port) <= ports.Last {
				return true
			}
		}
		return false
	}
	return true
}

// randomSet is a host with one rule, of few ports, types and addresses, so that packets often meet them.
func randomSet(r *rand.Rand) *ruleset.RuleSet {
	rule := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: randomProtocol(r)}, Remote: ruleset.Anyone(), Reasons: []ruleset.Reason{{Role: "x", App: "x"}}}
	if r.IntN(4) > 0 {
		var prefixes []string
		for range 1 + r.IntN(4) {
			prefixes = append(prefixes, randomPrefix(r))
		}
		rule.Remote = targettest.Network("a", prefixes...).Union(targettest.Network("b", randomPrefix(r)))
	}
	switch {
	case rule.Protocol.HasPorts():
		var ranges []ruleset.PortRange
		for range 1 + r.IntN(5) {
			first := uint16(1 + r.IntN(30))
			ranges = append(ranges, ruleset.PortRange{First: first, Last: first + uint16(r.IntN(3))})
		}
		rule.Ports = ruleset.NewPorts(ranges...)
	case rule.Protocol.HasTypes():
		for typ := range 3 {
			if typ == 0 || r.IntN(2) == 0 {
				rule.ICMP = append(rule.ICMP, ruleset.ICMPType{Type: uint8(typ), Code: uint8(r.IntN(2)), HasCode: r.IntN(2) == 0})
			}
		}
		for i, x := range rule.ICMP {
			if !x.HasCode {
				rule.ICMP[i].Code = 0
			}
		}
	}
	families := []ruleset.Families{{IPv4: true}, {IPv6: true}, {IPv4: true, IPv6: true}}[r.IntN(3)]
	return &ruleset.RuleSet{OS: ruleset.Linux, Families: families, Inbound: []*ruleset.Rule{rule}}
}

func randomProtocol(r *rand.Rand) ruleset.Protocol {
	return []ruleset.Protocol{ruleset.TCP, ruleset.UDP, ruleset.ICMP, ruleset.ICMPv6, ruleset.GRE, 99, ruleset.AnyProtocol}[r.IntN(7)]
}

func randomPrefix(r *rand.Rand) string {
	if r.IntN(2) == 0 {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(r.IntN(8))}), 29+r.IntN(4)).Masked().String()
	}
	return netip.PrefixFrom(netip.MustParseAddr(fmt.Sprintf("fd00::%x", r.IntN(8))), 125+r.IntN(4)).Masked().String()
}

// randomPacket is a packet that is near what the rule allows.
func randomPacket(r *rand.Rand, rule *ruleset.Rule) packet {
	p := packet{protocol: rule.Protocol, port: uint16(1 + r.IntN(34)), typ: uint8(r.IntN(3)), code: uint8(r.IntN(2))}
	p.src = netip.AddrFrom4([4]byte{10, 0, 0, byte(r.IntN(9))})
	if r.IntN(2) == 0 {
		p.src = netip.MustParseAddr(fmt.Sprintf("fd00::%x", r.IntN(9)))
	}
	if p.protocol == ruleset.AnyProtocol || r.IntN(5) == 0 {
		p.protocol = randomProtocol(r)
	}
	if p.protocol == ruleset.AnyProtocol {
		p.protocol = ruleset.UDP
	}
	if p.protocol.HasTypes() { // a packet has the family of its ICMP
		p.protocol = ruleset.ICMPv6
		if p.src.Is4() {
			p.protocol = ruleset.ICMP
		}
	}
	return p
}

// TestSenders holds the ready-made strings of a source.
func TestSenders(t *testing.T) {
	rs := targettest.LinuxSet(targettest.LinuxRule(ruleset.TCP, "22", "SSH", "ssh", targettest.Network("a", "10.20.0.0/15", "10.3.0.7/32", "fd00:20::/48")))
	got := ""
	for _, x := range NewView(rs).Rules[0].Senders() {
		got += fmt.Sprintln(x.Prefix, x.Anyone, x.Single, x.Address, x.Length, x.Netmask(), x.Wildcard())
	}
	want := "10.3.0.7/32 false true 10.3.0.7 32 255.255.255.255 0.0.0.0\n" +
		"10.20.0.0/15 false false 10.20.0.0 15 255.254.0.0 0.1.255.255\n" +
		"fd00:20::/48 false false fd00:20:: 48 ffff:ffff:ffff:: ::ffff:ffff:ffff:ffff:ffff\n"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	rs.Families = ruleset.Families{IPv6: true}
	if sources := NewView(rs).Rules[0].Senders(); len(sources) != 1 || sources[0].Prefix != "fd00:20::/48" {
		t.Errorf("a host without IPv4 has the sources %+v", sources)
	}
}
