//go:build linux

package packettest

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"rolewall/ruleset"
)

// sweepPorts sends TCP and UDP ports from every sampled source, of the lab's share what the source has of it, and compares what
// got in with the rule set.
func (l *Lab) sweepPorts(e expectation) ([]string, error) {
	var found []string
	sources := sampleSources(e.rs)
	for _, from := range sources {
		share := l.share.of(from, sources)
		for _, p := range []ruleset.Protocol{ruleset.TCP, ruleset.UDP} {
			got, err := l.sweepShare(share, p, from)
			if err != nil {
				return nil, err
			}
			want := e.ports(p, from)
			share.mask(want)
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

// sweep probes the ports of the lab's share with one protocol from one source.
func (l *Lab) sweep(p ruleset.Protocol, from netip.Addr) (*portSet, error) {
	return l.sweepShare(l.share, p, from)
}

func (l *Lab) sweepShare(s share, p ruleset.Protocol, from netip.Addr) (*portSet, error) {
	first := packet{from: from, to: serverEnd().addressFor(from), protocol: uint8(p)}
	at := 16 // of the checksum in the segment
	first.payload = tcpSegment(sweepPort, 0, flagSYN)
	if p == ruleset.UDP {
		first.payload, at = udpDatagram(sweepPort, 0), 6
	}
	frame := first.frame(probeMAC())
	transport := len(frame) - len(first.payload)
	step := s.step()
	binary.BigEndian.PutUint16(frame[transport+2:], uint16(s.first%step))
	send := func() error { return l.burst.send(frame, transport, transport+at, step) }
	if l.burst == nil {
		send = func() error { return l.sendPorts(s, first) }
	}
	if err := send(); err != nil {
		return nil, err
	}
	var named []packet
	if step > 1 {
		named = first.toPorts(s.named)
	}
	arrivals, err := l.probe(named)
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
func (l *Lab) sendPorts(s share, p packet) error {
	var ports []uint16
	for port := s.first % s.step(); port < 65536; port += s.step() {
		ports = append(ports, uint16(port))
	}
	var frames [][]byte
	for _, x := range p.toPorts(ports) {
		frames = append(frames, x.frame(probeMAC()))
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
