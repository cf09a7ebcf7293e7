package netfilter

import (
	"slices"
)

// packet is a class of first packets that differ in their sources alone.
type packet struct {
	p       *program
	link    link
	out     string // the interface by which it leaves; "?" where it is not known, empty where it stays
	to      Value
	kind    uint64 // of the destination
	asked   Value  // destination before it was changed
	proto   uint64
	a1, a2  uint64 // ports, destination first; type and code of ICMP
	askedA1 uint64
	state   uint64 // to connection tracking, 0 where it depends on the kernel
	before  bool   // connection tracking has not seen it
}

// numbers of protocols that have ports.
const (
	protoICMP    = 1
	protoTCP     = 6
	protoUDP     = 17
	protoDCCP    = 33
	protoAH      = 51
	protoICMPv6  = 58
	protoSCTP    = 132
	protoUDPLite = 136
	protoUnnamed = 254 // of experiments: what follows an authentication header, where it is none of the other protocols
)

func hasPorts(proto uint64) bool {
	return proto == protoTCP || proto == protoUDP || proto == protoDCCP || proto == protoSCTP || proto == protoUDPLite
}

func (x *packet) hasTypes() bool {
	return !x.p.v6 && x.proto == protoICMP || x.p.v6 && x.proto == protoICMPv6
}

// knowledge says whether a field of a packet is known.
type knowledge uint8

const (
	known knowledge = iota
	absent
	unknown
)

// trackState is the state of the first packet of something for connection tracking; 0 where it depends on the kernel: invalid or
// untracked.
func (x *packet) trackState() uint64 {
	switch {
	case !x.p.v6 && x.proto == protoICMP:
		if slices.Contains([]uint64{8, 13, 15, 17}, x.a1) {
			return StateNew
		}
		return StateInvalid
	case x.p.v6 && x.proto == protoICMPv6:
		switch {
		case x.a1 == 128 || x.a1 == 139:
			return StateNew
		case x.a1 >= 130 && x.a1 <= 137 || x.a1 == 143:
			return StateUntracked
		case x.a1 == 151 || x.a1 == 152:
			return 0
		}
		return StateInvalid
	case x.proto == protoICMP || x.proto == protoICMPv6:
		return StateInvalid
	}
	return StateNew
}

// number returns a field that holds a number, with what the piece of the walk knows beside the packet.
func (x *packet) number(f Field, st *state) (Value, knowledge) {
	switch f {
	case Family:
		if x.p.v6 {
			return Number(6), known
		}
		return Number(4), known
	case Daddr:
		return x.to, known
	case Protocol:
		if x.p.v6 && x.proto == protoAH {
			return Number(protoUnnamed), known // the kernel looks behind the header
		}
		return Number(x.proto), known
	case NextHeader:
		return Number(x.proto), known
	case Dport:
		return present(x.a1, hasPorts(x.proto))
	case Sport:
		return present(x.a2, hasPorts(x.proto))
	case ICMPType:
		return present(x.a1, x.hasTypes())
	case ICMPCode:
		return present(x.a2, x.hasTypes())
	case TCPFlags:
		return present(2, x.proto == protoTCP) // SYN
	case HopLimit:
		if x.hasTypes() && x.p.v6 && (x.a1 >= 133 && x.a1 <= 137 || x.a1 == 141 || x.a1 == 142) {
			return Number(255), known // the kernel drops neighbour discovery with any other
		}
		return Value{}, unknown
	case FragOffset, CtDirection:
		return Number(0), known
	case PacketType:
		switch x.kind {
		case TypeBroadcast:
			return Number(PacketBroadcast), known
		case TypeMulticast:
			return Number(PacketMulticast), known
		}
		return Number(PacketHost), known
	case DaddrType:
		return Number(x.kind), known
	case DaddrTypeIn:
		return x.kindHere()
	case AuthHeader:
		return Number(boolNumber(x.proto == protoAH)), known
	case IPsecIn:
		return present(boolNumber(x.link.ipsec), true)
	}
	return x.tracked(f, st)
}

// tracked returns a field of which connection tracking and marks decide.
func (x *packet) tracked(f Field, st *state) (Value, knowledge) {
	switch f {
	case CtState:
		switch {
		case st.untracked:
			return Number(StateUntracked), known
		case x.before:
			return Number(StateInvalid), known
		case x.state == 0:
			return Value{}, unknown
		}
		return Number(x.state), known
	case CtStatus:
		if !x.hasConnection(st) {
			return Value{}, absent
		}
		if st.nat != nil {
			return Number(StatusDNAT), known
		}
		return Number(0), known
	case CtOrigDaddr:
		if !x.hasConnection(st) {
			return Value{}, absent
		}
		return x.asked, known
	case CtOrigDport:
		if !x.hasConnection(st) || !hasPorts(x.proto) {
			return Value{}, absent
		}
		return Number(x.askedA1), known
	case PacketMark:
		return st.mark.value()
	case ConnMark:
		if !x.hasConnection(st) {
			return Value{}, absent
		}
		return st.connMark.value()
	}
	return Value{}, unknown
}

// hasConnection reports whether connection tracking has an entry for the packet.
func (x *packet) hasConnection(st *state) bool {
	return !st.untracked && !x.before && x.state == StateNew
}

func present(n uint64, is bool) (Value, knowledge) {
	if !is {
		return Value{}, absent
	}
	return Number(n), known
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

func (m mark) value() (Value, knowledge) {
	if m.unknown {
		return Value{}, unknown
	}
	return Number(uint64(m.bits)), known
}

// set changes a mark.
func (m mark) set(s *SetMark, other mark) mark {
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

// state is what a walk has learnt of a packet on its way.
type state struct {
	mark, connMark mark
	untracked      bool
	nat            *NAT // what changed the destination
}
