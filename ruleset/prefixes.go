package ruleset

import (
	"cmp"
	"math"
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// Prefixes is a set of addresses. It holds the smallest list of prefixes that covers them, sorted, IPv4 first. All
// addresses of a family are the prefix of length 0. The zero value is empty. Values are shared, so do not change
// them.
type Prefixes []netip.Prefix

var (
	everyIPv4 = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	everyIPv6 = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
)

// NewPrefixes returns the set of all addresses in the prefixes. It panics if a prefix is invalid, since readers
// reject those.
func NewPrefixes(list ...netip.Prefix) Prefixes {
	if len(list) < 2 {
		return slices.Clone(list)
	}
	return buildPrefixes(func(b *netipx.IPSetBuilder) { addPrefixes(b, list) })
}

// AddressRange returns the addresses from first to last, both included. The set is empty if last comes before
// first or the two are of different families.
func AddressRange(first, last netip.Addr) Prefixes {
	return netipx.IPRangeFrom(first, last).Prefixes()
}

// AllAddresses returns all addresses of the families.
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

// Shares returns which part of all addresses of each family p holds, from 0 to 1.
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

// holds reports whether p holds all of x. Since p is the smallest list, x then lies inside one of its prefixes:
// the last one that does not begin after x.
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

// manyMore is how many times longer one list is than another where a search for each of the shorter is quicker than a look at all.
const manyMore = 16

// Overlaps reports whether p and q share an address.
func (p Prefixes) Overlaps(q Prefixes) bool {
	switch {
	case len(p) > manyMore*len(q):
		return slices.ContainsFunc(q, p.touches)
	case len(q) > manyMore*len(p):
		return slices.ContainsFunc(p, q.touches)
	}
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

// touches reports whether p holds an address of x. It looks at two prefixes of p: the last that begins before x,
// and the first that does not. No other can touch x.
func (p Prefixes) touches(x netip.Prefix) bool {
	i, _ := slices.BinarySearchFunc(p, x.Masked().Addr(), func(q netip.Prefix, first netip.Addr) int {
		return q.Masked().Addr().Compare(first)
	})
	return i < len(p) && p[i].Overlaps(x) || i > 0 && p[i-1].Overlaps(x)
}

// Union returns the addresses that are in p or q.
func (p Prefixes) Union(q Prefixes) Prefixes {
	switch {
	case p.Contains(q):
		return p
	case q.Contains(p):
		return q
	}
	return buildPrefixes(func(b *netipx.IPSetBuilder) { addPrefixes(b, p); addPrefixes(b, q) })
}

// Union returns the addresses of all lists. It is quicker than to unite them one by one.
func Union(lists ...Prefixes) Prefixes {
	if len(lists) == 0 {
		return nil
	}
	out := slices.MaxFunc(lists, func(p, q Prefixes) int { return cmp.Compare(len(p), len(q)) })
	var more []Prefixes
	for _, p := range lists {
		if !out.Contains(p) {
			more = append(more, p)
		}
	}
	switch len(more) {
	case 0:
		return out
	case 1:
		return out.Union(more[0])
	}
	return buildPrefixes(func(b *netipx.IPSetBuilder) {
		addPrefixes(b, out)
		for _, p := range more {
			addPrefixes(b, p)
		}
	})
}

// Minus returns the addresses of p that are not in q. It cuts only the prefixes of p that share an address with q.
// What remains of a cut prefix never joins with another prefix, since its other half was cut or lies in q.
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
