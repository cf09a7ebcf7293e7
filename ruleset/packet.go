package ruleset

import (
	"iter"
	"net/netip"
	"slices"
)

// Direction says which way traffic goes, seen from the host.
type Direction uint8

// The directions. The zero value is Inbound.
const (
	Inbound  Direction = iota // to the host
	Outbound                  // from the host
)

// String writes "inbound" or "outbound".
func (d Direction) String() string {
	if d == Outbound {
		return "outbound"
	}
	return "inbound"
}

// Packet is the first packet of a connection, as a rule sees it.
type Packet struct {
	Direction  Direction
	Remote     netip.Addr // the source of an inbound, the destination of an outbound packet
	Protocol   Protocol   // an IANA number, never AnyProtocol
	Port       uint16     // destination port; TCP and UDP only
	SourcePort uint16     // TCP and UDP only; 0 is not known, and matches no rule that names source ports
	Interface  string     // on which an inbound packet comes in; empty is not known, and matches no rule that names interfaces
	Type, Code uint8      // ICMP and ICMPv6 only
	IPsec      bool       // leaves or enters an IPsec tunnel on the host
}

// Match yields the rules that allow the packet, in the order of the rule set. A packet of an address family that the host
// does not have matches no rule. One whose protocol the family does not have, as ICMPv6 in IPv4, matches rules for every
// protocol alone. A rule with a limit matches as one without: the limit may hold the packet back.
func (rs *RuleSet) Match(p Packet) iter.Seq[*Rule] {
	rules := rs.Inbound
	if p.Direction == Outbound {
		rules = rs.Outbound
	}
	p.Remote = p.Remote.Unmap()
	return func(yield func(*Rule) bool) {
		if !p.families().And(rs.Families).None() {
			for _, r := range rules {
				if r.matches(p) && !yield(r) {
					return
				}
			}
		}
	}
}

// Allows reports whether a rule allows the packet. For outbound packets the answer is that of a stateless filter: other
// targets leave outbound traffic alone.
func (rs *RuleSet) Allows(p Packet) bool {
	for range rs.Match(p) {
		return true
	}
	return false
}

// families is the one family of the packet, or none where Remote is not an address.
func (p Packet) families() Families {
	return Families{IPv4: p.Remote.Is4(), IPv6: p.Remote.Is6()}
}

// point is the place of the packet in the space of Interval.
func (p Packet) point() Interval {
	n := uint32(p.Protocol) * protocolWidth
	switch {
	case p.Protocol.HasPorts():
		n += uint32(p.Port)
	case p.Protocol.HasTypes():
		n += uint32(p.Type)<<8 + uint32(p.Code)
	}
	return Interval{n, n}
}

// matches leaves the families of the host aside.
func (r *Rule) matches(p Packet) bool {
	if r.IPsecOnly && !p.IPsec || !r.OnInterface(p.Interface) || !r.fromPort(p.SourcePort) {
		return false
	}
	if r.Protocol != AnyProtocol && (r.Protocol != p.Protocol || p.families().And(p.Protocol.Families()).None()) {
		return false
	}
	point := p.point()
	return slices.ContainsFunc(r.Intervals(), func(i Interval) bool { return i.Contains(point) }) && r.Remote.ContainsAddr(p.Remote)
}
