package netsh

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// readAddresses reads localip and remoteip. It rejects prefixes of length 0, since all addresses are written as
// any.
func readAddresses(t *tags, r *Rule, _ ruleset.OS) error {
	var err error
	if r.LocalIP, _, err = t.addresses("localip"); err != nil {
		return err
	}
	r.RemoteIP, r.Keywords, err = t.addresses("remoteip", "localsubnet", "dns", "dhcp", "wins", "defaultgateway")
	return err
}

func (t *tags) addresses(tag string, keywords ...string) (out []AddressRange, words []string, err error) {
	v := t.known(tag)
	if v == "" || strings.EqualFold(v, "any") {
		return nil, nil, nil
	}
	for item := range strings.SplitSeq(v, ",") {
		if slices.Contains(keywords, strings.ToLower(item)) {
			words = append(words, strings.ToLower(item))
			continue
		}
		r, ok := parseAddress(item)
		if !ok {
			return nil, nil, t.errorf(tag, "%q is not an address, subnet or range", item)
		}
		out = append(out, r)
	}
	return out, words, nil
}

// parseAddress reads an address, address/length, address/mask or first-last.
func parseAddress(s string) (AddressRange, bool) {
	if first, last, ok := strings.Cut(s, "-"); ok {
		a, errA := netip.ParseAddr(first)
		b, errB := netip.ParseAddr(last)
		return AddressRange{a, b}, errA == nil && errB == nil && a.Is4() == b.Is4() && a.Compare(b) <= 0 && a.Zone() == "" && b.Zone() == ""
	}
	if address, mask, ok := strings.Cut(s, "/"); ok {
		if bits, ok := maskBits(mask); ok {
			s = address + "/" + strconv.Itoa(bits)
		}
		p, err := netip.ParsePrefix(s)
		if err != nil || p.Bits() == 0 {
			return AddressRange{}, false
		}
		return PrefixRange(p), true
	}
	a, err := netip.ParseAddr(s)
	return AddressRange{a, a}, err == nil && a.Zone() == ""
}

// maskBits returns the length of a dotted mask.
func maskBits(mask string) (int, bool) {
	a, err := netip.ParseAddr(mask)
	if err != nil || !a.Is4() {
		return 0, false
	}
	bits, seenZero := 0, false
	for _, b := range a.As4() {
		for i := 7; i >= 0; i-- {
			one := b>>i&1 == 1
			if one && seenZero {
				return 0, false
			}
			seenZero = seenZero || !one
			if one {
				bits++
			}
		}
	}
	return bits, true
}
