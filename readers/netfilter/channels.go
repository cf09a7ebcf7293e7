package netfilter

import (
	"encoding/binary"
	"slices"

	"rolewall/ruleset"
)

// point is traffic that all rules treat alike, with what becomes of it.
type point struct {
	link, dest int
	protocols  []uint64
	a1, a2     run
	types      bool // a1 and a2 are types and codes
	ports      bool
	invalid    bool // begins nothing
	results    []result
}

// survey finds what becomes of all traffic: it cuts it into points and walks once for all points in which the same rules match.
type survey struct {
	*program
	dests  []destination
	points []point
	memo   map[string][]result
	key    []byte

	remotes map[setID]ruleset.Sources
}

func (p *program) survey() *survey {
	v := &survey{program: p, dests: p.destinations(), memo: map[string][]result{}, remotes: map[setID]ruleset.Sources{}}
	for li, l := range p.links {
		x := packet{p: p, link: l}
		onLink := v.alive(p.rules, &x, linkFields)
		for di, d := range v.dests {
			if d.kind != TypeLocal && !v.namesDests {
				continue // what holds for the host's addresses holds for groups
			}
			x.to, x.kind, x.asked = d.address, d.kind, d.address
			toDest := v.alive(onLink, &x, destFields|linkFields)
			v.protocols(li, di, x, toDest)
		}
	}
	return v
}

// alive returns the rules that no field of the set keeps from matching.
func (v *survey) alive(rules []*step, x *packet, fields fieldSet) []*step {
	var out []*step
	for _, s := range rules {
		if !v.dead(s, x, fields) {
			out = append(out, s)
		}
	}
	return out
}

func (v *survey) dead(s *step, x *packet, fields fieldSet) bool {
	for i := range s.ops[:s.head] {
		o := &s.ops[i]
		if o.kind == opNever {
			return true
		}
		if o.kind != opNames && o.kind != opNumber && o.kind != opTable {
			continue
		}
		if m := o.expr.(*Match); !fields.hasAll(m.Fields) {
			continue
		}
		if a, _ := x.try(o, &state{}); a == no {
			return true
		}
	}
	return false
}

// spansIn returns what the rules name of a field.
func spansIn(rules []*step, f Field) []Span {
	var out []Span
	for _, s := range rules {
		for i := range s.ops {
			out = append(out, s.ops[i].spansOf(f)...)
		}
	}
	return out
}

func (o *op) spansOf(f Field) []Span {
	if o.table != nil {
		return o.table.axisSpans(f)
	}
	if m, ok := o.expr.(*Match); ok && o.kind == opNumber && m.Fields[0] == f {
		if m.Mask != (Value{}) || m.Any {
			return everyNumber
		}
		return o.spans
	}
	return nil
}

// everyNumber cuts at every number: a mask makes a difference anywhere. Masks are of no use with ports, and rare.
var everyNumber = func() []Span {
	out := make([]Span, 256)
	for i := range out {
		out[i] = One(Number(uint64(i)))
	}
	return out
}()

// cuts returns the runs from first to last into which spans cut the numbers.
func cuts(spans []Span, first, last uint32) []run {
	starts := []uint32{first}
	for _, s := range spans {
		if s.First.Hi == 0 && s.First.Lo > uint64(first) && s.First.Lo <= uint64(last) {
			starts = append(starts, uint32(s.First.Lo))
		}
		if s.Last.Hi == 0 && s.Last.Lo >= uint64(first) && s.Last.Lo < uint64(last) {
			starts = append(starts, uint32(s.Last.Lo)+1)
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	out := make([]run, len(starts))
	for i, s := range starts {
		out[i] = run{s, last}
		if i > 0 {
			out[i-1].last = s - 1
		}
	}
	return out
}

// protocols cuts the protocols.
func (v *survey) protocols(li, di int, x packet, rules []*step) {
	spans := append(spansIn(rules, Protocol), spansIn(rules, NextHeader)...)
	for _, n := range []uint64{protoICMP, protoTCP, protoUDP, protoAH, protoICMPv6} {
		spans = append(spans, One(Number(n)))
	}
	classes := map[string]int{} // rules that are alive: protocols of the same are one
	var out []point
	var of [][]*step
	for _, r := range cuts(spans, 0, 255) {
		x.proto = uint64(r.first)
		var numbers []uint64
		for n := r.first; n <= r.last; n++ {
			if !v.v6 || !slices.Contains([]uint32{0, 43, 44, 59, 60}, n) { // extension headers
				numbers = append(numbers, uint64(n))
			}
		}
		if len(numbers) == 0 {
			continue
		}
		live := v.alive(rules, &x, protocolFields|destFields|linkFields)
		special := hasPorts(x.proto) || x.proto == protoICMP || x.proto == protoICMPv6 || x.proto == protoAH
		key := v.key[:0]
		for _, s := range live {
			key = binary.LittleEndian.AppendUint32(key, uint32(s.number))
		}
		v.key = key
		if n, known := classes[string(key)]; known && !special {
			out[n].protocols = append(out[n].protocols, numbers...)
			continue
		}
		if !special {
			classes[string(key)] = len(out)
		}
		out = append(out, point{link: li, dest: di, protocols: numbers})
		of = append(of, live)
	}
	for i, pt := range out {
		x.proto = pt.protocols[0]
		v.ports(pt, x, of[i])
	}
}

// fieldSet is a set of fields.
type fieldSet uint32

func setOf(fields ...Field) fieldSet {
	var s fieldSet
	for _, f := range fields {
		s |= 1 << f
	}
	return s
}

func (s fieldSet) has(f Field) bool { return s>>f&1 != 0 }

func (s fieldSet) hasAny(fields []Field) bool {
	return slices.ContainsFunc(fields, s.has)
}

func (s fieldSet) hasAll(fields []Field) bool {
	return !slices.ContainsFunc(fields, func(f Field) bool { return !s.has(f) })
}

// Fields by what decides them.
var (
	linkFields     = setOf(Family, InInterface, IPsecIn, FragOffset, CtDirection)
	destFields     = setOf(Daddr, DaddrType, DaddrTypeIn, PacketType)
	protocolFields = setOf(Protocol, NextHeader, TCPFlags, AuthHeader)
	firstAxis      = setOf(Dport, ICMPType, CtOrigDport)
	secondAxis     = setOf(Sport, ICMPCode)
	axes           = firstAxis | secondAxis
	walkFields     = setOf(CtState, CtStatus, CtOrigDaddr, CtOrigDport, PacketMark, ConnMark)
)
