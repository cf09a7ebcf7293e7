//go:build linux

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
			for _, x := range l.answers.untold(e, got, p, from).minus(&portSet{}) {
				found = append(found, fmt.Sprintf("%s %s from %s gets in, and explain calls it closed", p, x, from))
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

// sweepPort is the source port of sweeps.
const sweepPort = 40000

// sweep probes all ports of one protocol from one sender.
func (l *Lab) sweep(p ruleset.Protocol, from netip.Addr) (*portSet, error) {
	first := packet{from: from, to: serverEnd().addressFor(from), protocol: uint8(p)}
	at := 16 // of the checksum in the segment
	first.payload = tcpSegment(sweepPort, 0, flagSYN)
	if p == ruleset.UDP {
		first.payload, at = udpDatagram(sweepPort, 0), 6
	}
	frame := first.frame(probeMAC())
	transport := len(frame) - len(first.payload)
	send := func() error { return l.burst.send(frame, transport, transport+at) }
	if l.burst == nil {
		send = func() error { return l.sendPorts(first) }
	}
	if err := send(); err != nil {
		return nil, err
	}
	arrivals, err := l.probe(nil)
	if err != nil {
		return nil, err
	}
	var set portSet
	for _, a := range arrivals {
		set[a.dport] = true
	}
	return &set, nil
}

// sendPorts is the slow way of a burst, frame by frame.
func (l *Lab) sendPorts(p packet) error {
	frames := make([][]byte, 65536)
	for port := range frames {
		binary.BigEndian.PutUint16(p.payload[2:], uint16(port))
		frames[port] = p.frame(probeMAC())
	}
	return l.tap.send(frames)
}

// addressFor is the end's address of the sender's family.
func (e end) addressFor(from netip.Addr) netip.Addr {
	if from.Is4() {
		return e.ipv4
	}
	return e.ipv6
}
