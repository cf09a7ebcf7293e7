package netfilter

import (
	"slices"
)

// answer is the outcome of a match.
type answer uint8

const (
	no answer = iota
	yes
	depends // on the condition of the op, or on knowledge of the field
)

// try tries an op on all sources of the packet at once: the sources that match are in the set.
func (x *packet) try(o *op, st *state) (answer, setID) {
	u := x.p.from
	switch o.kind {
	case opNever:
		return no, 0
	case opMaybe:
		return depends, u.all
	case opNames:
		return x.tryNames(o), u.all
	case opSource:
		return x.invert(o, u.of(o.source))
	case opNumber:
		m := o.expr.(*Match)
		switch m.Fields[0] {
		case SaddrType:
			return x.invert(o, x.sourceTypes(o.spans))
		case ReversePath, RPFilter:
			s, ok := x.p.wayBack(m.Fields[0], x.link)
			if !ok {
				return depends, u.all
			}
			if !holds(o.spans, Number(1)) {
				s = u.minus(u.all, s)
			}
			return x.invert(o, s)
		}
		return x.tryNumber(m, o.spans, st), u.all
	case opTable:
		hits, ok := x.lookup(o.table, st)
		if ok == absent {
			return no, 0
		}
		if ok == unknown {
			return depends, u.all
		}
		s := setID(0)
		for _, h := range hits {
			s = u.or(s, h.from)
		}
		return x.invert(o, s)
	}
	return yes, u.all
}

// invert applies Not to a match of sources.
func (x *packet) invert(o *op, s setID) (answer, setID) {
	u := x.p.from
	if o.expr.(*Match).Not {
		s = u.minus(u.all, s)
	}
	if s == 0 {
		return no, 0
	}
	return yes, s
}

func (x *packet) tryNames(o *op) answer {
	m := o.expr.(*Match)
	name := x.link.name
	if m.Fields[0] == OutInterface {
		switch name = x.out; name {
		case "":
			return no // not on this way
		case "?":
			return depends
		}
	}
	if slices.ContainsFunc(o.names, func(pattern string) bool { return matchesName(pattern, name) }) == m.Not {
		return no
	}
	return yes
}

func (x *packet) tryNumber(m *Match, spans []Span, st *state) answer {
	v, k := x.number(m.Fields[0], st)
	switch k {
	case absent:
		return no
	case unknown:
		if m.Fields[0] == CtState { // one of two states, which rules often treat alike
			if a := m.holds(spans, Number(StateInvalid)); a == m.holds(spans, Number(StateUntracked)) {
				return a
			}
		}
		return depends
	}
	return m.holds(spans, v)
}

// holds compares a value with the set.
func (m *Match) holds(spans []Span, v Value) answer {
	found := false
	if m.Any {
		for _, s := range spans {
			found = found || v.and(s.First) != (Value{})
		}
	} else {
		if m.Mask != (Value{}) {
			v = v.and(m.Mask)
		}
		found = holds(spans, v)
	}
	if found == m.Not {
		return no
	}
	return yes
}

// kindHere is the kind of the destination, where addresses of other interfaces are not the host's own.
func (x *packet) kindHere() (Value, knowledge) {
	switch here := x.p.here[x.link.name]; {
	case x.kind != TypeLocal:
		return Number(x.kind), known
	case here == nil:
		return Value{}, unknown
	case holds(here.spans, x.to):
		return Number(TypeLocal), known
	}
	return Number(TypeUnicast), known
}

// sourceTypes are the sources of the given kinds of addresses. None is of the host itself: nobody else has its addresses, so a
// rule against those who pretend to changes nothing for others.
func (x *packet) sourceTypes(kinds []Span) setID {
	u := x.p.from
	broadcast, multicast := u.of(x.p.cast[0]), u.of(x.p.cast[1])
	out := setID(0)
	for kind, s := range map[uint64]setID{TypeBroadcast: broadcast, TypeMulticast: multicast, TypeUnicast: u.minus(u.minus(u.all, broadcast), multicast)} {
		if holds(kinds, Number(kind)) {
			out = u.or(out, s)
		}
	}
	return out
}

// hit is a group of a table that holds for some sources.
type hit struct {
	from  setID
	group int
}

// lookup finds the groups of a table that hold for the packet. absent says that it lacks a field.
func (x *packet) lookup(t *table, st *state) ([]hit, knowledge) {
	var values [4]Value
	for i, f := range t.fields {
		if f == Saddr || f == InInterface {
			continue
		}
		if f == OutInterface && x.out == "" {
			return nil, absent
		}
		if f == OutInterface || i >= len(values) {
			return nil, unknown
		}
		v, k := x.number(f, st)
		if k != known {
			return nil, k
		}
		values[i] = v
	}
	groups, first := t.groups, 0
	if t.ordered {
		groups, first = t.candidates(values[t.axis])
	}
	var out []hit
	for n, g := range groups {
		if !x.inGroup(t, g, values[:]) {
			continue
		}
		h := hit{x.p.from.all, first + n}
		if g.sources != nil {
			h.from = x.p.from.of(g.sources)
		}
		out = append(out, h)
	}
	return out, known
}

func (x *packet) inGroup(t *table, g group, values []Value) bool {
	for i, f := range t.fields {
		switch {
		case f == Saddr:
		case f == InInterface:
			if !matchesName(g.key[i].Name, x.link.name) {
				return false
			}
		case !g.key[i].contains(values[i]):
			return false
		}
	}
	return true
}
