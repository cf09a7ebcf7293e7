package walk

import (
	"slices"

	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/budget"
	"rolewall/readers/netfilter/universe"
)

// answer is the result of a match.
type answer uint8

const (
	No answer = iota
	yes
	depends // depends on the condition of the op, or on a field that is unknown
)

// Try applies an op to all sources of the packet at once. The set holds the sources that match.
func (x *Packet) Try(o *op, st *State) (answer, universe.Set) {
	u := x.P.From
	switch o.Kind {
	case OpNever:
		return No, 0
	case opMaybe:
		return depends, u.All
	case OpNames:
		return x.tryNames(o), u.All
	case opSource:
		return x.invert(o, u.Of(o.source))
	case OpNumber:
		m := o.Expr.(*netfilter.Match)
		switch m.Fields[0] {
		case netfilter.SaddrType:
			return x.invert(o, x.sourceTypes(o.Spans))
		case netfilter.ReversePath, netfilter.RPFilter:
			s, ok := x.P.wayBack(m.Fields[0], x.Link)
			if !ok {
				return depends, u.All
			}
			if !netfilter.Holds(o.Spans, netfilter.Number(1)) {
				s = u.Minus(u.All, s)
			}
			return x.invert(o, s)
		}
		return x.tryNumber(m, o.Spans, st), u.All
	case OpTable:
		hits, ok := x.Lookup(o.Table, st)
		if ok == absent {
			if m := o.Expr.(*netfilter.Match); m.Not && m.Lack {
				return yes, u.All
			}
			return No, 0
		}
		if ok == unknown {
			return depends, u.All
		}
		s := universe.Set(0)
		for _, h := range hits {
			s = u.Or(s, h.From)
		}
		return x.invert(o, s)
	}
	return yes, u.All
}

// invert applies Not to a match of sources.
func (x *Packet) invert(o *op, s universe.Set) (answer, universe.Set) {
	u := x.P.From
	if o.Expr.(*netfilter.Match).Not {
		s = u.Minus(u.All, s)
	}
	if s == 0 {
		return No, 0
	}
	return yes, s
}

func (x *Packet) tryNames(o *op) answer {
	m := o.Expr.(*netfilter.Match)
	name := x.Link.Name
	if m.Fields[0] == netfilter.OutInterface {
		switch name = x.out; name {
		case "":
			return No // not for these packets
		case "?":
			return depends
		}
	}
	_, found := slices.BinarySearch(o.names, name)
	found = found || slices.ContainsFunc(o.wild, func(pattern string) bool { return MatchesName(pattern, name) })
	if found == m.Not {
		return No
	}
	return yes
}

func (x *Packet) tryNumber(m *netfilter.Match, spans []netfilter.Span, st *State) answer {
	v, k := x.number(m.Fields[0], st)
	switch k {
	case absent:
		if m.Not && m.Lack {
			return yes
		}
		return No
	case unknown:
		if m.Fields[0] == netfilter.CtState { // a packet with one of two states, which rules often treat alike
			if a := compares(m, spans, netfilter.Number(netfilter.StateInvalid)); a == compares(m, spans, netfilter.Number(netfilter.StateUntracked)) {
				return a
			}
		}
		return depends
	}
	return compares(m, spans, v)
}

// compares compares a value with the set of a match.
func compares(m *netfilter.Match, spans []netfilter.Span, v netfilter.Value) answer {
	found := false
	if m.Any {
		for _, s := range spans {
			found = found || v.And(s.First) != (netfilter.Value{})
		}
	} else {
		if m.Mask != (netfilter.Value{}) {
			v = v.And(m.Mask)
		}
		found = netfilter.Holds(spans, v)
	}
	if found == m.Not {
		return No
	}
	return yes
}

// kindHere returns the kind of the destination when addresses of other interfaces do not count as local.
func (x *Packet) kindHere() (netfilter.Value, knowledge) {
	switch here := x.P.here[x.Link.Name]; {
	case x.Kind != netfilter.TypeLocal:
		return netfilter.Number(x.Kind), known
	case here == nil:
		return netfilter.Value{}, unknown
	case netfilter.Holds(here.Spans, x.To):
		return netfilter.Number(netfilter.TypeLocal), known
	}
	return netfilter.Number(netfilter.TypeUnicast), known
}

// sourceTypes returns the sources with the given kinds of addresses. No source has an address of the host itself.
// A rule against sources that claim to does not affect others.
func (x *Packet) sourceTypes(kinds []netfilter.Span) universe.Set {
	u := x.P.From
	broadcast, multicast := u.Of(x.P.cast[0]), u.Of(x.P.cast[1])
	out := universe.Set(0)
	for kind, s := range map[uint64]universe.Set{netfilter.TypeBroadcast: broadcast, netfilter.TypeMulticast: multicast, netfilter.TypeUnicast: u.Minus(u.Minus(u.All, broadcast), multicast)} {
		if netfilter.Holds(kinds, netfilter.Number(kind)) {
			out = u.Or(out, s)
		}
	}
	return out
}

// hit is a group of a table that matches some sources.
type hit struct {
	From  universe.Set
	Group int
}

// Lookup returns the groups of a table that match the packet. The knowledge is absent if the packet lacks a field.
func (x *Packet) Lookup(t *table, st *State) ([]hit, knowledge) {
	var values [4]netfilter.Value
	for i, f := range t.fields {
		if f == netfilter.Saddr || f == netfilter.InInterface {
			continue
		}
		if f == netfilter.OutInterface && x.out == "" {
			return nil, absent
		}
		if f == netfilter.OutInterface || i >= len(values) {
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
	if t.hits != nil {
		x.P.Budget.Spend(1)
		return t.hits, known
	}
	var out []hit
	x.P.Budget.Spend(1 + len(groups)/4)
	for n, g := range groups {
		if !x.inGroup(t, g, values[:]) {
			continue
		}
		h := hit{x.P.From.All, first + n}
		if g.sources != nil {
			h.From = x.P.From.Of(g.sources)
		}
		out = append(out, h)
	}
	x.P.Budget.Spend(budget.LookCost * len(out))
	if len(t.fields) == 1 && t.fields[0] == netfilter.Saddr { // then nothing depends on the packet
		t.hits = out
	}
	return out, known
}

func (x *Packet) inGroup(t *table, g group, values []netfilter.Value) bool {
	for i, f := range t.fields {
		switch {
		case f == netfilter.Saddr:
		case f == netfilter.InInterface:
			if !MatchesName(g.key[i].Name, x.Link.Name) {
				return false
			}
		case !g.key[i].Contains(values[i]):
			return false
		}
	}
	return true
}
