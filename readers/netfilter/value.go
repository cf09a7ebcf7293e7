package netfilter

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
)

// Value is a number, or an address as a number: everything that a rule compares, but names of interfaces.
type Value struct{ Hi, Lo uint64 }

// Number is a value of up to 64 bits.
func Number(n uint64) Value { return Value{Lo: n} }

// Address is an address as a value; IPv4 takes the lowest 32 bits.
func Address(a netip.Addr) Value {
	if a.Is4() {
		b := a.As4()
		return Value{Lo: uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return Value{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// addr is the address of a value.
func (v Value) addr(v6 bool) netip.Addr {
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

func (v Value) compare(w Value) int {
	if v.Hi != w.Hi {
		return cmp.Compare(v.Hi, w.Hi)
	}
	return cmp.Compare(v.Lo, w.Lo)
}

func (v Value) and(w Value) Value { return Value{v.Hi & w.Hi, v.Lo & w.Lo} }

func (v Value) next() Value {
	v.Lo++
	if v.Lo == 0 {
		v.Hi++
	}
	return v
}

func (v Value) prev() Value {
	if v.Lo == 0 {
		v.Hi--
	}
	v.Lo--
	return v
}

// lastValue is the greatest address of a family.
func lastValue(v6 bool) Value {
	if v6 {
		return Value{^uint64(0), ^uint64(0)}
	}
	return Value{Lo: 1<<32 - 1}
}

// Span is a run of values, both ends included.
type Span struct{ First, Last Value }

// One is the span of a single value.
func One(v Value) Span { return Span{v, v} }

// PrefixSpan is the span of a prefix.
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

func (s Span) contains(v Value) bool { return s.First.compare(v) <= 0 && v.compare(s.Last) <= 0 }

// joinSpans sorts spans and unites those that overlap or follow one another.
func joinSpans(list []Span) []Span {
	if len(list) < 2 {
		return list
	}
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b Span) int { return cmp.Or(a.First.compare(b.First), a.Last.compare(b.Last)) })
	out := sorted[:1]
	for _, s := range sorted[1:] {
		end := &out[len(out)-1]
		if s.First.compare(end.Last) <= 0 || s.First == end.Last.next() {
			if s.Last.compare(end.Last) > 0 {
				end.Last = s.Last
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// holds reports whether one of sorted, disjoint spans contains v.
func holds(spans []Span, v Value) bool {
	i, exact := slices.BinarySearchFunc(spans, v, func(s Span, v Value) int { return s.First.compare(v) })
	if exact {
		return true
	}
	return i > 0 && spans[i-1].contains(v)
}

// without returns the values of sorted spans that others, sorted too, lack.
func without(spans, others []Span) []Span {
	var out []Span
	for _, s := range spans {
		first, open := s.First, true
		for _, o := range others {
			if o.Last.compare(first) < 0 {
				continue
			}
			if o.First.compare(s.Last) > 0 {
				break
			}
			if o.First.compare(first) > 0 {
				out = append(out, Span{first, o.First.prev()})
			}
			if o.Last.compare(s.Last) >= 0 {
				open = false
				break
			}
			first = o.Last.next()
		}
		if open {
			out = append(out, Span{first, s.Last})
		}
	}
	return out
}

// Spans are sorted, disjoint spans.
type Spans []Span

// Plus returns the values of both.
func (s Spans) Plus(x Span) Spans { return joinSpans(append(slices.Clone(s), x)) }

// Minus returns the values that x lacks.
func (s Spans) Minus(x Span) Spans { return without(s, []Span{x}) }
