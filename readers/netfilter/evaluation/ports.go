package evaluation

import (
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/bits"
	"rolewall/readers/netfilter/runs"
	"rolewall/readers/netfilter/walk"
)

// specific is a rule that compares a port or a type.
type specific struct {
	*walk.Step
	whole  bool // its result depends on more than the edges, so it is tried at every point
	second bool // it compares the second axis
}

// ports cuts the ports or types of a protocol. A rule starts and stops to match at the edges of the values that it
// names.
func (v *survey) ports(pt point, x walk.Packet, rules []*walk.Step) {
	first, last := uint32(0), uint32(0)
	pt.types, pt.ports = x.HasTypes(), walk.HasPorts(x.Proto)
	switch {
	case pt.types:
		last = 255
	case pt.ports:
		first, last = 1, 65535
	}
	active := bits.New(len(v.Rules))
	enter, leave := map[uint32][]int{}, map[uint32][]int{}
	spans := x.StateCuts()
	var special []specific
	for _, s := range rules {
		in, c, isSpecific := v.toggles(s, first, last)
		if !isSpecific {
			active.Add(s.Number)
			continue
		}
		if c.whole || c.second {
			special = append(special, c)
		}
		for i := range s.Ops {
			for _, f := range []netfilter.Field{netfilter.Dport, netfilter.ICMPType, netfilter.CtOrigDport} {
				spans = append(spans, s.Ops[i].SpansOf(f)...)
			}
		}
		for _, r := range in {
			spans = append(spans, netfilter.Span{First: netfilter.Number(uint64(r.First)), Last: netfilter.Number(uint64(r.Last))})
			enter[r.First] = append(enter[r.First], s.Number)
			leave[r.Last+1] = append(leave[r.Last+1], s.Number)
		}
	}
	for _, r := range cuts(spans, first, last) {
		if v.tooLarge() {
			return
		}
		for _, n := range leave[r.First] {
			active.Clear(n)
		}
		for _, n := range enter[r.First] {
			active.Add(n)
		}
		pt.a1, x.A1, x.AskedA1 = r, uint64(r.First), uint64(r.First)
		v.second(pt, x, active, special)
	}
}

// toggles returns the ranges of the first axis in which a rule may match.
func (v *survey) toggles(s *walk.Step, first, last uint32) ([]runs.Run, specific, bool) {
	c := specific{Step: s}
	in := []netfilter.Span{{First: netfilter.Number(uint64(first)), Last: netfilter.Number(uint64(last))}}
	isSpecific := false
	for i := range s.Ops {
		o := &s.Ops[i]
		fields := walk.FieldsOf(o.Expr)
		if !walk.Axes.HasAny(fields) {
			continue
		}
		isSpecific = true
		c.second = c.second || walk.SecondAxis.HasAny(fields)
		m, isMatch := o.Expr.(*netfilter.Match)
		if !isMatch || o.Kind != walk.OpNumber || i >= s.Head || m.Mask != (netfilter.Value{}) || m.Any || !(walk.SetOf(netfilter.Dport, netfilter.ICMPType)).Has(m.Fields[0]) {
			c.whole = true
			continue
		}
		spans := o.Spans
		if m.Not {
			spans = netfilter.Without([]netfilter.Span{{First: netfilter.Number(0), Last: netfilter.Number(65535)}}, spans)
		}
		in = common(in, spans)
	}
	var out []runs.Run
	for _, r := range in {
		out = append(out, runs.Run{First: uint32(r.First.Lo), Last: uint32(r.Last.Lo)})
	}
	return out, c, isSpecific
}

// common returns the values that are in both of two sorted lists of small numbers.
func common(a, b []netfilter.Span) []netfilter.Span {
	var out []netfilter.Span
	for len(a) > 0 && len(b) > 0 {
		s := a[0]
		if b[0].First.Compare(s.First) > 0 {
			s.First = b[0].First
		}
		if b[0].Last.Compare(s.Last) < 0 {
			s.Last = b[0].Last
		}
		if s.First.Compare(s.Last) <= 0 {
			out = append(out, s)
		}
		if a[0].Last.Compare(b[0].Last) < 0 {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return out
}

// second cuts the source ports or codes, if a rule that can match here compares them.
func (v *survey) second(pt point, x walk.Packet, active bits.Set, special []specific) {
	first, last := uint32(0), uint32(0)
	switch {
	case pt.types:
		last = 255
	case pt.ports:
		first, last = 1, 65535
	}
	var spans []netfilter.Span
	for _, c := range special {
		if c.second && active.Has(c.Number) {
			for i := range c.Ops {
				spans = append(append(spans, c.Ops[i].SpansOf(netfilter.Sport)...), c.Ops[i].SpansOf(netfilter.ICMPCode)...)
			}
		}
	}
	for _, r := range cuts(spans, first, last) {
		if v.tooLarge() {
			return
		}
		v.Budget.Spend(pointCost)
		pt.a2, x.A2 = r, uint64(r.First)
		x.State = x.TrackState()
		pt.invalid = x.State == netfilter.StateInvalid
		pt.results = v.at(pt, x, active, special)
		v.points = append(v.points, pt)
	}
}
