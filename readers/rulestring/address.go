package rulestring

import (
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// address reads an address, a subnet, a range or a keyword, in the family of the key: LA4, RA6.
func (r *Rule) address(key, value string, prefixes *[]netip.Prefix, names *[]AddressName, words []string) error {
	four := strings.HasSuffix(key, "4")
	if slices.Contains(words, value) {
		*names = append(*names, AddressName{value, ruleset.Families{IPv4: four, IPv6: !four}})
		return nil
	}
	list, ok := parseAddress(value, four)
	if !ok {
		return fmt.Errorf("%q is not an address, subnet or range of the family", short(value))
	}
	*prefixes = append(*prefixes, list...)
	return nil
}

// parseAddress reads "10.3.0.7", "10.3.0.0/24", "10.3.0.0/255.255.255.0" and "10.3.0.1-10.3.0.9".
func parseAddress(text string, four bool) ([]netip.Prefix, bool) {
	if first, last, isRange := strings.Cut(text, "-"); isRange {
		a, ok1 := plainAddress(first, four)
		b, ok2 := plainAddress(last, four)
		if !ok1 || !ok2 || b.Less(a) {
			return nil, false
		}
		return ruleset.AddressRange(a, b), true
	}
	if first, length, isSubnet := strings.Cut(text, "/"); isSubnet {
		a, ok := plainAddress(first, four)
		n, known := maskLength(length, four)
		p := netip.PrefixFrom(a, n)
		return []netip.Prefix{p.Masked()}, ok && known && p.IsValid()
	}
	a, ok := plainAddress(text, four)
	return []netip.Prefix{netip.PrefixFrom(a, a.BitLen())}, ok
}

// plainAddress reads an address of the family, without a zone.
func plainAddress(text string, four bool) (netip.Addr, bool) {
	a, err := netip.ParseAddr(text)
	return a, err == nil && a.Is4() == four && a.Zone() == ""
}

// maskLength reads a length, or a mask of IPv4 without gaps.
func maskLength(text string, four bool) (int, bool) {
	if n, err := number(text, 128); err == nil {
		return n, !four || n <= 32
	}
	mask, ok := plainAddress(text, true)
	if !ok || !four {
		return 0, false
	}
	b := mask.As4()
	n := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	ones := bits.LeadingZeros32(^n)
	return ones, n<<ones == 0
}
