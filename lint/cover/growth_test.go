package cover

import (
	"fmt"
	"net/netip"
	"testing"

	"rolewall/ruleset"
)

// BenchmarkGrowth looks for what covers exceptions that share one network and differ in another: four times as many take
// four to five times as long.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{2_000, 8_000} {
		pieces := make([]Piece, n)
		for i := range pieces {
			pieces[i] = Piece{Spans: []ruleset.Interval{{First: 443, Last: 443}}, From: ruleset.NewSources(ruleset.AddressSet{Name: "x", Prefixes: []netip.Prefix{
				netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0}), 24), netip.MustParsePrefix("172.16.0.0/12"),
			}})}
		}
		b.Run(fmt.Sprintf("%d exceptions", n), func(b *testing.B) {
			for b.Loop() {
				x := NewUnion(pieces)
				for i := range pieces {
					if x.Covering(i) != nil {
						b.Fatal("covered")
					}
				}
			}
		})
	}
}
