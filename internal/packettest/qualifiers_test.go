//go:build linux

package packettest

import (
	"net/netip"
	"testing"

	"rolewall/ruleset"
)

// narrowed sets the qualifiers of a request.
func narrowed(r *ruleset.Rule, q ruleset.Qualifiers) *ruleset.Rule {
	r.Qualifiers = q
	return r
}

// onTap is rules of every kind of traffic that hold on the card on which probes come, and ones that do not.
func onTap() *ruleset.RuleSet {
	here := ruleset.Qualifiers{Interfaces: []string{tapLink}}
	begins := ruleset.Qualifiers{Interfaces: []string{"docker0", "prob*"}}
	elsewhere := ruleset.Qualifiers{Interfaces: []string{"probe1", "virbr*"}}
	office := network("office", "10.20.0.0/16", "fd00:20::/48")
	anyone := ruleset.Anyone()
	return ruleSet(
		request(ruleset.TCP, "22", office),
		narrowed(request(ruleset.TCP, "22", anyone), elsewhere), narrowed(request(ruleset.TCP, "80,443,8000-8100", anyone), here),
		narrowed(request(ruleset.UDP, "53,67", anyone), begins), narrowed(request(ruleset.UDP, "1000-2000", office), elsewhere),
		narrowed(request(ruleset.TCP, "1001,1003,1005,1007,1009,1011,1013,1015,1017,1019,1021,1023,1025,1027,1029,1031-1040", office), begins),
		narrowed(request(ruleset.GRE, "", office), here), narrowed(request(ruleset.AH, "", anyone), begins), narrowed(request(ruleset.ESP, "", anyone), elsewhere),
		narrowed(icmp(ruleset.ICMP, office, ruleset.ICMPType{Type: 13}, ruleset.ICMPType{Type: 5, Code: 1, HasCode: true}), here),
		narrowed(icmp(ruleset.ICMPv6, anyone, ruleset.ICMPType{Type: 139}, ruleset.ICMPType{Type: 144, Code: 4, HasCode: true}), begins),
		narrowed(request(ruleset.AnyProtocol, "", network("guests", "10.42.0.0/16")), begins),
		narrowed(request(ruleset.AnyProtocol, "", network("others", "10.43.0.0/16")), elsewhere),
	)
}

// TestInterfaces sweeps rules that hold on some interfaces alone.
func TestInterfaces(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, x := range targets() {
		Report(t, l.Sweep(t, x.script(t, onTap()), onTap()))
	}
}

// TestFromPorts sweeps rules for packets from some source ports alone.
func TestFromPorts(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	from := func(text string) ruleset.Qualifiers {
		ports, err := ruleset.ParsePorts(text)
		if err != nil {
			t.Fatal(err)
		}
		return ruleset.Qualifiers{FromPorts: ports}
	}
	office := network("office", "10.20.0.0/16", "fd00:20::/48")
	many := "2,4,6,8,10,12,14,16,18,20,22,24,26,28,30,32,34,39990-40010"
	rs := ruleSet(
		request(ruleset.TCP, "22", ruleset.Anyone()),
		narrowed(request(ruleset.UDP, "1-65535", office), from("3702")), narrowed(request(ruleset.UDP, "32768-60999", ruleset.Anyone()), from("1900,5353")),
		narrowed(request(ruleset.TCP, "80", ruleset.Anyone()), from("1024-1030")), narrowed(request(ruleset.TCP, "8000,8002", ruleset.Anyone()), from("40000")), narrowed(request(ruleset.TCP, "81,83", ruleset.Anyone()), from(many)),
		narrowed(request(ruleset.TCP, "90", office), ruleset.Qualifiers{FromPorts: from("40000").FromPorts, Interfaces: []string{"elsewhere0", tapLink}}),
		narrowed(request(ruleset.TCP, "91", office), ruleset.Qualifiers{FromPorts: from("40000").FromPorts, Interfaces: []string{"elsewhere0"}}),
	)
	for _, x := range targets() {
		Report(t, l.Sweep(t, x.script(t, rs), rs))
	}
}

// TestMulticastAnswer asks a group and gets the answer from one neighbour, which connection tracking takes for a connection of
// its own.
func TestMulticastAnswer(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	lan := network("lan", "198.18.0.0/24")
	question := packet{from: clientEnd().ipv4, to: serverEnd().ipv4, protocol: protoUDP, payload: udpDatagram(3702, 57315)}
	for _, x := range targets() {
		for open, rs := range map[bool]*ruleset.RuleSet{
			false: ruleSet(request(ruleset.TCP, "22", lan)),
			true:  ruleSet(request(ruleset.TCP, "22", lan), narrowed(request(ruleset.UDP, "1-65535", lan), ruleset.Qualifiers{FromPorts: ruleset.Ports{{First: 3702, Last: 3702}}})),
		} {
			l.load(t, x.script(t, rs))
			got, err := l.probe([]packet{question})
			if err != nil {
				t.Fatal(err)
			}
			if (len(got) > 0) != open {
				t.Errorf("%s: the answer arrives %t, want %t", x.tool, len(got) > 0, open)
			}
		}
	}
}

// TestLimit sends more connections than a limit lets in at once, in each family.
func TestLimit(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	limit := ruleset.Qualifiers{Limit: ruleset.Limit{Count: 1, Unit: "hour"}}
	here := ruleset.Qualifiers{Limit: limit.Limit, Interfaces: []string{tapLink}}
	rs := ruleSet(
		narrowed(request(ruleset.TCP, "22", ruleset.Anyone()), limit),
		narrowed(request(ruleset.UDP, "53", network("office", "10.20.0.0/16", "fd00:20::/48")), here),
		request(ruleset.TCP, "80", ruleset.Anyone()),
	)
	for _, x := range targets() {
		l.load(t, x.script(t, rs))
		for _, from := range []string{"10.20.0.9", "fd00:20::9"} {
			from := netip.MustParseAddr(from)
			to := serverEnd().addressFor(from)
			for name, c := range map[string]struct {
				send func(source uint16) packet
				want int
			}{
				"tcp 22": {func(source uint16) packet {
					return packet{from: from, to: to, protocol: protoTCP, payload: tcpSegment(source, 22, flagSYN)}
				}, ruleset.LimitBurst},
				"udp 53": {func(source uint16) packet {
					return packet{from: from, to: to, protocol: protoUDP, payload: udpDatagram(source, 53)}
				}, ruleset.LimitBurst},
				"tcp 80": {func(source uint16) packet {
					return packet{from: from, to: to, protocol: protoTCP, payload: tcpSegment(source, 80, flagSYN)}
				}, 20},
			} {
				var packets []packet
				for i := range uint16(20) {
					packets = append(packets, c.send(30000+i))
				}
				got, err := l.probe(packets)
				if err != nil {
					t.Fatal(err)
				}
				if len(got) != c.want {
					t.Errorf("%s: %d of 20 connections from %s to %s get in, want %d", x.tool, len(got), from, name, c.want)
				}
			}
		}
	}
}
