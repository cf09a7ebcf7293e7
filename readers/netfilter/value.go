package netfilter

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
)

// Value is a number, or an address as a number. Rules compare values, except names of interfaces.
type Value struct{ Hi, Lo uint64 }

// Number returns a number as a Value.
func Number(n uint64) Value { return Value{Lo: n} }

// Address returns an address as a Value. IPv4 uses the lowest 32 bits.
func Address(a netip.Addr) Value {
	if a.Is4() {
		b := a.As4()
		return Value{Lo: uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return Value{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// Addr returns the Value as an address. v6 says which family.
func (v Value) Addr(v6 bool) netip.Addr {
	if !v6 {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(v.Lo))
		return netip.AddrFrom4(b)
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], v.Hi)
	binary.BigEndian.PutUint64(b[8:], v.Lo)
	return netip.AddrFrom16(b)
}

// Compare orders values.
func (v Value) Compare(w Value) int {
	if v.Hi != w.Hi {
		return cmp.Compare(v.Hi, w.Hi)
	}
	return cmp.Compare(v.Lo, w.Lo)
}

// And returns the bits that are set in both.
func (v Value) And(w Value) Value { return Value{v.Hi & w.Hi, v.Lo & w.Lo} }

// Next returns the value after v.
func (v Value) Next() Value {
	v.Lo++
	if v.Lo == 0 {
		v.Hi++
	}
	return v
}

// Prev returns the value before v.
func (v Value) Prev() Value {
	if v.Lo == 0 {
		v.Hi--
	}
	v.Lo--
	return v
}

// LastValue returns the highest address of a family.
func LastValue(v6 bool) Value {
	if v6 {
		return Value{^uint64(0), ^uint64(0)}
	}
	return Value{Lo: 1<<32 - 1}
}

// Span is a range of values, both ends included.
type Span struct{ First, Last Value }

// One returns the span of a single value.
func One(v Value) Span { return Span{v, v} }

// PrefixSpan returns the span of a prefix.
func PrefixSpan(p netip.Prefix) Span {
	first := Address(p.Masked().Addr())
	last := first
	switch host := p.Addr().BitLen() - p.Bits(); {
	case host >= 64:
		last.Lo = ^uint64(0)
		last.Hi |= 1<<(host-64) - 1
	default:
		last.Lo |= 1<<host - 1
	}
	return Span{first, last}
}

// Contains reports whether v lies in the span.
func (s Span) Contains(v Value) bool { return s.First.Compare(v) <= 0 && v.Compare(s.Last) <= 0 }

// JoinSpans sorts spans and unites those that overlap or touch.
func JoinSpans(list []Span) []Span {
	if len(list) < 2 {
		return list
	}
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b Span) int { return cmp.Or(a.First.Compare(b.First), a.Last.Compare(b.Last)) })
	out := sorted[:1]
	for _, s := range sorted[1:] {
		end := &out[len(out)-1]
		if s.First.Compare(end.Last) <= 0 || s.First == end.Last.Next() {
			if s.Last.Compare(end.Last) > 0 {
				end.Last = s.Last
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// Holds reports whether one of sorted, disjoint spans contains v.
func Holds(spans []Span, v Value) bool {
	i, exact := slices.BinarySearchFunc(spans, v, func(s Span, v Value) int { return s.First.Compare(v) })
	if exact {
		return true
	}
	return i > 0 && spans[i-1].Contains(v)
}

// Without returns the values in spans that are not in others. Both are sorted.
func Without(spans, others []Span) []Span {
	var out []Span
	for _, s := range spans {
		first, open := s.First, true
		for _, o := range others {
			if o.Last.Compare(first) < 0 {
				continue
			}
			if o.First.Compare(s.Last) > 0 {
				break
			}
			if o.First.Compare(first) > 0 {
				out = append(out, Span{first, o.First.Prev()})
			}
			if o.Last.Compare(s.Last) >= 0 {
				open = false
				break
			}
			first = o.Last.Next()
		}
		if open {
			out = append(out, Span{first, s.Last})
		}
	}
	return out
}

// Spans are sorted, disjoint spans.
type Spans []Span

// Plus returns the values that are in s or x.
func (s Spans) Plus(x Span) Spans { return JoinSpans(append(slices.Clone(s), x)) }

// Minus returns the values of s that are not in x.
func (s Spans) Minus(x Span) Spans { return Without(s, []Span{x}) }
