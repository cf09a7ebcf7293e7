package compare

import (
	"net/netip"
	"slices"

	"go4.org/netipx"

	"rolewall/ruleset"
)

// addressSet is a set of addresses: minimal prefixes, sorted, IPv4 first. They are the sources of inbound and the
// destinations of outbound traffic.
type addressSet []netip.Prefix

var (
	everyIPv4 = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	everyIPv6 = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
)

// addressesOf returns the addresses that a rule of rs allows. Anyone stands for all addresses of the families in which the
// rule can open something on the host.
func addressesOf(rs *ruleset.RuleSet, r *ruleset.Rule) addressSet {
	families := r.Protocol.Families().And(rs.Families)
	if r.Remote.IsAnyone() {
		return everyoneOf(families)
	}
	return r.Remote.Restrict(families).Prefixes()
}

func everyoneOf(f ruleset.Families) addressSet {
	var out addressSet
	if f.IPv4 {
		out = append(out, everyIPv4)
	}
	if f.IPv6 {
		out = append(out, everyIPv6)
	}
	return out
}

// of returns s without the addresses of other families.
func (s addressSet) of(f ruleset.Families) addressSet {
	return slices.DeleteFunc(slices.Clone(s), func(p netip.Prefix) bool {
		return p.Addr().Is4() && !f.IPv4 || !p.Addr().Is4() && !f.IPv6
	})
}

// everyone returns the families of which s holds every address.
func (s addressSet) everyone() ruleset.Families {
	return ruleset.Families{IPv4: slices.Contains(s, everyIPv4), IPv6: slices.Contains(s, everyIPv6)}
}

// nearly returns the families of which s holds half the addresses or more. All public IPv6 addresses lie in 2000::/3, so
// half of these count as half of IPv6.
func (s addressSet) nearly() ruleset.Families {
	ipv4, ipv6 := ruleset.Shares(s)
	return ruleset.Families{IPv4: ipv4 >= 1./2, IPv6: ipv6 >= 1./16}
}

func (s addressSet) equal(t addressSet) bool { return slices.Equal(s, t) }

// contains reports whether every address of t is in s. Since s is minimal, a prefix inside it lies inside one member.
func (s addressSet) contains(t addressSet) bool {
	return !slices.ContainsFunc(t, func(p netip.Prefix) bool {
		return !slices.ContainsFunc(s, func(q netip.Prefix) bool { return q.Bits() <= p.Bits() && q.Contains(p.Addr()) })
	})
}

func (s addressSet) overlaps(t addressSet) bool {
	return slices.ContainsFunc(t, func(p netip.Prefix) bool { return slices.ContainsFunc(s, p.Overlaps) })
}

func (s addressSet) union(t addressSet) addressSet {
	switch {
	case s.contains(t):
		return s
	case t.contains(s):
		return t
	}
	return build(func(b *netipx.IPSetBuilder) { add(b, s); add(b, t) })
}

func (s addressSet) minus(t addressSet) addressSet {
	switch {
	case !s.overlaps(t):
		return s
	case t.contains(s):
		return nil
	}
	return build(func(b *netipx.IPSetBuilder) {
		add(b, s)
		for _, p := range t {
			b.RemovePrefix(p)
		}
	})
}

func add(b *netipx.IPSetBuilder, s addressSet) {
	for _, p := range s {
		b.AddPrefix(p)
	}
}

func build(fill func(*netipx.IPSetBuilder)) addressSet {
	var b netipx.IPSetBuilder
	fill(&b)
	set, err := b.IPSet()
	if err != nil {
		panic("compare: " + err.Error()) // rule sets hold valid prefixes only
	}
	return set.Prefixes()
}
