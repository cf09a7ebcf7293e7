//go:build linux

package packettest

import (
	"fmt"
	"sync/atomic"

	"rolewall/ruleset"
)

// reloads is how often a script is loaded again under load: a gap shows about once in four to nine.
const reloads = 40

// checkReload loads the script again and again under a stream of packets. No closed packet may be allowed, and
// none of the others may be lost. A hasty lab, which knows that there is a gap, continues until it finds it.
func checkReload(l *Lab, s Script, e expectation) ([]string, error) {
	if !l.hasty {
		return l.reload(s, e, reloads)
	}
	for range 200 {
		if found, err := l.reload(s, e, 5); err != nil || len(found) > 0 {
			return found, err
		}
	}
	return nil, nil
}

// reload loads the script so many times under a stream of packets.
func (l *Lab) reload(s Script, e expectation, times int) ([]string, error) {
	from := outsiders(e.rs)[0]
	open := e.ports(ruleset.UDP, from)
	var stream []packet
	for i := range uint16(4096) {
		stream = append(stream, packet{from: from, to: serverEnd().addressFor(from), protocol: protoUDP, payload: udpDatagram(10000+i, loadPort(open, i))})
	}
	frames := make([][]byte, len(stream))
	for i, p := range stream {
		frames[i] = p.frame(probeMAC())
	}
	var done atomic.Bool
	rounds, sending := 0, make(chan error)
	go func() {
		var err error
		for err == nil && !done.Load() {
			err = l.tap.send(frames)
			rounds++
		}
		sending <- err
	}()
	var failed error
	for range times {
		if failed = l.Load(s); failed != nil {
			break
		}
	}
	done.Store(true)
	if err := <-sending; err != nil {
		return nil, err
	}
	if failed != nil {
		return []string{failed.Error()}, nil
	}
	arrivals, err := l.probe(nil)
	if err != nil {
		return nil, err
	}
	admitted, blocked := 0, 0
	for _, a := range arrivals {
		if open[a.dport] {
			admitted++
		} else {
			blocked++
		}
	}
	expected := 0
	for _, p := range stream {
		if open[p.arrival().dport] {
			expected += rounds
		}
	}
	var found []string
	if blocked > 0 {
		found = append(found, fmt.Sprintf("%d of %d blocked packets got in during %d reloads", blocked, rounds*len(stream)-expected, times))
	}
	if admitted != expected {
		found = append(found, fmt.Sprintf("%d of %d packets to open ports were lost during %d reloads", expected-admitted, expected, times))
	}
	return found, nil
}

// loadPort spreads the stream: one packet in 16 to a port that is open, where there is one, the others to closed ones.
func loadPort(open *portSet, i uint16) uint16 {
	for port := range uint16(65535) {
		if open[port] == (i%16 == 0) {
			return port
		}
	}
	return 1
}
