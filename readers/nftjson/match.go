package nftjson

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
)

// operands reads the left side of a match or the key of a map: one field, or several in a concatenation.
func operands(v any) []operand {
	if kind, x, ok := one(v); ok && kind == "concat" {
		var out []operand
		for _, part := range list(x) {
			out = append(out, operandOf(part))
		}
		return out
	}
	return []operand{operandOf(v)}
}

// guarded adds the matches that a packet must meet to have the fields, and returns the fields. If one of them is
// unknown, the rule gets a condition and guarded returns false.
func (r *ruleReader) guarded(list []operand) ([]netfilter.Field, bool) {
	var fields []netfilter.Field
	for _, o := range list {
		r.add(o.guards...)
	}
	for _, o := range list {
		if o.mask != 0 && len(list) > 1 {
			r.maybe(capture.Other, "depends on a mask that rolewall does not follow", true)
			return nil, false
		}
		if o.never {
			r.add(&netfilter.Never{})
			return nil, false
		}
		if o.maybe != nil {
			r.add(o.maybe)
			return nil, false
		}
		fields = append(fields, o.field)
	}
	return fields, true
}

// match reads a match.
func (r *ruleReader) match(o map[string]any) {
	left := operands(o["left"])
	op := text(o["op"])
	fields, ok := r.guarded(left)
	if !ok {
		return
	}
	right := o["right"]
	if len(left) == 0 || !slices.Contains(ops, op) || left[0].partly && op != "in" && op != "!" && left[0].mask == 0 {
		r.undecidedMatch(o)
		return
	}
	m := &netfilter.Match{Fields: fields, Not: op == "!=" || op == "!"}
	if len(left) == 1 && left[0].mask != 0 {
		m.Mask = netfilter.Number(left[0].mask)
	}
	if kind, x, ok := one(right); ok && kind == "set" {
		m.Set = r.setOf(left, list(x))
		r.add(m)
		return
	}
	if name, isName := strings.CutPrefix(text(right), "@"); isName {
		m.Set = r.named(name, left)
		r.add(m)
		return
	}
	if len(left) == 1 && left[0].flags && (op == "in" || op == "!") { // one of the bits is set, or none
		n, ok := left[0].bits(right)
		if !ok {
			r.undecidedMatch(o)
			return
		}
		m.Any, m.Set = true, netfilter.Values(netfilter.One(netfilter.Number(n)))
		r.add(m)
		return
	}
	if kind, _, ok := one(right); ok && kind == "|" || len(left) == 1 && left[0].flags && isList(right) { // just these bits are set
		n, ok := left[0].bits(right)
		if !ok {
			r.undecidedMatch(o)
			return
		}
		m.Set = netfilter.Values(netfilter.One(netfilter.Number(n)))
		r.add(m)
		return
	}
	if op == "<" || op == "<=" || op == ">" || op == ">=" {
		r.compare(m, left, op, right)
		return
	}
	if l, ok := right.([]any); ok && len(left) == 1 {
		m.Set = r.setOf(left, l)
	} else {
		m.Set = r.setOf(left, []any{right})
	}
	r.add(m)
}

// ops are the ways in which nft compares.
var ops = []string{"==", "!=", "in", "!", "<", "<=", ">", ">=", ""}

func isList(v any) bool {
	_, ok := v.([]any)
	return ok
}

// greatest returns the greatest value of a field that can be compared by order.
func greatest(f netfilter.Field) netfilter.Value {
	switch f {
	case netfilter.Saddr, netfilter.Daddr, netfilter.CtOrigDaddr:
		return netfilter.Value{Hi: ^uint64(0), Lo: ^uint64(0)}
	}
	return netfilter.Number(1<<32 - 1)
}

// compare reads a comparison by order.
func (r *ruleReader) compare(m *netfilter.Match, left []operand, op string, right any) {
	k, ok := key(right)
	if len(left) != 1 || !ok || !left[0].resolve(&k) {
		r.undecidedMatch(right)
		return
	}
	s := netfilter.Span{Last: greatest(left[0].field)}
	switch v := k.First; op {
	case "<", ">=":
		s.First, m.Not = v, op == "<"
	case ">", "<=":
		s.Last, m.Not = v, op == ">"
	}
	m.Set = netfilter.Values(s)
	r.add(m)
}

// undecidedMatch gives the rule a condition for a value that this package does not know.
func (r *ruleReader) undecidedMatch(v any) {
	r.maybe(capture.Other, "depends on a value that rolewall does not follow ("+short(show(v))+")", true)
}

// setOf reads a set inside the rule.
func (r *ruleReader) setOf(left []operand, values []any) *netfilter.Set {
	s := &netfilter.Set{Pos: r.pos(r.offset)}
	if !r.st.Grow(len(values)) {
		r.errorf(r.offset, "the sets of this host have more than %d elements", netfilter.MaxElements)
		return s
	}
	for _, v := range values {
		if kind, _, isSum := one(v); isSum && kind == "|" && left[0].flags {
			if n, known := left[0].bits(v); known {
				v = json.Number(strconv.FormatUint(n, 10))
			}
		}
		e, ok := element(v)
		if !ok || !resolveAll(left, e.Key) {
			r.checkRange(left, v)
			s.Missing = "depends on a value that rolewall does not follow (" + short(show(v)) + ")"
			continue
		}
		r.checkPorts(left, e.Key)
		s.Elements = append(s.Elements, e)
	}
	return s
}

func resolveAll(left []operand, keys []netfilter.Key) bool {
	if len(keys) != len(left) {
		return false
	}
	for i := range keys {
		if !left[i].resolve(&keys[i]) {
			return false
		}
	}
	return true
}

// limits holds the greatest number of some fields.
var limits = map[netfilter.Field]struct {
	last uint64
	what string
}{
	netfilter.Dport: {65535, "port"}, netfilter.Sport: {65535, "port"}, netfilter.CtOrigDport: {65535, "port"},
	netfilter.Protocol: {255, "protocol"}, netfilter.ICMPType: {255, "type of ICMP"}, netfilter.ICMPCode: {255, "code of ICMP"},
	netfilter.PacketMark: {1<<32 - 1, "mark"}, netfilter.ConnMark: {1<<32 - 1, "mark"},
}

// checkPortsAt reports numbers that a field cannot have.
func (r *reader) checkPortsAt(offset int, left []operand, keys []netfilter.Key) {
	for i, k := range keys {
		if l, limited := limits[left[i].field]; limited && (k.Last.Hi != 0 || k.Last.Lo > l.last) {
			r.errorf(offset, "%s %d is outside 0-%d", l.what, k.Last.Lo, l.last)
		} else if limited && k.Last.Lo < k.First.Lo {
			r.errorf(offset, "the range from %s %d to %d is reversed", l.what, k.First.Lo, k.Last.Lo)
		}
	}
}

func (r *ruleReader) checkPorts(left []operand, keys []netfilter.Key) {
	r.checkPortsAt(r.offset, left, keys)
}

// checkRange reports a number that no field has, such as a negative port.
func (r *ruleReader) checkRange(left []operand, v any) {
	if n, ok := number(v); ok && n < 0 && len(left) == 1 {
		r.errorf(r.offset, "%d is no value of a packet", n)
	}
}
