package cover

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"rolewall/ruleset"
)

// randomRule is traffic out of a small space, so that rules lie inside each other often.
func randomRule(r *rand.Rand) *ruleset.Rule {
	rule := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP}, Remote: ruleset.Anyone()}
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
		if r.IntN(6) == 0 {
			rule.Ports = append(rule.Ports, ruleset.PortRange{First: 50, Last: 50 + uint16(r.IntN(3))})
		}
	}
	if r.IntN(5) > 0 {
		set := ruleset.AddressSet{}
		for range 1 + r.IntN(3) {
			addr := netip.AddrFrom4([4]byte{10, byte(r.IntN(3)), 0, 0})
			set.Prefixes = append(set.Prefixes, netip.PrefixFrom(addr, 8+8*r.IntN(2)).Masked())
		}
		rule.Remote = ruleset.NewSources(set)
	}
	return rule
}

func randomPiece(r *rand.Rand) Piece {
	rule := randomRule(r)
	return Piece{Spans: rule.Intervals(), From: rule.Remote, Bound: []string{"", "a", "b"}[r.IntN(3)]}
}

// TestCover compares the index with a look at every pair. What lies over a piece of several spans may be missed.
func TestCover(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 400 {
		pieces := make([]Piece, 2+r.IntN(40))
		for i := range pieces {
			pieces[i] = randomPiece(r)
		}
		for i, j := range Find(pieces) {
			want := false
			for k, q := range pieces {
				want = want || k != i && q.covers(pieces[i]) && !(k > i && pieces[i].covers(q))
			}
			switch {
			case want != (j >= 0) && (len(pieces[i].Spans) == 1 || !want):
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

// TestFindNear holds that pieces on other ports change nothing for those that are looked for.
func TestFindNear(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	found, spared := 0, 0
	for range 400 {
		pieces, chosen := make([]Piece, 2+r.IntN(12)), map[int]bool{r.IntN(2): true}
		for i := range pieces {
			pieces[i] = randomPiece(r)
		}
		isChosen := func(i int) bool { return chosen[i] }
		all := Find(pieces)
		for i, j := range FindNear(pieces, isChosen) {
			switch {
			case chosen[i] && (j >= 0) != (all[i] >= 0), j >= 0 && chosen[j] && all[i] < 0:
				t.Fatalf("%d of %+v: %d, and with all of them %d", i, pieces, j, all[i])
			case j >= 0:
				found++
			case all[i] >= 0:
				spared++
			}
		}
	}
	if found < 100 || spared < 100 {
		t.Errorf("%d found, %d spared", found, spared)
	}
}

// TestCoverEqualSpan holds that a piece does not hide another one that begins and ends where it does and has more beside.
func TestCoverEqualSpan(t *testing.T) {
	rule := func(ports ...ruleset.PortRange) Piece {
		return Piece{Spans: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ports}.Intervals(), From: ruleset.Anyone()}
	}
	got := Find([]Piece{rule(ruleset.PortRange{First: 10, Last: 20}), rule(ruleset.PortRange{First: 10, Last: 20}, ruleset.PortRange{First: 50, Last: 50})})
	if !slices.Equal(got, []int{1, -1}) {
		t.Errorf("got %v", got)
	}
}

// TestSpans holds the places of single rules, and which lie inside which.
func TestSpans(t *testing.T) {
	tcp := func(first, last uint16) []ruleset.Interval {
		return ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: first, Last: last}}}.Intervals()
	}
	icmp := func(t ruleset.ICMPType) []ruleset.Interval {
		return ruleset.Traffic{Protocol: ruleset.ICMP, ICMP: []ruleset.ICMPType{t}}.Intervals()
	}
	everything := ruleset.Traffic{Protocol: ruleset.AnyProtocol}.Intervals()
	for _, c := range []struct {
		name          string
		a, b          []ruleset.Interval
		within, meets bool
	}{
		{"a port in a range", tcp(445, 445), tcp(440, 450), true, true},
		{"a range beyond", tcp(440, 451), tcp(440, 450), false, true},
		{"ranges side by side", tcp(440, 450), tcp(451, 460), false, false},
		{"other protocols", tcp(8, 8), ruleset.Traffic{Protocol: ruleset.UDP, Ports: ruleset.Ports{{First: 8, Last: 8}}}.Intervals(), false, false},
		{"the last port in everything", tcp(65535, 65535), everything, true, true},
		{"GRE in everything", ruleset.Traffic{Protocol: ruleset.GRE}.Intervals(), everything, true, true},
		{"protocol 255 in everything", ruleset.Traffic{Protocol: 255}.Intervals(), everything, true, true},
		{"everything in GRE", everything, ruleset.Traffic{Protocol: ruleset.GRE}.Intervals(), false, true},
		{"a code in its type", icmp(ruleset.ICMPType{Type: 3, Code: 4, HasCode: true}), icmp(ruleset.ICMPType{Type: 3}), true, true},
		{"a type in a code", icmp(ruleset.ICMPType{Type: 3}), icmp(ruleset.ICMPType{Type: 3, HasCode: true}), false, true},
		{"two codes", icmp(ruleset.ICMPType{Type: 3, Code: 4, HasCode: true}), icmp(ruleset.ICMPType{Type: 3, Code: 3, HasCode: true}), false, false},
		{"the last code and the next type", icmp(ruleset.ICMPType{Type: 3, Code: 255, HasCode: true}), icmp(ruleset.ICMPType{Type: 4}), false, false},
	} {
		if got := Within(c.a, c.b); got != c.within {
			t.Errorf("%s: within is %v", c.name, got)
		}
		if got := Meet(c.a, c.b); got != c.meets || Meet(c.b, c.a) != c.meets {
			t.Errorf("%s: meets is %v", c.name, got)
		}
	}
}

// BenchmarkCover holds that time grows with the number of rules and not with its square.
func BenchmarkCover(b *testing.B) {
	for _, n := range []int{1000, 5000, 20000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			pieces := make([]Piece, n)
			for i := range pieces {
				addr := netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0})
				rule := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: uint16(1 + i%60000), Last: uint16(1 + i%60000 + i%7)}}}}
				pieces[i] = Piece{Spans: rule.Intervals(), From: ruleset.NewSources(ruleset.AddressSet{Prefixes: []netip.Prefix{netip.PrefixFrom(addr, 24)}})}
			}
			for b.Loop() {
				Find(pieces)
			}
		})
	}
}
