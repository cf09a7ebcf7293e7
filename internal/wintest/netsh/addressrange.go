package netsh

import (
	"net/netip"

	"rolewall/ruleset"
)

// AddressRange is a range of addresses of one family, both ends included.
type AddressRange struct{ First, Last netip.Addr }

// Contains reports whether a lies in r.
func (r AddressRange) Contains(a netip.Addr) bool {
	return a.Is4() == r.First.Is4() && r.First.Compare(a) <= 0 && a.Compare(r.Last) <= 0
}

// PrefixRange returns the range of all addresses of a prefix.
func PrefixRange(p netip.Prefix) AddressRange {
	return AddressRange{p.Masked().Addr(), ruleset.LastAddr(p)}
}

// String returns the range as a subnet if it is one, otherwise as first-last.
func (r AddressRange) String() string {
	if !r.First.IsValid() {
		return ""
	}
	for bits := r.First.BitLen(); bits >= 0; bits-- {
		if p, err := r.First.Prefix(bits); err == nil && PrefixRange(p) == r {
			return p.String()
		}
	}
	return r.First.String() + "-" + r.Last.String()
}

// Prefixes returns the smallest list of prefixes that covers the range.
func (r AddressRange) Prefixes() []netip.Prefix {
	var out []netip.Prefix
	for a := r.First; ; {
		bits := a.BitLen()
		for bits > 0 {
			wider, _ := a.Prefix(bits - 1)
			if wider.Addr() != a || PrefixRange(wider).Last.Compare(r.Last) > 0 {
				break
			}
			bits--
		}
		p := netip.PrefixFrom(a, bits)
		out = append(out, p)
		last := PrefixRange(p).Last
		if last == r.Last {
			return out
		}
		a = last.Next()
	}
}
