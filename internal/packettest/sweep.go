package packettest

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"rolewall/ruleset"
)

// sweepPorts sends every TCP and UDP port from every sampled sender, and compares what got in with the rule set.
func (l *Lab) sweepPorts(e expectation) ([]string, error) {
	var found []string
	for _, from := range sampleSenders(e.rs) {
		for _, p := range []ruleset.Protocol{ruleset.TCP, ruleset.UDP} {
			got, err := l.sweep(p, from)
			if err != nil {
				return nil, err
			}
			want := e.ports(p, from)
			for _, x := range got.minus(want) {
				found = append(found, fmt.Sprintf("%s %s from %s gets in, and no rule lets it", p, x, from))
			}
			for _, x := range want.minus(got) {
				found = append(found, fmt.Sprintf("%s %s from %s is kept out, and a rule lets it in", p, x, from))
			}
			if l.hasty && len(found) > 0 {
				return found, nil
			}
		}
	}
	return found, nil
}

// sweep probes all ports of one protocol from one sender.
func (l *Lab) sweep(p ruleset.Protocol, from netip.Addr) (*portSet, error) {
	arrivals, err := l.probeFrames(l.portFrames(p, from))
	if err != nil {
		return nil, err
	}
	var set portSet
	for _, a := range arrivals {
		set[a.dport] = true
	}
	return &set, nil
}

// portFrames makes the frames of a sweep, or finds those of an earlier one: scripts of one run mostly share senders.
func (l *Lab) portFrames(p ruleset.Protocol, from netip.Addr) [][]byte {
	key := fmt.Sprint(p, from)
	if frames, ok := l.frames[key]; ok {
		return frames
	}
	if len(l.frames) >= 32 { // 6 MB each
		clear(l.frames)
	}
	first := packet{from: from, to: serverEnd().addressFor(from), protocol: uint8(p)}
	checksum := 16
	if p == ruleset.TCP {
		first.payload = tcpSegment(40000, 0, flagSYN)
	} else {
		first.payload, checksum = udpDatagram(40000, 0), 6
	}
	template := first.frame(probeMAC())
	transport := len(template) - len(first.payload)
	old := binary.BigEndian.Uint16(template[transport+checksum:])
	memory := make([]byte, 65536*len(template))
	frames := make([][]byte, 65536, 65536+1) // room for the marker
	for port := range frames {
		f := memory[port*len(template):][:len(template):len(template)]
		copy(f, template)
		binary.BigEndian.PutUint16(f[transport+2:], uint16(port))
		value := ^fold(uint32(^old) + uint32(port))
		if value == 0 && p == ruleset.UDP {
			value = 0xffff
		}
		binary.BigEndian.PutUint16(f[transport+checksum:], value)
		frames[port] = f
	}
	l.frames[key] = frames
	return frames
}

// addressFor is the end's address of the sender's family.
func (e end) addressFor(from netip.Addr) netip.Addr {
	if from.Is4() {
		return e.ipv4
	}
	return e.ipv6
}
