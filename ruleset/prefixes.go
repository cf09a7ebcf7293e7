package ruleset

import (
	"math"
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// Prefixes is a set of addresses: the fewest prefixes that hold them, sorted, IPv4 first. All addresses of a family are its
// prefix of length 0. The zero value is empty. Values that others share are not to be changed.
type Prefixes []netip.Prefix

var (
	everyIPv4 = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	everyIPv6 = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
)

// NewPrefixes is the set of the addresses in list. It panics where a prefix is invalid: readers reject those.
func NewPrefixes(list ...netip.Prefix) Prefixes {
	if len(list) < 2 {
		return slices.Clone(list)
	}
	return buildPrefixes(func(b *netipx.IPSetBuilder) { addPrefixes(b, list) })
}

// AddressRange is the addresses from first to last, both included. It is empty where they are of two families or out of order.
func AddressRange(first, last netip.Addr) Prefixes {
	return netipx.IPRangeFrom(first, last).Prefixes()
}

// AllAddresses is every address of the families.
func AllAddresses(f Families) Prefixes {
	var out Prefixes
	if f.IPv4 {
		out = append(out, everyIPv4)
	}
	if f.IPv6 {
		out = append(out, everyIPv6)
	}
	return out
}

// Restrict returns p without the addresses of families that f lacks.
func (p Prefixes) Restrict(f Families) Prefixes {
	return slices.DeleteFunc(slices.Clone(p), func(x netip.Prefix) bool {
		return x.Addr().Is4() && !f.IPv4 || !x.Addr().Is4() && !f.IPv6
	})
}

// Complete returns the families in which p holds every address.
func (p Prefixes) Complete() Families {
	return Families{IPv4: slices.Contains(p, everyIPv4), IPv6: slices.Contains(p, everyIPv6)}
}

// Shares is how much of all addresses of each family p holds, from 0 to 1.
func (p Prefixes) Shares() (ipv4, ipv6 float64) {
	for _, x := range p {
		if part := math.Ldexp(1, -x.Bits()); x.Addr().Is4() {
			ipv4 += part
		} else {
			ipv6 += part
		}
	}
	return ipv4, ipv6
}

// Equal reports whether p and q hold the same addresses.
func (p Prefixes) Equal(q Prefixes) bool { return slices.Equal(p, q) }

// Contains reports whether every address of q is in p.
func (p Prefixes) Contains(q Prefixes) bool {
	return !slices.ContainsFunc(q, func(x netip.Prefix) bool { return !p.holds(x) })
}

// holds reports whether all of x is in p. Since p is minimal, x lies inside one of its prefixes: the last that begins no
// later.
func (p Prefixes) holds(x netip.Prefix) bool {
	after, exact := slices.BinarySearchFunc(p, x.Addr(), func(q netip.Prefix, first netip.Addr) int {
		return q.Masked().Addr().Compare(first)
	})
	if exact {
		after++
	}
	if after == 0 {
		return false
	}
	q := p[after-1]
	return q.Bits() <= x.Bits() && q.Contains(x.Addr())
}

// Overlapping returns the prefixes of p that share an address with x.
func (p Prefixes) Overlapping(x netip.Prefix) Prefixes {
	first, _ := slices.BinarySearchFunc(p, x.Masked().Addr(), func(q netip.Prefix, a netip.Addr) int { return q.Masked().Addr().Compare(a) })
	if first > 0 && p[first-1].Overlaps(x) {
		first--
	}
	last := first
	for last < len(p) && p[last].Overlaps(x) {
		last++
	}
	return p[first:last]
}

// Overlaps reports whether p and q share an address.
func (p Prefixes) Overlaps(q Prefixes) bool {
	for len(p) > 0 && len(q) > 0 {
		switch {
		case p[0].Overlaps(q[0]):
			return true
		case p[0].Addr().Less(q[0].Addr()):
			p = p[1:]
		default:
			q = q[1:]
		}
	}
	return false
}

// touches reports whether p holds an address of x. Only the last prefix that begins before x and the first that does not can.
func (p Prefixes) touches(x netip.Prefix) bool {
	i, _ := slices.BinarySearchFunc(p, x.Masked().Addr(), func(q netip.Prefix, first netip.Addr) int {
		return q.Masked().Addr().Compare(first)
	})
	return i < len(p) && p[i].Overlaps(x) || i > 0 && p[i-1].Overlaps(x)
}

// Union is the addresses of both.
func (p Prefixes) Union(q Prefixes) Prefixes {
	switch {
	case p.Contains(q):
		return p
	case q.Contains(p):
		return q
	}
	return buildPrefixes(func(b *netipx.IPSetBuilder) { addPrefixes(b, p); addPrefixes(b, q) })
}

// Minus is the addresses of p that are not in q. Only prefixes of p that q touches are cut, and what is left of one never joins with
// another: its sibling lies in the same prefix.
func (p Prefixes) Minus(q Prefixes) Prefixes {
	var whole, cut Prefixes
	for _, x := range p {
		if q.touches(x) {
			cut = append(cut, x)
		} else {
			whole = append(whole, x)
		}
	}
	switch {
	case len(cut) == 0:
		return p
	case q.Contains(cut):
		return whole
	}
	left := buildPrefixes(func(b *netipx.IPSetBuilder) {
		addPrefixes(b, cut)
		for _, x := range q {
			if cut.touches(x) {
				b.RemovePrefix(x)
			}
		}
	})
	out := append(whole, left...)
	slices.SortFunc(out, func(a, b netip.Prefix) int { return a.Addr().Compare(b.Addr()) })
	return out
}

func addPrefixes(b *netipx.IPSetBuilder, list []netip.Prefix) {
	for _, p := range list {
		b.AddPrefix(p)
	}
}

func buildPrefixes(fill func(*netipx.IPSetBuilder)) Prefixes {
	var b netipx.IPSetBuilder
	fill(&b)
	set, err := b.IPSet()
	if err != nil {
		panic("ruleset: invalid prefix: " + err.Error())
	}
	return set.Prefixes()
}

// LastAddr returns the last address of a prefix.
func LastAddr(p netip.Prefix) netip.Addr { return netipx.PrefixLastIP(p) }
