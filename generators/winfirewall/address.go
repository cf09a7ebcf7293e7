package winfirewall

import (
	"fmt"
	"net"
	"net/netip"

	"rolewall/ruleset"
)

// Address is a prefix, or a range if Windows cannot write the prefix well.
type Address struct {
	prefix netip.Prefix
	first  netip.Addr // beginning of a range; zero for a prefix
}

// Is4 reports whether the address is one of IPv4.
func (a Address) Is4() bool { return a.prefix.Addr().Is4() }

// String writes "10.0.0.7", "10.0.0.0/8", "1::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff".
func (a Address) String() string {
	switch {
	case a.first.IsValid():
		return a.first.String() + "-" + ruleset.LastAddr(a.prefix).String()
	case a.prefix.IsSingleIP():
		return a.prefix.Addr().String()
	}
	return a.prefix.String()
}

// Masked does what String does, with a mask in place of the length of an IPv4 prefix, as Windows shows it.
func (a Address) Masked() string {
	if a.first.IsValid() || a.prefix.IsSingleIP() || !a.Is4() {
		return a.String()
	}
	return fmt.Sprintf("%s/%s", a.prefix.Addr(), net.IP(net.CIDRMask(a.prefix.Bits(), 32)))
}

// The first addresses of ranges that would otherwise begin at the unspecified address, which the specification of
// the store does not allow. No source of a service has an address below 1::. Only DHCP clients and hosts that look
// for multicast members have the address 0.0.0.0.
var (
	firstIPv4 = netip.MustParseAddr("0.0.0.1")
	firstIPv6 = netip.MustParseAddr("1::")
)

// mayBeUnspecified reports whether packets of a rule may come from 0.0.0.0: DHCP requests, IGMP, or any protocol.
func mayBeUnspecified(r *ruleset.Rule) bool {
	const igmp = 2
	switch r.Protocol {
	case ruleset.UDP:
		return r.Ports.Contains(ruleset.Ports{{First: 67, Last: 67}})
	case igmp, ruleset.AnyProtocol:
		return true
	}
	return false
}

// addresses returns the ways to write a prefix. Windows has no prefix of length 0. So all of IPv4 is written as
// two halves if it must include the unspecified address.
func addresses(p netip.Prefix, unspecified bool) []Address {
	first := firstIPv6
	if p.Addr().Is4() {
		first = firstIPv4
	}
	switch {
	case (!unspecified || !p.Addr().Is4()) && p.Addr().IsUnspecified() && p.Contains(first):
		return []Address{{p, first}}
	case p.Bits() == 0:
		half := p.Addr().AsSlice()
		half[0] = 0x80
		upper, _ := netip.AddrFromSlice(half)
		return []Address{{prefix: netip.PrefixFrom(p.Addr(), 1)}, {prefix: netip.PrefixFrom(upper, 1)}}
	}
	return []Address{{prefix: p}}
}

// reach says to which sources a rule is open on its host.
type reach struct {
	from        ruleset.Sources
	families    ruleset.Families
	all         ruleset.Families // families of the protocol
	unspecified bool             // a source may have no address yet
}

// listLimit limits a rule's list of sources. It keeps a line of a script well below the 8,191 characters of
// cmd.exe, and a list below the thousand addresses of a rule.
const listLimit = 4000

// parts splits the sources into lists that every target can write, one for each rule. An empty list means anyone.
func (to reach) parts() [][]Address {
	prefixes := to.from.Restrict(to.families).Prefixes()
	if to.from.IsAnyone() {
		// A host without one of the families is closed in it. For ICMP the protocol already says so.
		if to.families == to.all {
			return [][]Address{nil}
		}
		prefixes = ruleset.AllAddresses(to.families)
	}
	var out [][]Address
	length := 0
	for _, p := range prefixes {
		for _, a := range addresses(p, to.unspecified) {
			n := len(a.String())
			if length += 1 + n; len(out) == 0 || length > listLimit {
				out, length = append(out, nil), n
			}
			out[len(out)-1] = append(out[len(out)-1], a)
		}
	}
	return out
}
