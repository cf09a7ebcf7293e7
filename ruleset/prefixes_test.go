package ruleset

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

// TestOverlapping holds Overlapping against a look at every prefix.
func TestOverlapping(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	random := func() netip.Prefix {
		a := netip.AddrFrom4([4]byte{10, 0, 0, byte(r.IntN(64))})
		if r.IntN(4) == 0 {
			a = netip.AddrFrom16([16]byte{0xfd, 15: byte(r.IntN(64))})
		}
		return netip.PrefixFrom(a, a.BitLen()-r.IntN(7)) // not masked: hosts write their own address with a length
	}
	found := 0
	for range 2_000 {
		list := make([]netip.Prefix, r.IntN(9))
		for i := range list {
			list[i] = random().Masked()
		}
		p, x := NewPrefixes(list...), random()
		want := slices.DeleteFunc(slices.Clone(p), func(q netip.Prefix) bool { return !q.Overlaps(x) })
		if got := p.Overlapping(x); !slices.Equal(got, want) {
			t.Fatalf("%v of %v: %v, want %v", x, p, got, want)
		}
		found += len(want)
	}
	if found < 1_000 {
		t.Errorf("%d found", found)
	}
}
