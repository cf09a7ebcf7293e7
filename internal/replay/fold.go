package replay

import (
	"net/netip"

	"rolewall/ruleset"
)

// key is equal for records of one flow. It has no pointers, so the garbage collector does not scan the table.
type key struct {
	peer       [16]byte
	own        int32
	port       uint16
	sourcePort uint16 // set if a rule of the host has source ports
	iface      uint16 // set if a rule of the host has interfaces
	protocol   uint8
	bits       uint8  // number of bits of peer that count, of 128; 0 if peers are folded to "others"
	translated bool   // the host forwards it to another address
	verdict    uint16 // of folded flows: the number of their judgement
}

// flow is what was seen of a key.
type flow struct {
	key
	count       uint64
	first, last int64 // microseconds; 0 means unknown
	verdict     uint16
	answered    bool
	allowed     bool
	dropped     bool
	byPort      bool // the only evidence of the direction is that the policy opens something on the port
}

// table holds flows, up to a limit.
type table struct {
	index  map[key]int32
	flows  []flow
	exact  int // how many flows with whole addresses fit
	folded int // how many more fit, with networks in place of addresses

	networks uint64 // records of flows whose peer is only a network
	others   uint64 // records of flows of which only host and verdict are kept
}

func (t *table) init(limit int) {
	t.index = map[key]int32{}
	t.exact, t.folded = limit, limit+limit/4
}

// find returns the flow of a key, or nil if there is none.
func (t *table) find(k key) *flow {
	if n, known := t.index[k]; known {
		return &t.flows[n]
	}
	return nil
}

// insert returns the flow for a key that find did not find, with its judgement. Several keys may share a flow.
func (t *table) insert(k key, verdict uint16) *flow {
	if len(t.flows) < t.exact {
		return t.add(k, verdict)
	}
	k.verdict, k.sourcePort = verdict+1, 0
	k.peer, k.bits = network(k.peer)
	f := t.find(k)
	switch {
	case f != nil, len(t.flows) < t.folded:
		t.networks++
	default:
		k = key{own: k.own, protocol: k.protocol, translated: k.translated, verdict: k.verdict}
		f = t.find(k)
		t.others++
	}
	if f != nil {
		return f
	}
	return t.add(k, verdict)
}

func (t *table) add(k key, verdict uint16) *flow {
	t.index[k] = int32(len(t.flows))
	t.flows = append(t.flows, flow{key: k, verdict: verdict, byPort: true})
	return &t.flows[len(t.flows)-1]
}

// network returns the /24 of an address, or the /64 for IPv6. The length counts the 96 bits before an IPv4
// address.
func network(a [16]byte) ([16]byte, uint8) {
	if netip.AddrFrom16(a).Is4In6() {
		a[15] = 0
		return a, 120
	}
	clear(a[8:])
	return a, 64
}

// prefix returns the source of a flow: an address or a network. It returns the zero value if the flow is folded to
// others.
func (k *key) prefix() netip.Prefix {
	if k.bits == 0 {
		return netip.Prefix{}
	}
	a := netip.AddrFrom16(k.peer).Unmap()
	bits := int(k.bits)
	if a.Is4() {
		bits -= 96
	}
	return netip.PrefixFrom(a, bits)
}

// traffic returns the protocol and the port of a flow.
func (k *key) traffic() ruleset.Traffic { return trafficOf(ruleset.Protocol(k.protocol), k.port) }

func trafficOf(p ruleset.Protocol, port uint16) ruleset.Traffic {
	t := ruleset.Traffic{Protocol: p}
	switch {
	case p.HasPorts():
		t.Ports = ruleset.Ports{{First: port, Last: port}}
	case p.HasTypes():
		t.ICMP = []ruleset.ICMPType{{Type: uint8(port >> 8), Code: uint8(port), HasCode: true}}
	}
	return t
}
