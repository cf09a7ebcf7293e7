//go:build linux

package packettest

import (
	"net/netip"
	"slices"
	"testing"

	"rolewall/ruleset"
)

// TestNamedPorts finds the numbers of a script, and none in its comments.
func TestNamedPorts(t *testing.T) {
	t.Parallel()
	got := namedPorts("# 5000\n\ttcp dport { 8000-8010, 70000 } accept\n")
	for port, want := range map[uint16]bool{0: true, 65535: true, 7999: true, 8000: true, 8001: true, 8011: true, 8000 ^ 1<<15: true, 5000: false, 4464: false} {
		if slices.Contains(got, port) != want {
			t.Errorf("port %d is named: %v", port, !want)
		}
	}
}

// TestSharesOfSources holds that the sources of a family send every port together, and each of them the named ones.
func TestSharesOfSources(t *testing.T) {
	t.Parallel()
	for n := 1; n < 9; n++ {
		var sources []netip.Addr
		for i := range n {
			sources = append(sources, netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), netip.AddrFrom16([16]byte{0xfd, 15: byte(i)}))
		}
		all := map[bool]*portSet{true: {}, false: {}}
		for _, from := range sources {
			var one portSet
			for port := range one {
				one[port] = true
			}
			share{named: []uint16{4711}}.of(from, sources).mask(&one)
			if !one[4711] {
				t.Errorf("%d sources: %s does not send the named port", n, from)
			}
			for port, sent := range one {
				if sent {
					all[from.Is4()][port] = true
				}
			}
		}
		for is4, set := range all {
			if ports := set.minus(&portSet{}).String(); ports != "0-65535" {
				t.Errorf("%d sources, IPv4 %v: together they send %s", n, is4, ports)
			}
		}
	}
}

// TestShares sweeps a server that lets everything in: a share has its ports and the named ones, both ways of a sweep send
// the same, and all shares together are all ports.
func TestShares(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	if err := l.Load(Script{Nftables, everything}); err != nil {
		t.Fatal(err)
	}
	const oneIn = 16
	var all portSet
	for first := range oneIn {
		for _, way := range []*burst{l.burst, nil} {
			x := *l
			x.burst, x.share = way, share{first: first, oneIn: oneIn, named: []uint16{4711}}
			got, err := x.sweep(ruleset.UDP, clientEnd().ipv6)
			if err != nil {
				t.Fatal(err)
			}
			var want portSet
			for port := range want {
				want[port] = true
				all[port] = all[port] || got[port] && port != 4711
			}
			x.share.mask(&want)
			if got.minus(&want) != nil || want.minus(got) != nil {
				t.Errorf("share %d, burst %v: %s too many, %s too few", first, way != nil, got.minus(&want), want.minus(got))
			}
		}
	}
	all[4711] = true
	var none portSet
	if ports := all.minus(&none).String(); ports != "0-65535" {
		t.Errorf("together they are %s", ports)
	}
}
