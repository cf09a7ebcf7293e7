//go:build linux

package packettest

import (
	"testing"

	"rolewall/ruleset"
)

// TestBurst compares the two ways of a sweep on a server that lets everything in: neither may lose a port, be it for a
// wrong checksum or for lack of room.
func TestBurst(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	if l.burst == nil {
		t.Skip("the kernel knows only one way")
	}
	if err := l.Load(Script{Nftables, everything}); err != nil {
		t.Fatal(err)
	}
	for _, from := range outsiders(ruleSet()) {
		for _, p := range []ruleset.Protocol{ruleset.TCP, ruleset.UDP} {
			for _, way := range []*burst{l.burst, nil} {
				slow := *l
				slow.burst = way
				got, err := slow.sweep(p, from)
				if err != nil {
					t.Fatal(err)
				}
				var none portSet
				if ports := got.minus(&none).String(); ports != "0-65535" {
					t.Errorf("%s from %s, burst %v: only %s arrive", p, from, way != nil, ports)
				}
			}
		}
	}
}

// everything lets in all packets that connection tracking takes for valid.
const everything = "table inet rolewall {\nchain input {\ntype filter hook input priority 0; policy accept;\nct state invalid drop\n}\n}\n"
