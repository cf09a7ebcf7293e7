package suggest

import (
	"net/netip"

	"rolewall/ruleset"
)

// The shortest prefixes that may stand for seen addresses. A wider prefix would say nothing about the sources.
const (
	widestIPv4 = 8
	widestIPv6 = 16
)

// common returns the longest prefix that contains two prefixes of one family.
func common(p, q netip.Prefix) netip.Prefix {
	bits := min(p.Bits(), q.Bits())
	for ; bits > 0; bits-- {
		if both := netip.PrefixFrom(p.Addr(), bits).Masked(); both.Contains(q.Addr()) {
			return both
		}
	}
	return netip.PrefixFrom(p.Addr(), 0).Masked()
}

// narrowest returns at most limit prefixes that cover all of p. It unites the closest neighbours first. It returns
// false if a prefix would become too wide.
func narrowest(p ruleset.Prefixes, limit int) (ruleset.Prefixes, bool) {
	current := append(ruleset.Prefixes(nil), p...)
	for len(current) > limit {
		best, at := netip.Prefix{}, -1
		for i := 0; i+1 < len(current); i++ {
			if current[i].Addr().Is4() != current[i+1].Addr().Is4() {
				continue
			}
			if both := common(current[i], current[i+1]); at < 0 || both.Bits() > best.Bits() {
				best, at = both, i
			}
		}
		if at < 0 || best.Bits() < widestIPv4 || !best.Addr().Is4() && best.Bits() < widestIPv6 {
			return nil, false
		}
		rest := append(current[:at:at], current[at+2:]...)
		current = ruleset.NewPrefixes(append(rest, best)...)
	}
	return current, true
}

// intersect returns the addresses that are in both.
func intersect(p, q ruleset.Prefixes) ruleset.Prefixes { return p.Minus(p.Minus(q)) }
