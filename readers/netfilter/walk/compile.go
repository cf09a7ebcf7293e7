package walk

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/universe"
)

// Block is a compiled chain.
type Block struct {
	Chain *netfilter.Chain
	Table *netfilter.Table
	Steps []*Step
	depth int // depth of jumps below it; 0 before it is computed
}

// op is a compiled expression.
type op struct {
	Expr   netfilter.Expr
	Table  *table           // for Match and VerdictMap
	names  []string         // for a match on an interface, sorted
	wild   []string         // those of names that end with *
	Spans  []netfilter.Span // for a match on one field of numbers
	source *universe.Named  // for a match on only the source
	target *Block           // for Jump and Goto
	blocks []*Block         // for VerdictMap, one for each group
	order  *targets         // of the blocks; nil before live sorts them
	Kind   opKind
	cond   int // condition of a Maybe or of an unknown set; -1 for none
}

// alone reports whether the result of an op depends on more than whether its rule matches.
func alone(o op) bool {
	if _, ok := o.Expr.(*netfilter.NAT); ok {
		return true
	}
	fields := FieldsOf(o.Expr)
	if o.Kind == OpMap && slices.ContainsFunc(fields, func(f netfilter.Field) bool { return f != netfilter.Saddr && !Axes.Has(f) && !WalkFields.Has(f) }) {
		return true
	}
	return SetOf(netfilter.CtOrigDaddr, netfilter.CtOrigDport, netfilter.ReversePath, netfilter.RPFilter, netfilter.DaddrTypeIn).HasAny(fields)
}

// setsMarks reports whether a rule of the host sets marks of packets.
func setsMarks(st *netfilter.State) bool {
	for _, t := range st.Tables {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				for _, e := range r.Exprs {
					if m, ok := e.(*netfilter.SetMark); ok && !m.Connection {
						return true
					}
				}
			}
		}
	}
	return false
}

// block compiles a chain and the chains that it leads to.
func (p *Program) block(t *netfilter.Table, c *netfilter.Chain, errs *diag.List) *Block {
	b := p.chains[c]
	if b == nil {
		b = &Block{Chain: c, Table: t}
		p.chains[c] = b
		p.compile(b, errs)
	}
	return b
}

// compile compiles the rules of a chain. Their numbers are consecutive.
func (p *Program) compile(b *Block, errs *diag.List) {
	for i, r := range b.Chain.Rules {
		s := &Step{Rule: r, Block: b, Number: len(p.Rules), at: i + 1, Head: -1}
		p.Rules = append(p.Rules, s)
		b.Steps = append(b.Steps, s)
	}
	for _, s := range b.Steps {
		for _, e := range s.Rule.Exprs {
			if p.foreign(e) {
				e = &netfilter.Never{}
			}
			o := p.op(s, e, errs)
			if o.Kind == OpNever {
				s.Ops = append(s.Ops, o)
				break // no packet reaches what follows
			}
			if o.Kind >= OpMap || o.Kind == opStatement {
				if s.Head < 0 {
					s.Head = len(s.Ops)
				}
			}
			s.Ops = append(s.Ops, o)
		}
		if s.Head < 0 {
			s.Head = len(s.Ops)
		}
	}
}

// foreign reports whether a match is for the other family.
func (p *Program) foreign(e netfilter.Expr) bool {
	m, ok := e.(*netfilter.Match)
	if !ok || len(m.Fields) != 1 || m.Fields[0] != netfilter.Family || m.Set.Missing != "" || m.Set.Dynamic {
		return false
	}
	family := netfilter.Number(4)
	if p.V6 {
		family = netfilter.Number(6)
	}
	return netfilter.Holds(spansOf(m.Set), family) == m.Not
}

// op compiles an expression.
func (p *Program) op(s *Step, e netfilter.Expr, errs *diag.List) op {
	o := op{Expr: e, cond: -1}
	switch e := e.(type) {
	case *netfilter.Never:
		o.Kind = OpNever
	case *netfilter.Maybe:
		o.Kind = opMaybe
		o.cond = p.maybe(s, e)
	case *netfilter.Match:
		p.match(s, e, &o)
	case *netfilter.VerdictMap:
		o.Kind = OpMap
		o.Table = p.table(e.Fields, e.Set)
		p.uses(e.Fields)
		if e.Set.Missing != "" || e.Set.Dynamic {
			o.cond = p.unknownSet(s, e.Set)
		}
		for _, g := range o.Table.groups {
			o.blocks = append(o.blocks, p.goal(s, g.verdict, errs))
		}
	case *netfilter.Verdict:
		o.Kind = opVerdict
		o.target = p.goal(s, e, errs)
		switch e.Kind {
		case netfilter.Queue:
			o.cond = p.maybe(s, &netfilter.Maybe{Kind: capture.Program, Text: e.Why})
		case netfilter.Undecided:
			o.cond = p.maybe(s, &netfilter.Maybe{Kind: capture.Other, Text: e.Why, Own: true})
		}
	case *netfilter.NAT:
		p.nat = true
		p.redirects = p.redirects || e.Redirect
	}
	return o
}

// match compiles a match.
func (p *Program) match(s *Step, m *netfilter.Match, o *op) {
	p.uses(m.Fields)
	if m.Set.Missing != "" || m.Set.Dynamic {
		o.Kind, o.cond = opMaybe, p.unknownSet(s, m.Set)
		return
	}
	if len(m.Fields) > 1 {
		o.Kind, o.Table = OpTable, p.table(m.Fields, m.Set)
		if slices.ContainsFunc(m.Fields, func(f netfilter.Field) bool {
			return (SetOf(netfilter.SaddrType, netfilter.ReversePath, netfilter.RPFilter)).Has(f)
		}) {
			o.Kind, o.cond = opMaybe, p.maybe(s, &netfilter.Maybe{Kind: capture.Other, Text: "depends on a match that rolewall does not follow", Own: true})
		}
		return
	}
	switch f := m.Fields[0]; f {
	case netfilter.InInterface, netfilter.OutInterface:
		o.Kind = OpNames
		for _, e := range m.Set.Elements {
			o.names = append(o.names, e.Key[0].Name)
		}
		slices.Sort(o.names)
		o.wild = slices.DeleteFunc(slices.Clone(o.names), func(n string) bool { return !strings.HasSuffix(n, "*") })
	case netfilter.Saddr:
		o.Kind = opSource
		key := tableKey{m.Set, "source"}
		t := p.tables[key]
		if t == nil {
			t = &table{groups: []group{{sources: &universe.Named{Spans: spansOf(m.Set)}}}}
			p.tables[key] = t
			p.From.Add(t.groups[0].sources)
		}
		o.source = t.groups[0].sources
	default:
		o.Kind = OpNumber
		key := tableKey{m.Set, "number"}
		t := p.tables[key]
		if t == nil {
			t = &table{groups: []group{{sources: &universe.Named{Spans: spansOf(m.Set)}}}}
			p.tables[key] = t
		}
		o.Spans = t.groups[0].sources.Spans
		if f == netfilter.Daddr || f == netfilter.CtOrigDaddr {
			p.to.Add(t.groups[0].sources)
		}
	}
}

// uses records the fields that rules compare.
func (p *Program) uses(fields []netfilter.Field) {
	if slices.Contains(fields, netfilter.IPsecIn) {
		p.ipsec = true
	}
}

// spansOf returns the values of a set with one field.
func spansOf(s *netfilter.Set) []netfilter.Span {
	out := make([]netfilter.Span, 0, len(s.Elements))
	for _, e := range s.Elements {
		out = append(out, e.Key[0].Span)
	}
	return netfilter.JoinSpans(out)
}

// table compiles a set for lookups by the fields, once for each set.
func (p *Program) table(fields []netfilter.Field, set *netfilter.Set) *table {
	var name strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&name, "%d,", f)
	}
	key := tableKey{set, name.String()}
	t := p.tables[key]
	if t != nil {
		return t
	}
	t = newTable(fields, set)
	p.tables[key] = t
	for _, g := range t.groups {
		if g.sources != nil {
			p.From.Add(g.sources)
		}
	}
	for _, f := range []netfilter.Field{netfilter.Daddr, netfilter.CtOrigDaddr} {
		for _, s := range t.axisSpans(f) {
			p.to.Add(&universe.Named{Spans: []netfilter.Span{s}})
		}
	}
	return t
}

// SpansOf returns the values of a field that an op names.
func (o *op) SpansOf(f netfilter.Field) []netfilter.Span {
	if o.Table != nil {
		return o.Table.axisSpans(f)
	}
	if m, ok := o.Expr.(*netfilter.Match); ok && o.Kind == OpNumber && m.Fields[0] == f {
		if m.Mask != (netfilter.Value{}) || m.Any {
			return everyNumber
		}
		return o.Spans
	}
	return nil
}

// everyNumber cuts at every number, since a mask can matter at any of them. Masks on ports make no sense and are
// rare.
var everyNumber = func() []netfilter.Span {
	out := make([]netfilter.Span, 256)
	for i := range out {
		out[i] = netfilter.One(netfilter.Number(uint64(i)))
	}
	return out
}()
