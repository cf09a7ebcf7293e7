package ruleset

import (
	"math/rand/v2"
	"net/netip"
	"testing"
)

// TestPrefixesMinus takes random sets from one another, and asks for each address.
func TestPrefixesMinus(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	some := func() Prefixes {
		var list []netip.Prefix
		for range rng.IntN(8) {
			list = append(list, netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(rng.IntN(256))}), 24+rng.IntN(9)).Masked())
		}
		return NewPrefixes(list...)
	}
	for range 2000 {
		p, q := some(), some()
		got := p.Minus(q)
		if !got.Equal(NewPrefixes(got...)) {
			t.Fatalf("%v minus %v is %v, which is not the fewest", p, q, got)
		}
		overlap := false
		for n := range 256 {
			a := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(n)}), 32)
			inP, inQ := p.Contains(Prefixes{a}), q.Contains(Prefixes{a})
			overlap = overlap || inP && inQ
			if got.Contains(Prefixes{a}) != (inP && !inQ) {
				t.Fatalf("%v minus %v is %v: %v", p, q, got, a)
			}
		}
		if p.Overlaps(q) != overlap || p.Minus(q).Overlaps(q) {
			t.Fatalf("%v overlaps %v: %v", p, q, !overlap)
		}
	}
}

// TestUnion holds the union of many sets against one after the other, and whether a short list overlaps a long one against a
// look at each prefix.
func TestUnion(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	some := func(most int) Prefixes {
		var list []netip.Prefix
		for range rng.IntN(most) {
			list = append(list, netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(rng.IntN(4)), byte(rng.IntN(256))}), 22+rng.IntN(11)).Masked())
		}
		return NewPrefixes(list...)
	}
	for range 500 {
		var lists []Prefixes
		var want Prefixes
		for range rng.IntN(6) {
			p := some([]int{2, 8, 300}[rng.IntN(3)])
			lists, want = append(lists, p), want.Union(p)
		}
		if got := Union(lists...); !got.Equal(want) {
			t.Fatalf("the union of %v is %v, not %v", lists, got, want)
		}
		for i := 1; i < len(lists); i++ {
			p, q := lists[i-1], lists[i]
			overlap := false
			for _, x := range p {
				for _, y := range q {
					overlap = overlap || x.Overlaps(y)
				}
			}
			if p.Overlaps(q) != overlap {
				t.Fatalf("%v overlaps %v: %v", p, q, !overlap)
			}
		}
	}
}
