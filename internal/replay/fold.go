package replay

import (
	"net/netip"

	"rolewall/ruleset"
)

// key is what makes records one flow. It has no pointers, so that the collector leaves the table alone.
type key struct {
	peer       [16]byte
	own        int32
	port       uint16
	sourcePort uint16 // where a rule of the host names source ports
	iface      uint16 // where a rule of the host names interfaces
	protocol   uint8
	bits       uint8  // bits of peer that count, of 128; 0 where peers are folded to "others"
	translated bool   // the host passes it on to another address
	verdict    uint16 // of folded flows: the number of their judgement
}

// flow is what was seen of a key.
type flow struct {
	key
	count       uint64
	first, last int64 // microseconds; 0: not known
	verdict     uint16
	answered    bool
	allowed     bool
	dropped     bool
	byPort      bool // that the policy opens something on the port is all that tells the direction
}

// table holds flows, up to a number of them.
type table struct {
	index  map[key]int32
	flows  []flow
	exact  int // how many flows with the whole address fit
	folded int // how many more fit, with networks in place of addresses

	networks uint64 // records of flows whose peer is a network only
	others   uint64 // records of flows of which nothing but the host and the verdict is kept
}

func (t *table) init(limit int) {
	t.index = map[key]int32{}
	t.exact, t.folded = limit, limit+limit/4
}

// find returns the flow of a key; nil where there is none yet.
func (t *table) find(k key) *flow {
	if n, known := t.index[k]; known {
		return &t.flows[n]
	}
	return nil
}

// insert returns the flow of a key that find did not find, with its judgement. It may be one that others share.
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

// network cuts an address down to its /24, or /64 of IPv6. The length counts the 96 bits before an IPv4 address.
func network(a [16]byte) ([16]byte, uint8) {
	if netip.AddrFrom16(a).Is4In6() {
		a[15] = 0
		return a, 120
	}
	clear(a[8:])
	return a, 64
}

// prefix is the source of a flow: an address, a network, or nothing where it is folded to others.
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

// traffic is the protocol and the port of a flow.
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
