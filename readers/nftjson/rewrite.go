package nftjson

import (
	"net/netip"

	"rolewall/readers/netfilter"
)

// mangle reads statements that change marks. Other changes do not affect what reaches the host.
func (r *ruleReader) mangle(o map[string]any) {
	left := operandOf(o["key"])
	if left.maybe != nil || left.field != netfilter.PacketMark && left.field != netfilter.ConnMark {
		if left.field == netfilter.Dport || left.field == netfilter.Daddr || left.field == netfilter.Saddr {
			r.undecided(map[string]any{"mangle": o})
		}
		return
	}
	s := &netfilter.SetMark{Connection: left.field == netfilter.ConnMark}
	if !markValue(s, o["value"], left) {
		s.Unknown = true
	}
	r.add(s)
}

// markValue reads a number, the other mark, or a mark with changed bits.
func markValue(s *netfilter.SetMark, v any, left operand) bool {
	if n, ok := number(v); ok && n >= 0 && n < 1<<32 {
		s.Mask, s.Value = ^uint32(0), uint32(n)
		return true
	}
	kind, x, ok := one(v)
	if !ok {
		return false
	}
	switch kind {
	case "meta", "ct":
		o := operandOf(v)
		s.Mask = ^uint32(0)
		s.Copy = o.maybe == nil && (o.field == netfilter.PacketMark || o.field == netfilter.ConnMark) && o.field != left.field
		return s.Copy || o.maybe == nil && o.field == left.field && keep(s)
	case "|", "^", "&":
		parts := list(x)
		if len(parts) != 2 {
			return false
		}
		n, isNumber := number(parts[1])
		if !isNumber || !markValue(s, parts[0], left) || s.Copy {
			return false
		}
		bits := uint32(n)
		switch kind {
		case "|":
			s.Mask, s.Value = s.Mask|bits, s.Value&^bits|bits
		case "^":
			s.Value ^= bits
		case "&":
			s.Mask, s.Value = s.Mask|^bits, s.Value&bits
		}
		return true
	}
	return false
}

// keep makes the statement change nothing.
func keep(s *netfilter.SetMark) bool {
	s.Mask, s.Value = 0, 0
	return true
}

// nat reads the new destination of a connection.
func (r *ruleReader) nat(kind string, o map[string]any) {
	n := &netfilter.NAT{Redirect: kind == "redirect"}
	unknown := "depends on where the packet is led to (" + short(show(o)) + ")"
	if v := o["addr"]; v != nil {
		k, ok := key(v)
		if ok && k.Name == "" {
			n.Address = []netfilter.Span{k.Span}
		} else {
			n.Unknown = unknown
		}
	}
	if v := o["port"]; v != nil {
		k, ok := key(v)
		switch {
		case !ok || k.Name != "":
			n.Unknown = unknown
		case k.Last.Lo > 65535:
			r.errorf(r.offset, "port %d is outside 0-65535", k.Last.Lo)
		default:
			n.First, n.Last = uint16(k.First.Lo), uint16(k.Last.Lo)
		}
	}
	switch text(o["family"]) {
	case "ip":
		r.add(ipv4())
	case "ip6":
		r.add(ipv6())
	default:
		if a, err := netip.ParseAddr(text(o["addr"])); err == nil && r.table.Family == "inet" {
			r.add(map[bool]netfilter.Expr{true: ipv4(), false: ipv6()}[a.Is4()])
		}
	}
	r.add(n)
}
