package walk

import (
	"slices"

	"rolewall/readers/netfilter"
)

// Packet is a class of first packets that differ only in their sources.
type Packet struct {
	P       *Program
	Link    link
	out     string // the interface through which it leaves; "?" if unknown, empty if it stays
	To      netfilter.Value
	Kind    uint64          // of the destination
	Asked   netfilter.Value // the destination before it was changed
	Proto   uint64
	A1, A2  uint64 // ports, destination first; or type and code of ICMP
	AskedA1 uint64
	State   uint64 // state in connection tracking; 0 if it depends on the kernel
	before  bool   // connection tracking has not handled it yet
}

// Numbers of protocols that have ports.
const (
	ProtoICMP    = 1
	ProtoTCP     = 6
	ProtoUDP     = 17
	protoDCCP    = 33
	ProtoAH      = 51
	ProtoICMPv6  = 58
	protoSCTP    = 132
	protoUDPLite = 136
)

// HasPorts reports whether a protocol has ports.
func HasPorts(proto uint64) bool {
	return proto == ProtoTCP || proto == ProtoUDP || proto == protoDCCP || proto == protoSCTP || proto == protoUDPLite
}

// HasTypes reports whether the packet has an ICMP type and code.
func (x *Packet) HasTypes() bool {
	return !x.P.V6 && x.Proto == ProtoICMP || x.P.V6 && x.Proto == ProtoICMPv6
}

// knowledge says whether a field of a packet is known.
type knowledge uint8

const (
	known knowledge = iota
	absent
	unknown
)

// TrackState returns the state of the first packet of a connection in connection tracking. It returns 0 if the
// state depends on the kernel: invalid or untracked.
func (x *Packet) TrackState() uint64 {
	switch {
	case !x.P.V6 && x.Proto == ProtoICMP:
		if slices.Contains([]uint64{8, 13, 15, 17}, x.A1) {
			return netfilter.StateNew
		}
		return netfilter.StateInvalid
	case x.P.V6 && x.Proto == ProtoICMPv6:
		switch {
		case x.A1 == 128 || x.A1 == 139:
			return netfilter.StateNew
		case x.A1 >= 130 && x.A1 <= 137 || x.A1 == 143:
			return netfilter.StateUntracked
		case x.A1 == 151 || x.A1 == 152:
			return 0
		}
		return netfilter.StateInvalid
	case x.Proto == ProtoICMP || x.Proto == ProtoICMPv6:
		return netfilter.StateInvalid
	}
	return netfilter.StateNew
}

// number returns a field that holds a number. st is what the walk knows about the packet besides x.
func (x *Packet) number(f netfilter.Field, st *State) (netfilter.Value, knowledge) {
	switch f {
	case netfilter.Family:
		if x.P.V6 {
			return netfilter.Number(6), known
		}
		return netfilter.Number(4), known
	case netfilter.Daddr:
		return x.To, known
	case netfilter.Protocol, netfilter.NextHeader:
		return netfilter.Number(x.Proto), known
	case netfilter.Dport:
		return present(x.A1, HasPorts(x.Proto))
	case netfilter.Sport:
		return present(x.A2, HasPorts(x.Proto))
	case netfilter.ICMPType:
		return present(x.A1, x.HasTypes())
	case netfilter.ICMPCode:
		return present(x.A2, x.HasTypes())
	case netfilter.TCPFlags:
		return present(2, x.Proto == ProtoTCP) // SYN
	case netfilter.HopLimit:
		if x.HasTypes() && x.P.V6 && (x.A1 >= 133 && x.A1 <= 137 || x.A1 == 141 || x.A1 == 142) {
			return netfilter.Number(255), known // the kernel drops neighbour discovery with any other value
		}
		return netfilter.Value{}, unknown
	case netfilter.FragOffset, netfilter.CtDirection:
		return netfilter.Number(0), known
	case netfilter.PacketType:
		switch x.Kind {
		case netfilter.TypeBroadcast:
			return netfilter.Number(netfilter.PacketBroadcast), known
		case netfilter.TypeMulticast:
			return netfilter.Number(netfilter.PacketMulticast), known
		}
		return netfilter.Number(netfilter.PacketHost), known
	case netfilter.DaddrType:
		return netfilter.Number(x.Kind), known
	case netfilter.DaddrTypeIn:
		return x.kindHere()
	case netfilter.AuthHeader:
		return netfilter.Number(boolNumber(x.Proto == ProtoAH)), known
	case netfilter.IPsecIn:
		return present(boolNumber(x.Link.IPsec), true)
	}
	return x.tracked(f, st)
}

// tracked returns a field that depends on connection tracking or marks.
func (x *Packet) tracked(f netfilter.Field, st *State) (netfilter.Value, knowledge) {
	switch f {
	case netfilter.CtState:
		switch {
		case st.untracked:
			return netfilter.Number(netfilter.StateUntracked), known
		case x.before:
			return netfilter.Number(netfilter.StateInvalid), known
		case x.State == 0:
			return netfilter.Value{}, unknown
		}
		return netfilter.Number(x.State), known
	case netfilter.CtStatus:
		if !x.hasConnection(st) {
			return netfilter.Value{}, absent
		}
		if st.nat != nil {
			return netfilter.Number(netfilter.StatusDNAT), known
		}
		return netfilter.Number(0), known
	case netfilter.CtOrigDaddr:
		if !x.hasConnection(st) {
			return netfilter.Value{}, absent
		}
		return x.Asked, known
	case netfilter.CtOrigDport:
		if !x.hasConnection(st) || !HasPorts(x.Proto) {
			return netfilter.Value{}, absent
		}
		return netfilter.Number(x.AskedA1), known
	case netfilter.PacketMark:
		return st.mark.value()
	case netfilter.ConnMark:
		if !x.hasConnection(st) {
			return netfilter.Value{}, absent
		}
		return st.connMark.value()
	}
	return netfilter.Value{}, unknown
}

// hasConnection reports whether connection tracking has an entry for the packet.
func (x *Packet) hasConnection(st *State) bool {
	return !st.untracked && !x.before && x.State == netfilter.StateNew
}

func present(n uint64, is bool) (netfilter.Value, knowledge) {
	if !is {
		return netfilter.Value{}, absent
	}
	return netfilter.Number(n), known
}

func boolNumber(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// mark is a mark of a packet or a connection.
type mark struct {
	bits    uint32
	unknown bool
}

func (m mark) value() (netfilter.Value, knowledge) {
	if m.unknown {
		return netfilter.Value{}, unknown
	}
	return netfilter.Number(uint64(m.bits)), known
}

// set returns the mark after a rule has changed it.
func (m mark) set(s *netfilter.SetMark, other mark) mark {
	switch {
	case s.Copy && s.Mask == ^uint32(0):
		return other
	case s.Copy:
		return mark{m.bits&^s.Mask | other.bits&s.Mask, m.unknown || other.unknown}
	case s.Unknown:
		return mark{unknown: true}
	case s.Mask == ^uint32(0):
		return mark{bits: s.Value}
	}
	return mark{m.bits&^s.Mask ^ s.Value, m.unknown}
}

// State is what a walk knows about a packet at one point of its way.
type State struct {
	mark, connMark mark
	untracked      bool
	nat            *netfilter.NAT // the rule that changed the destination
}

// StateCuts returns the ICMP types at which the result of connection tracking or the hop limit changes.
func (x *Packet) StateCuts() []netfilter.Span {
	if !x.HasTypes() {
		return nil
	}
	list := []uint64{8, 13, 15, 17}
	if x.P.V6 {
		list = []uint64{128, 130, 131, 132, 133, 134, 135, 136, 137, 139, 141, 142, 143, 151, 152}
	}
	var out []netfilter.Span
	for _, n := range list {
		out = append(out, netfilter.One(netfilter.Number(n)))
	}
	return out
}
