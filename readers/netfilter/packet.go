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
	natted  bool
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

// answer is the outcome of a match.
type answer uint8

const (
	no answer = iota
	yes
	depends // on the condition of the op, or on knowledge of the field
)

// try tries an op on all sources of the packet at once: the sources that match are in the set.
func (x *packet) try(o *op, st *state) (answer, setID) {
	u := x.p.from
	switch o.kind {
	case opNever:
		return no, 0
	case opMaybe:
		return depends, u.all
	case opNames:
		return x.tryNames(o), u.all
	case opSource:
		return x.invert(o, u.of(o.source))
	case opNumber:
		m := o.expr.(*Match)
		switch m.Fields[0] {
		case SaddrType:
			return x.invert(o, x.sourceTypes(o.spans))
		case ReversePath, RPFilter:
			s, ok := x.p.wayBack(m.Fields[0], x.link)
			if !ok {
				return depends, u.all
			}
			if !holds(o.spans, Number(1)) {
				s = u.minus(u.all, s)
			}
			return x.invert(o, s)
		}
		return x.tryNumber(m, o.spans, st), u.all
	case opTable:
		hits, ok := x.lookup(o.table, st)
		if ok == absent {
			return no, 0
		}
		if ok == unknown {
			return depends, u.all
		}
		s := setID(0)
		for _, h := range hits {
			s = u.or(s, h.from)
		}
		return x.invert(o, s)
	}
	return yes, u.all
}

// invert applies Not to a match of sources.
func (x *packet) invert(o *op, s setID) (answer, setID) {
	u := x.p.from
	if o.expr.(*Match).Not {
		s = u.minus(u.all, s)
	}
	if s == 0 {
		return no, 0
	}
	return yes, s
}

func (x *packet) tryNames(o *op) answer {
	m := o.expr.(*Match)
	name := x.link.name
	if m.Fields[0] == OutInterface {
		switch name = x.out; name {
		case "":
			return no // not on this way
		case "?":
			return depends
		}
	}
	if slices.ContainsFunc(o.names, func(pattern string) bool { return matchesName(pattern, name) }) == m.Not {
		return no
	}
	return yes
}

func (x *packet) tryNumber(m *Match, spans []Span, st *state) answer {
	v, k := x.number(m.Fields[0], st)
	switch k {
	case absent:
		return no
	case unknown:
		if m.Fields[0] == CtState { // one of two states, which rules often treat alike
			if a := m.holds(spans, Number(StateInvalid)); a == m.holds(spans, Number(StateUntracked)) {
				return a
			}
		}
		return depends
	}
	return m.holds(spans, v)
}

// holds compares a value with the set.
func (m *Match) holds(spans []Span, v Value) answer {
	found := false
	if m.Any {
		for _, s := range spans {
			found = found || v.and(s.First) != (Value{})
		}
	} else {
		if m.Mask != (Value{}) {
			v = v.and(m.Mask)
		}
		found = holds(spans, v)
	}
	if found == m.Not {
		return no
	}
	return yes
}

// kindHere is the kind of the destination, where addresses of other interfaces are not the host's own.
func (x *packet) kindHere() (Value, knowledge) {
	switch here := x.p.here[x.link.name]; {
	case x.kind != TypeLocal:
		return Number(x.kind), known
	case here == nil:
		return Value{}, unknown
	case holds(here.spans, x.to):
		return Number(TypeLocal), known
	}
	return Number(TypeUnicast), known
}

// sourceTypes are the sources of the given kinds of addresses. None is of the host itself: nobody else has its addresses, so a
// rule against those who pretend to changes nothing for others.
func (x *packet) sourceTypes(kinds []Span) setID {
	u := x.p.from
	broadcast, multicast := u.of(x.p.cast[0]), u.of(x.p.cast[1])
	out := setID(0)
	for kind, s := range map[uint64]setID{TypeBroadcast: broadcast, TypeMulticast: multicast, TypeUnicast: u.minus(u.minus(u.all, broadcast), multicast)} {
		if holds(kinds, Number(kind)) {
			out = u.or(out, s)
		}
	}
	return out
}

// hit is a group of a table that holds for some sources.
type hit struct {
	from  setID
	group int
}

// lookup finds the groups of a table that hold for the packet. absent says that it lacks a field.
func (x *packet) lookup(t *table, st *state) ([]hit, knowledge) {
	var values [4]Value
	for i, f := range t.fields {
		if f == Saddr || f == InInterface {
			continue
		}
		if f == OutInterface && x.out == "" {
			return nil, absent
		}
		if f == OutInterface || i >= len(values) {
			return nil, unknown
		}
		v, k := x.number(f, st)
		if k != known {
			return nil, k
		}
		values[i] = v
	}
	groups, first := t.groups, 0
	if t.ordered {
		groups, first = t.candidates(values[t.axis])
	}
	var out []hit
	for n, g := range groups {
		if !x.inGroup(t, g, values[:]) {
			continue
		}
		h := hit{x.p.from.all, first + n}
		if g.sources != nil {
			h.from = x.p.from.of(g.sources)
		}
		out = append(out, h)
	}
	return out, known
}

func (x *packet) inGroup(t *table, g group, values []Value) bool {
	for i, f := range t.fields {
		switch {
		case f == Saddr:
		case f == InInterface:
			if !matchesName(g.key[i].Name, x.link.name) {
				return false
			}
		case !g.key[i].contains(values[i]):
			return false
		}
	}
	return true
}
