package netfilter

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
