package lint

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"rolewall/ruleset"
)

// randomPiece is traffic out of a small space, so that pieces lie inside each other often.
func randomPiece(r *rand.Rand) piece {
	rule := ruleset.Rule{Protocol: ruleset.TCP}
	switch r.IntN(8) {
	case 0:
		rule.Protocol = ruleset.AnyProtocol
	case 1:
		rule.Protocol, rule.ICMP = ruleset.ICMP, []ruleset.ICMPType{{Type: uint8(r.IntN(3)), Code: uint8(r.IntN(3)), HasCode: r.IntN(2) == 0}}
	case 2:
		rule.Protocol = ruleset.GRE
	default:
		first := uint16(1 + r.IntN(30))
		rule.Ports = ruleset.Ports{{First: first, Last: first + uint16(r.IntN(10))}}
	}
	p := piece{spans: spans(rule), from: ruleset.Anyone(), bound: []string{"", "a", "b"}[r.IntN(3)]}
	if r.IntN(5) > 0 {
		set := ruleset.AddressSet{}
		for range 1 + r.IntN(3) {
			addr := netip.AddrFrom4([4]byte{10, byte(r.IntN(3)), 0, 0})
			set.Prefixes = append(set.Prefixes, netip.PrefixFrom(addr, 8+8*r.IntN(2)).Masked())
		}
		p.from = ruleset.NewSources(set)
	}
	return p
}

// TestCover compares the index with a look at every pair.
func TestCover(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 400 {
		pieces := make([]piece, 2+r.IntN(12))
		for i := range pieces {
			pieces[i] = randomPiece(r)
		}
		for i, j := range cover(pieces) {
			want := false
			for k, q := range pieces {
				want = want || k != i && q.covers(pieces[i]) && !(k > i && pieces[i].covers(q))
			}
			switch {
			case want != (j >= 0):
				t.Fatalf("%+v in %+v: found %d, want %v", pieces[i], pieces, j, want)
			case j == i, j >= 0 && !pieces[j].covers(pieces[i]):
				t.Fatalf("%+v is not covered by %d of %+v", pieces[i], j, pieces)
			case want:
				found++
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d pieces lay inside others", found)
	}
}

// BenchmarkCover holds that time grows with the number of rules and not with its square.
func BenchmarkCover(b *testing.B) {
	for _, n := range []int{1000, 5000, 20000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			pieces := make([]piece, n)
			for i := range pieces {
				addr := netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0})
				rule := ruleset.Rule{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: uint16(1 + i%60000), Last: uint16(1 + i%60000 + i%7)}}}
				pieces[i] = piece{spans: spans(rule), from: ruleset.NewSources(ruleset.AddressSet{Prefixes: []netip.Prefix{netip.PrefixFrom(addr, 24)}})}
			}
			for b.Loop() {
				cover(pieces)
			}
		})
	}
}
