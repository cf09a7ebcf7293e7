package replay

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
)

// networks finds the narrowest network of a policy that contains an address.
type networks struct {
	byLength []netip.Prefix // longest first
	names    map[netip.Prefix]string
}

func newNetworks(named map[string][]netip.Prefix) networks {
	n := networks{names: map[netip.Prefix]string{}}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		for _, prefix := range named[name] {
			if _, known := n.names[prefix]; !known {
				n.names[prefix] = name
				n.byLength = append(n.byLength, prefix)
			}
		}
	}
	slices.SortFunc(n.byLength, func(a, b netip.Prefix) int { return cmp.Or(b.Bits()-a.Bits(), a.Addr().Compare(b.Addr())) })
	return n
}

// of returns the name and the prefix of the network that contains all of a source. If there is none, it returns
// the source's own /24 or /64.
func (n networks) of(source netip.Prefix) (string, netip.Prefix) {
	for _, p := range n.byLength {
		if p.Bits() <= source.Bits() && p.Contains(source.Addr()) {
			return n.names[p], p
		}
	}
	a := source.Addr().As16()
	a, _ = network(a)
	bits := 64
	if source.Addr().Is4() {
		bits = 24
	}
	return "", netip.PrefixFrom(netip.AddrFrom16(a).Unmap(), bits)
}
