package targettest

import (
	"math/rand/v2"
	"net/netip"
)

// RandomPrefixes returns up to so many lists of up to so many prefixes, among the 256 addresses from base on. A list is a text
// with a blank behind each prefix.
func RandomPrefixes(d *rand.Rand, base netip.Addr, lists, prefixes int) []string {
	texts := make([]string, 1+d.IntN(lists))
	for i := range texts {
		for range 1 + d.IntN(prefixes) {
			b := base.AsSlice()
			b[len(b)-1] = byte(d.IntN(256))
			a, _ := netip.AddrFromSlice(b)
			p, _ := a.Prefix(a.BitLen() - d.IntN(9))
			texts[i] += p.String() + " "
		}
	}
	return texts
}
