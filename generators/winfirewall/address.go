package winfirewall

import (
	"fmt"
	"net"
	"net/netip"

	"rolewall/ruleset"
)

// Address is a prefix, or a range where Windows has no good way to write the prefix.
type Address struct {
	prefix netip.Prefix
	first  netip.Addr // of a range; zero otherwise
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

// Masked is String with a mask in place of the length of an IPv4 prefix, as Windows shows it.
func (a Address) Masked() string {
	if a.first.IsValid() || a.prefix.IsSingleIP() || !a.Is4() {
		return a.String()
	}
	return fmt.Sprintf("%s/%s", a.prefix.Addr(), net.IP(net.CIDRMask(a.prefix.Bits(), 32)))
}

// The first addresses that a range of many may begin with: the specification of the store allows none at the unspecified
// address. Who sends to a service has no address below 1::, and none has the address 0.0.0.0 but clients of DHCP and those who
// look for multicast members.
var (
	firstIPv4 = netip.MustParseAddr("0.0.0.1")
	firstIPv6 = netip.MustParseAddr("1::")
)

// mayBeUnspecified reports whether packets of a rule may come from 0.0.0.0: DHCP requests, IGMP, or whatever else.
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

// addresses are the ways to write a prefix. There is none for the length 0, so that all of IPv4 is two halves where it must hold
// the unspecified address.
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
	all         ruleset.Families // of the protocol
	unspecified bool             // a source may have no address
}

// listLimit keeps a rule's list of sources, and with it the line of a script, well under the 8,191 characters of cmd.exe. It also
// keeps lists below the thousand addresses that a rule holds.
const listLimit = 4000

// parts are the sources in lists of a length that every target can write, a rule each; an empty list is anyone.
func (to reach) parts() [][]Address {
	prefixes := to.from.Restrict(to.families).Prefixes()
	if to.from.IsAnyone() {
		// A host that does not speak a family lets nobody in over it; of ICMP the protocol says as much.
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
