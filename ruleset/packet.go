package ruleset

import (
	"iter"
	"net/netip"
	"slices"
)

// Direction is the direction of traffic, seen from the host.
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
	SourcePort uint16     // TCP and UDP only; 0 means unknown, and then no rule that names source ports matches
	Interface  string     // where an inbound packet arrives; empty means unknown, and then no rule that names interfaces matches
	Type, Code uint8      // ICMP and ICMPv6 only
	IPsec      bool       // the host decrypts or encrypts it by IPsec
}

// Match yields the rules that allow the packet, in the order of the rule set. No rule matches a packet of an
// address family that the host does not have. A packet whose protocol does not belong to its family, such as
// ICMPv6 in IPv4, matches only rules for every protocol. The limit of a rule is not counted here: the rule matches
// as if it had none.
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

// Allows reports whether a rule allows the packet. For outbound packets this is the answer of a stateless filter,
// since other targets do not filter outbound traffic.
func (rs *RuleSet) Allows(p Packet) bool {
	for range rs.Match(p) {
		return true
	}
	return false
}

// families returns the family of the packet, or none if Remote is not a valid address.
func (p Packet) families() Families {
	return Families{IPv4: p.Remote.Is4(), IPv6: p.Remote.Is6()}
}

// point returns the number of the packet's traffic, as Interval counts it.
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

// matches does not look at the address families of the host.
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
