package netfilter

import (
	"encoding/binary"
	"slices"

	"rolewall/ruleset"
)

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

// specific is a rule that asks for a port or a type.
type specific struct {
	*step
	whole  bool // more than toggling decides: it is tried at every point
	second bool // it names the second axis
}

// stateCuts are the types of ICMP at which connection tracking or hop limits change.
func (x *packet) stateCuts() []Span {
	if !x.hasTypes() {
		return nil
	}
	list := []uint64{8, 13, 15, 17}
	if x.p.v6 {
		list = []uint64{128, 130, 131, 132, 133, 134, 135, 136, 137, 139, 141, 142, 143, 151, 152}
	}
	var out []Span
	for _, n := range list {
		out = append(out, One(Number(n)))
	}
	return out
}

// ports cuts the ports, or the types, of a protocol. Rules enter and leave at the edges of what they name.
func (v *survey) ports(pt point, x packet, rules []*step) {
	first, last := uint32(0), uint32(0)
	pt.types, pt.ports = x.hasTypes(), hasPorts(x.proto)
	switch {
	case pt.types:
		last = 255
	case pt.ports:
		first, last = 1, 65535
	}
	active := newBits(len(v.rules))
	enter, leave := map[uint32][]int{}, map[uint32][]int{}
	spans := x.stateCuts()
	var special []specific
	for _, s := range rules {
		in, c, isSpecific := v.toggles(s, first, last)
		if !isSpecific {
			active.set(s.number)
			continue
		}
		if c.whole || c.second {
			special = append(special, c)
		}
		for i := range s.ops {
			for _, f := range []Field{Dport, ICMPType, CtOrigDport} {
				spans = append(spans, s.ops[i].spansOf(f)...)
			}
		}
		for _, r := range in {
			spans = append(spans, Span{Number(uint64(r.first)), Number(uint64(r.last))})
			enter[r.first] = append(enter[r.first], s.number)
			leave[r.last+1] = append(leave[r.last+1], s.number)
		}
	}
	for _, r := range cuts(spans, first, last) {
		for _, n := range leave[r.first] {
			active.clear(n)
		}
		for _, n := range enter[r.first] {
			active.set(n)
		}
		pt.a1, x.a1, x.askedA1 = r, uint64(r.first), uint64(r.first)
		v.second(pt, x, active, special)
	}
}

// toggles returns the runs of the first axis in which the head of a rule may match.
func (v *survey) toggles(s *step, first, last uint32) ([]run, specific, bool) {
	c := specific{step: s}
	in := []Span{{Number(uint64(first)), Number(uint64(last))}}
	isSpecific := false
	for i := range s.ops {
		o := &s.ops[i]
		fields := fieldsOf(o.expr)
		if !axes.hasAny(fields) {
			continue
		}
		isSpecific = true
		c.second = c.second || secondAxis.hasAny(fields)
		m, isMatch := o.expr.(*Match)
		if !isMatch || o.kind != opNumber || i >= s.head || m.Mask != (Value{}) || m.Any || !(setOf(Dport, ICMPType)).has(m.Fields[0]) {
			c.whole = true
			continue
		}
		spans := o.spans
		if m.Not {
			spans = without([]Span{{Number(0), Number(65535)}}, spans)
		}
		in = common(in, spans)
	}
	var out []run
	for _, r := range in {
		out = append(out, run{uint32(r.First.Lo), uint32(r.Last.Lo)})
	}
	return out, c, isSpecific
}

// common returns the values of two sorted lists of small numbers.
func common(a, b []Span) []Span {
	var out []Span
	for len(a) > 0 && len(b) > 0 {
		s := a[0]
		if b[0].First.compare(s.First) > 0 {
			s.First = b[0].First
		}
		if b[0].Last.compare(s.Last) < 0 {
			s.Last = b[0].Last
		}
		if s.First.compare(s.Last) <= 0 {
			out = append(out, s)
		}
		if a[0].Last.compare(b[0].Last) < 0 {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return out
}

// second cuts the source ports, or the codes, where a rule that can match here names one.
func (v *survey) second(pt point, x packet, active bits, special []specific) {
	first, last := uint32(0), uint32(0)
	switch {
	case pt.types:
		last = 255
	case pt.ports:
		first, last = 1, 65535
	}
	var spans []Span
	for _, c := range special {
		if c.second && active.has(c.number) {
			for i := range c.ops {
				spans = append(append(spans, c.ops[i].spansOf(Sport)...), c.ops[i].spansOf(ICMPCode)...)
			}
		}
	}
	for _, r := range cuts(spans, first, last) {
		if v.tooLarge() {
			return
		}
		pt.a2, x.a2 = r, uint64(r.first)
		x.state = x.trackState()
		pt.invalid = x.state == StateInvalid
		pt.results = v.at(pt, x, active, special)
		v.points = append(v.points, pt)
	}
}

// at returns what becomes of the packet. Packets for which the same rules match with the same outcome share a walk.
func (v *survey) at(pt point, x packet, active bits, special []specific) []result {
	key := binary.LittleEndian.AppendUint64(v.key[:0], x.state)
	all := active
	copied := false
	var tail []byte
	for _, c := range special {
		if !active.has(c.number) {
			continue
		}
		alive := true
		tail, alive = v.outcome(c.step, &x, tail)
		if !alive {
			if !copied {
				all, copied = slices.Clone(active), true
			}
			all.clear(c.number)
		}
	}
	v.work += len(all)/8 + 1
	for _, w := range all {
		key = binary.LittleEndian.AppendUint64(key, w)
	}
	key = append(key, tail...)
	if len(v.hooks[Ingress]) > 0 || v.alone(all) {
		for _, n := range []uint64{uint64(pt.link), uint64(pt.dest), x.proto, x.a1, x.a2} {
			key = binary.LittleEndian.AppendUint64(key, n)
		}
	}
	v.key = key
	if r, known := v.memo[string(key)]; known {
		return r
	}
	w := &walk{packet: &x, active: all}
	if !copied {
		w.active = slices.Clone(active)
	}
	r := v.settle(w.follow())
	v.memo[string(key)] = r
	return r
}

// tooLarge reports whether the rules are more than an evaluation follows.
func (v *survey) tooLarge() bool { return v.work > maxWork || len(v.points) > maxPoints }

// outcome tries those ops of a rule that name an axis, and writes down what they say.
func (v *survey) outcome(s *step, x *packet, tail []byte) ([]byte, bool) {
	for i := range s.ops {
		o := &s.ops[i]
		fields := fieldsOf(o.expr)
		if !axes.hasAny(fields) {
			continue
		}
		if i >= s.head && o.kind != opMap || walkFields.hasAny(fields) {
			tail = binary.LittleEndian.AppendUint64(tail, x.a1<<32|x.a2)
			continue
		}
		if o.kind == opMap {
			hits, k := x.lookup(o.table, &state{})
			tail = append(tail, byte(k), byte(len(hits)))
			for _, h := range hits {
				tail = binary.LittleEndian.AppendUint64(tail, uint64(h.group)<<32|uint64(h.from))
			}
			continue
		}
		a, from := x.try(o, &state{})
		if a == no {
			return tail, false
		}
		tail = binary.LittleEndian.AppendUint32(tail, uint32(from))
	}
	return tail, true
}

// alone reports whether a rule that can match asks for more than the rules that match tell: the walk is then of this packet alone.
func (v *survey) alone(active bits) bool {
	for _, s := range v.loners {
		if active.has(s.number) {
			return true
		}
	}
	return false
}
