//go:build linux

package packettest

import (
	"fmt"
	"net/netip"
	"slices"

	"rolewall/ruleset"
)

// compare sends packets and says which of them were treated otherwise than the rule set asks.
func (l *Lab) compare(e expectation, packets []packet) ([]string, error) {
	arrivals, err := l.probe(packets)
	if err != nil {
		return nil, err
	}
	admitted := map[arrival]bool{}
	for _, a := range arrivals {
		admitted[a] = true
	}
	var found []string
	for _, p := range packets {
		switch got, want := admitted[p.arrival()], e.admits(p); {
		case got && !want:
			found = append(found, p.String()+" gets in, and nothing lets it")
		case got && !l.answers.open(e, p.ruleSetPacket()):
			found = append(found, p.String()+" gets in, and explain calls it closed")
		case want && !got:
			found = append(found, p.String()+" is kept out, and has to get in")
		}
	}
	return found, nil
}

// arrival is how the recorder would tell of the packet.
func (p packet) arrival() arrival {
	return parsePacket(p.frame(probeMAC())[14:])
}

// String names what a rule could match in the packet.
func (p packet) String() string {
	a := p.arrival()
	text := fmt.Sprintf("protocol %d", p.protocol)
	switch {
	case p.protocol == protoTCP:
		text = fmt.Sprintf("tcp %d (flags %06b, source port %d)", a.dport, p.payload[13], a.sport)
	case p.protocol == protoUDP:
		text = fmt.Sprintf("udp %d (source port %d)", a.dport, a.sport)
	case p.protocol == protoICMP && p.from.Is4():
		text = fmt.Sprintf("icmp %d:%d", a.typ, a.code)
	case p.protocol == protoICMPv6 && !p.from.Is4():
		text = fmt.Sprintf("icmpv6 %d:%d", a.typ, a.code)
	}
	if p.hops != 0 && p.hops != 255 {
		text += fmt.Sprintf(" with hop limit %d", p.hops)
	}
	return fmt.Sprintf("%s from %s to %s", text, p.from, p.to)
}

// sweepProtocols sends every IP protocol but TCP and UDP, and every ICMP type of the family.
func (l *Lab) sweepProtocols(e expectation) ([]string, error) {
	var packets []packet
	for _, from := range append(sampleSources(e.rs), clientEnd().linkLocal, clientEnd().ipv4) {
		packets = append(packets, allProtocols(from)...)
	}
	return l.compare(e, packets)
}

func allProtocols(from netip.Addr) []packet {
	to := serverEnd().addressFor(from)
	icmp := uint8(protoICMP)
	if !from.Is4() {
		icmp = protoICMPv6
	}
	var out []packet
	for protocol := range 256 {
		p := packet{from: from, to: to, protocol: uint8(protocol), payload: make([]byte, 24)}
		switch {
		case protocol == protoTCP, protocol == protoUDP, protocol == int(icmp):
			continue
		case !from.Is4() && slices.Contains([]int{0, 43, 44, 59, 60}, protocol):
			continue // extension headers, no protocols
		case protocol == protoAH:
			p.payload = append([]byte{markerProtocol, 4, 22: 0, 23: 0}, make([]byte, 8)...)
		case protocol == protoESP:
			p.payload[2] = 1 // an index above the reserved ones
		case protocol == protoICMP, protocol == protoICMPv6:
			for _, typ := range []uint8{1, 3, 8, 128, 135} { // the other family's ICMP
				out = append(out, packet{from: from, to: to, protocol: uint8(protocol), payload: icmpMessage(typ, 0)})
			}
			continue
		}
		out = append(out, p)
	}
	for typ := range 256 {
		for _, code := range []uint8{0, 1, 4, 13} {
			out = append(out, packet{from: from, to: to, protocol: icmp, payload: icmpMessage(uint8(typ), code)})
		}
		if !from.Is4() {
			out = append(out, packet{from: from, to: to, protocol: icmp, hops: 64, payload: icmpMessage(uint8(typ), 0)})
		}
	}
	return out
}

// probeEdges asks at both sides of every edge: the first and last address of a prefix, the first and last port of a
// range, and their neighbours.
func (l *Lab) probeEdges(e expectation) ([]string, error) {
	var packets []packet
	ports := edgePorts(e.rs)
	for _, from := range edges(e.rs) {
		for _, port := range ports {
			to := serverEnd().addressFor(from)
			packets = append(packets,
				packet{from: from, to: to, protocol: protoTCP, payload: tcpSegment(40001, port, flagSYN)},
				packet{from: from, to: to, protocol: protoUDP, payload: udpDatagram(40001, port)})
		}
	}
	return l.compare(e, packets)
}

// edgePorts are the first and last port of every range, their neighbours, and a few that are always of interest.
func edgePorts(rs *ruleset.RuleSet) []uint16 {
	out := []uint16{0, 1, 22, 80, 1023, 1024, 49151, 49152, 65535}
	for _, r := range rs.Inbound {
		for _, x := range r.Ports {
			out = append(out, x.First-1, x.First, x.Last, x.Last+1) // 65535+1 is 0, which is as good
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// namedSourcePorts are the edges of source ports that rules name, and their neighbours.
func namedSourcePorts(rs *ruleset.RuleSet) []uint16 {
	var out []uint16
	for _, r := range rs.Inbound {
		for _, x := range r.FromPorts {
			out = append(out, x.First-1, x.First, x.Last, x.Last+1)
		}
	}
	return out
}

// probeSourcePorts asks whether a well-known port as the source opens anything.
func (l *Lab) probeSourcePorts(e expectation) ([]string, error) {
	var packets []packet
	for _, from := range append(sampleSources(e.rs), clientEnd().linkLocal) {
		for _, source := range append(namedSourcePorts(e.rs), 20, 21, 22, 25, 53, 67, 68, 80, 88, 123, 135, 137, 389, 443, 445, 500, 546, 547, 1024) {
			for _, port := range edgePorts(e.rs) {
				to := serverEnd().addressFor(from)
				packets = append(packets,
					packet{from: from, to: to, protocol: protoTCP, payload: tcpSegment(source, port, flagSYN)},
					packet{from: from, to: to, protocol: protoUDP, payload: udpDatagram(source, port)})
			}
		}
	}
	return l.compare(e, packets)
}

// probeFlags asks whether odd TCP flags open anything: to a port that is closed they do not, and to one that is open
// only a lone ACK gets through, by which connection tracking picks up connections older than itself. Where the host passes
// invalid packets, all of them get through to a port that is open.
func (l *Lab) probeFlags(e expectation) ([]string, error) {
	var found []string
	for _, from := range sampleSources(e.rs) {
		var packets []packet
		for _, flags := range []uint8{
			0, flagFIN, flagRST, flagSYN | flagFIN, flagSYN | flagRST, flagSYN | flagACK, flagFIN | flagPSH | flagURG, flagACK,
		} {
			for i, port := range edgePorts(e.rs) {
				// A source port of its own for each, so that the recorder tells them apart.
				packets = append(packets, packet{
					from: from, to: serverEnd().addressFor(from), protocol: protoTCP,
					payload: tcpSegment(20000+uint16(flags)*512+uint16(i), port, flags),
				})
			}
		}
		arrivals, err := l.probe(packets)
		if err != nil {
			return nil, err
		}
		admitted := map[arrival]bool{}
		for _, a := range arrivals {
			admitted[a] = true
		}
		for _, p := range packets {
			got, want := admitted[p.arrival()], e.ignores() || (p.payload[13] == flagACK || e.rs.Settings.Linux.Invalid == "pass") && e.admits(p)
			if got && !want {
				found = append(found, p.String()+" gets in")
			}
			if want && !got {
				found = append(found, p.String()+" is kept out: connections older than the script would break")
			}
		}
	}
	return found, nil
}

// probeSpecial sends what no network of a policy holds: broadcasts, groups, the unspecified address, and the server's
// own addresses, forged.
func (l *Lab) probeSpecial(e expectation) ([]string, error) {
	any4, all4 := netip.MustParseAddr("0.0.0.0"), netip.MustParseAddr("255.255.255.255")
	hosts4, nodes6 := netip.MustParseAddr("224.0.0.1"), netip.MustParseAddr("ff02::1")
	any6, solicited := netip.IPv6Unspecified(), netip.MustParseAddr("ff02::1:ff5a:1") // the group of the server's link-local address
	link, server := clientEnd().linkLocal, serverEnd()
	elsewhere := otherLinkLocal() // a neighbour's address here, and the server's own on another link
	packets := []packet{
		{from: any4, to: all4, protocol: protoUDP, payload: udpDatagram(68, 67)},
		{from: any4, to: hosts4, protocol: protoIGMP, payload: []byte{0x11, 100, 0, 0, 0, 0, 0, 0}},
		{from: any6, to: solicited, protocol: protoICMPv6, payload: icmpMessage(135, 0)},
		{from: link, to: nodes6, protocol: protoICMPv6, payload: icmpMessage(130, 0)},
		{from: link, to: nodes6, protocol: protoICMPv6, payload: icmpMessage(134, 0)},
		{from: link, to: nodes6, protocol: protoICMPv6, hops: 64, payload: icmpMessage(134, 0)},
		{from: link, to: server.linkLocal, protocol: protoUDP, payload: udpDatagram(547, 546)},
		{from: link, to: server.linkLocal, protocol: protoUDP, payload: udpDatagram(548, 546)},
		{from: clientEnd().ipv6, to: server.ipv6, protocol: protoUDP, payload: udpDatagram(547, 546)},
		{from: clientEnd().ipv6, to: server.linkLocal, protocol: protoUDP, payload: udpDatagram(547, 546)}, // a large provider's server
		{from: elsewhere, to: server.linkLocal, protocol: protoICMPv6, payload: icmpMessage(136, 0)},
		{from: elsewhere, to: server.linkLocal, protocol: protoICMPv6, payload: icmpMessage(134, 0)},
	}
	for _, port := range edgePorts(e.rs) {
		packets = append(packets,
			packet{from: server.ipv6, to: server.ipv6, protocol: protoTCP, payload: tcpSegment(40002, port, flagSYN)},
			packet{from: server.linkLocal, to: server.ipv6, protocol: protoUDP, payload: udpDatagram(40002, port)},
			packet{from: link, to: nodes6, protocol: protoUDP, payload: udpDatagram(40002, port)})
	}
	return l.compare(e, packets)
}
