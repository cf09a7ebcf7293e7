package nftjson

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
)

// operand is the left side of a match.
type operand struct {
	field  netfilter.Field
	names  map[string]uint64 // names of values
	number map[uint64]uint64 // numbers of the kernel, with those of the evaluation
	flags  bool              // a value is a combination of bits
	partly bool              // the evaluation knows only some of the bits
	guards []netfilter.Expr  // matches that a packet must meet to have the field
	mask   uint64
	maybe  *netfilter.Maybe // set instead if the field is unknown
	never  bool             // no packet has the field
}

func depends(kind capture.Kind, text string) operand {
	return operand{maybe: &netfilter.Maybe{Kind: kind, Text: text}}
}

func is(f netfilter.Field, numbers ...uint64) netfilter.Expr { return netfilter.Is(f, numbers...) }

// operandOf reads the left side of a match.
func operandOf(v any) operand {
	kind, x, ok := one(v)
	o, _ := x.(map[string]any)
	switch {
	case !ok:
	case kind == "payload":
		return payload(o)
	case kind == "meta":
		return meta(text(o["key"]))
	case kind == "ct":
		return conntrack(text(o["key"]), text(o["dir"]))
	case kind == "fib":
		return fib(o)
	case kind == "exthdr":
		return exthdr(o)
	case kind == "&":
		return masked(list(x))
	case kind == "socket":
		return depends(capture.Program, "depends on the sockets of programs")
	case kind == "osf":
		return depends(capture.Other, "depends on the system of the source")
	case kind == "ipsec":
		return depends(capture.Peer, "depends on the IPsec policy by which the packet came")
	}
	return depends(capture.Other, "depends on "+short(show(v)))
}

// masked reads field & mask.
func masked(parts []any) operand {
	if len(parts) != 2 {
		return depends(capture.Other, "depends on a mask that rolewall does not follow")
	}
	o := operandOf(parts[0])
	mask, ok := o.bits(parts[1])
	if o.maybe == nil && !ok {
		return depends(capture.Other, "depends on a mask that rolewall does not follow ("+short(show(parts[1]))+")")
	}
	switch {
	case o.field == netfilter.Saddr || o.field == netfilter.Daddr || o.field == netfilter.CtOrigDaddr: // nft writes what is a prefix as one
		return operand{guards: o.guards, maybe: &netfilter.Maybe{Kind: capture.Other, Text: "depends on a mask that rolewall does not follow (" + short(show(parts[1])) + ")"}}
	case ok && mask == 0 && o.maybe == nil:
		return depends(capture.Other, "depends on a mask that rolewall does not follow")
	}
	o.mask = mask
	return o
}

// masked reports whether a mask changes the field. Of the flags of TCP a first packet has one, which most masks hold.
func (o operand) masked() bool {
	return o.mask != 0 && (o.field != netfilter.TCPFlags || o.mask&tcpFlags["syn"] == 0)
}

// bits reads a value as a combination of bits: a number, a name, a list, or {"|": [...]}.
func (o operand) bits(v any) (uint64, bool) {
	if kind, x, ok := one(v); ok && kind == "|" {
		v = x
	}
	sum := uint64(0)
	for _, part := range list(v) {
		if kind, _, ok := one(part); ok && kind == "|" {
			n, ok := o.bits(part)
			if !ok {
				return 0, false
			}
			sum |= n
			continue
		}
		k, ok := key(part)
		if !ok || !o.resolve(&k) || k.First != k.Last {
			return 0, false
		}
		sum |= k.First.Lo
	}
	return sum, true
}

// resolve replaces the name in a key by its number.
func (o operand) resolve(k *netfilter.Key) bool {
	if o.field == netfilter.InInterface || o.field == netfilter.OutInterface {
		return k.Name != ""
	}
	if k.Name == "" {
		if o.number != nil {
			n, known := o.number[k.First.Lo]
			k.Span = netfilter.One(netfilter.Number(n))
			return known
		}
		return true
	}
	n, known := o.names[k.Name]
	if !known && (o.field == netfilter.Protocol || o.field == netfilter.NextHeader) {
		var p uint8
		p, known = netfilter.ProtocolNumber(k.Name)
		n = uint64(p)
	}
	k.Span, k.Name = netfilter.One(netfilter.Number(n)), ""
	return known
}

// ipv4 returns the match that a packet must meet to have IPv4 fields.
func ipv4() netfilter.Expr { return is(netfilter.Family, 4) }
func ipv6() netfilter.Expr { return is(netfilter.Family, 6) }

// transport holds the protocols with ports for which nft writes th.
var transport = []uint64{6, 17, 33, 132, 136}

// payload reads a field of a header.
func payload(o map[string]any) operand {
	protocol, field := text(o["protocol"]), text(o["field"])
	if base := text(o["base"]); base != "" {
		return raw(o, base)
	}
	other := func(guards ...netfilter.Expr) operand {
		return operand{guards: guards, maybe: &netfilter.Maybe{Kind: capture.Other, Text: fmt.Sprintf("depends on %s %s of the packet", protocol, field)}}
	}
	switch protocol {
	case "ip":
		return ipField(field, other, ipv4(), "ttl", "protocol")
	case "ip6":
		return ipField(field, other, ipv6(), "hoplimit", "nexthdr")
	case "ether":
		switch field {
		case "type":
			return etherType()
		case "saddr":
			return depends(capture.Other, "depends on the link address of the source")
		}
		return other()
	case "icmp", "icmpv6":
		guard, names := []netfilter.Expr{ipv4(), is(netfilter.Protocol, 1)}, icmpTypes
		if protocol == "icmpv6" {
			guard, names = []netfilter.Expr{ipv6(), is(netfilter.Protocol, 58)}, icmpv6Types
		}
		switch field {
		case "type":
			return operand{field: netfilter.ICMPType, guards: guard, names: names}
		case "code":
			return operand{field: netfilter.ICMPCode, guards: guard, names: icmpCodes[protocol]}
		}
		return other(guard...)
	case "tcp", "udp", "udplite", "sctp", "dccp", "th":
		numbers := transport
		if n, known := netfilter.ProtocolNumber(protocol); known {
			numbers = []uint64{uint64(n)}
		}
		return portField(field, other, is(netfilter.Protocol, numbers...), protocol == "tcp")
	case "arp", "vlan":
		return operand{never: true}
	}
	if n, known := netfilter.ProtocolNumber(protocol); known {
		return other(is(netfilter.Protocol, uint64(n)))
	}
	return other()
}

func ipField(field string, other func(...netfilter.Expr) operand, family netfilter.Expr, hops, next string) operand {
	guards := []netfilter.Expr{family}
	switch field {
	case "saddr":
		return operand{field: netfilter.Saddr, guards: guards}
	case "daddr":
		return operand{field: netfilter.Daddr, guards: guards}
	case hops:
		return operand{field: netfilter.HopLimit, guards: guards}
	case next:
		f := netfilter.Protocol
		if next == "nexthdr" {
			f = netfilter.NextHeader
		}
		return operand{field: f, guards: guards}
	case "frag-off":
		return operand{field: netfilter.FragOffset, guards: guards}
	}
	return other(guards...)
}

func portField(field string, other func(...netfilter.Expr) operand, guard netfilter.Expr, tcp bool) operand {
	guards := []netfilter.Expr{guard}
	switch {
	case field == "dport":
		return operand{field: netfilter.Dport, guards: guards}
	case field == "sport":
		return operand{field: netfilter.Sport, guards: guards}
	case field == "flags" && tcp:
		return operand{field: netfilter.TCPFlags, guards: guards, names: tcpFlags, flags: true}
	}
	return other(guards...)
}

// raw reads bytes by their offset. It knows the offsets of ports.
func raw(o map[string]any, base string) operand {
	offset, _ := number(o["offset"])
	length, _ := number(o["len"])
	if base == "th" && length == 16 && (offset == 0 || offset == 16) {
		f := netfilter.Sport
		if offset == 16 {
			f = netfilter.Dport
		}
		return operand{field: f, guards: []netfilter.Expr{is(netfilter.Protocol, transport...)}}
	}
	return depends(capture.Other, fmt.Sprintf("depends on bytes of the packet (@%s,%d,%d)", base, offset, length))
}

// exthdr reads IPv6 extension headers. The first packet of a connection has none except that of AH.
func exthdr(o map[string]any) operand {
	if text(o["name"]) == "ah" && o["field"] == nil {
		return operand{field: netfilter.AuthHeader, guards: []netfilter.Expr{ipv6()}}
	}
	return depends(capture.Other, "depends on the extension header "+text(o["name"])+" of the packet")
}

// etherType reads the family of a frame.
func etherType() operand {
	return operand{field: netfilter.Family, names: map[string]uint64{"ip": 4, "ip6": 6, "arp": 1, "8021q": 2, "8021ad": 2, "vlan": 2},
		number: map[uint64]uint64{0x0800: 4, 0x86dd: 6, 0x0806: 1, 0x8100: 2, 0x88a8: 2}}
}

// meta reads what the kernel knows about the packet.
func meta(name string) operand {
	switch name {
	case "l4proto":
		return operand{field: netfilter.Protocol}
	case "nfproto":
		return operand{field: netfilter.Family, names: map[string]uint64{"ipv4": 4, "ipv6": 6}, number: map[uint64]uint64{2: 4, 10: 6}}
	case "protocol":
		return etherType()
	case "iifname", "iif":
		return operand{field: netfilter.InInterface}
	case "oifname", "oif":
		return operand{field: netfilter.OutInterface}
	case "mark":
		return operand{field: netfilter.PacketMark}
	case "secpath":
		return operand{field: netfilter.IPsecIn, names: map[string]uint64{"exists": 1, "missing": 0}}
	case "pkttype":
		return operand{field: netfilter.PacketType, names: map[string]uint64{"host": 0, "unicast": 0, "broadcast": 1, "multicast": 2, "other": 3}}
	case "time", "day", "hour":
		return depends(capture.Time, "depends on the time (meta "+name+")")
	case "skuid", "skgid", "cgroup":
		return depends(capture.Program, "depends on the program (meta "+name+")")
	case "ibrname", "obrname", "ibriport", "obriport", "ibrpvid", "ibrvproto":
		return operand{never: true}
	}
	return depends(capture.Other, "depends on meta "+name)
}

// conntrack reads what connection tracking knows about the packet.
func conntrack(name, direction string) operand {
	original := direction == "original"
	switch {
	case name == "state":
		return operand{field: netfilter.CtState, names: ctStates, flags: true}
	case name == "status":
		return operand{field: netfilter.CtStatus, names: ctStatus, flags: true, partly: true}
	case name == "mark":
		return operand{field: netfilter.ConnMark}
	case name == "direction":
		return operand{field: netfilter.CtDirection, names: map[string]uint64{"original": 0, "reply": 1}}
	case original && name == "proto-dst":
		return operand{field: netfilter.CtOrigDport}
	case original && name == "proto-src":
		return operand{field: netfilter.Sport}
	case original && (name == "ip daddr" || name == "ip6 daddr" || name == "daddr"):
		return operand{field: netfilter.CtOrigDaddr, guards: familyOf(name)}
	case original && (name == "ip saddr" || name == "ip6 saddr" || name == "saddr"):
		return operand{field: netfilter.Saddr, guards: familyOf(name)}
	case name == "protocol":
		return operand{field: netfilter.Protocol}
	case name == "helper":
		return operand{never: true}
	case name == "bytes" || name == "packets" || name == "avgpkt":
		return depends(capture.Rate, "depends on how much a connection has carried")
	}
	return depends(capture.Other, strings.TrimSpace("depends on ct "+direction+" "+name))
}

func familyOf(name string) []netfilter.Expr {
	switch {
	case strings.HasPrefix(name, "ip6"):
		return []netfilter.Expr{ipv6()}
	case strings.HasPrefix(name, "ip"):
		return []netfilter.Expr{ipv4()}
	}
	return nil
}

// fib reads what the routing tables say about an address.
func fib(o map[string]any) operand {
	flags := list(o["flags"])
	has := func(name string) bool { return slices.ContainsFunc(flags, func(f any) bool { return text(f) == name }) }
	switch result := text(o["result"]); {
	case result == "type" && has("daddr"):
		f := netfilter.DaddrType
		if has("iif") {
			f = netfilter.DaddrTypeIn
		}
		return operand{field: f, names: addressTypes}
	case result == "type" && has("saddr"):
		return operand{field: netfilter.SaddrType, names: addressTypes}
	case (result == "oif" || result == "oifname") && has("saddr") && has("iif"):
		return operand{field: netfilter.ReversePath, names: map[string]uint64{"exists": 1, "missing": 0}}
	}
	return depends(capture.Route, "depends on the routes of the host ("+short(show(map[string]any{"fib": o}))+")")
}
