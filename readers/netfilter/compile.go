package netfilter

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
)

// block is a chain made ready.
type block struct {
	chain *Chain
	table *Table
	steps []*step
	depth int // of jumps below it; 0 before it is known
}

// op is an expression made ready.
type op struct {
	expr   Expr
	table  *table     // of Match and VerdictMap
	names  []string   // of a match with an interface
	spans  []Span     // of a match with one field of numbers
	source *nodeSpans // of a match with the source alone
	target *block     // of Jump and Goto
	blocks []*block   // of VerdictMap, for each group
	kind   opKind
	cond   int // of Maybe, or of a set that is not known: the condition; -1
}

// alone reports whether the outcome of an op depends on more than whether its rule matches.
func alone(o op) bool {
	if _, ok := o.expr.(*NAT); ok {
		return true
	}
	fields := fieldsOf(o.expr)
	if o.kind == opMap && slices.ContainsFunc(fields, func(f Field) bool { return f != Saddr && !axes.has(f) && !walkFields.has(f) }) {
		return true
	}
	return setOf(CtOrigDaddr, CtOrigDport, ReversePath, RPFilter, DaddrTypeIn).hasAny(fields)
}

// setsMarks reports whether a rule of the host sets marks of packets.
func setsMarks(st *State) bool {
	for _, t := range st.Tables {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				for _, e := range r.Exprs {
					if m, ok := e.(*SetMark); ok && !m.Connection {
						return true
					}
				}
			}
		}
	}
	return false
}

// block makes a chain ready, and those to which it leads.
func (p *program) block(t *Table, c *Chain, errs *diag.List) *block {
	b := p.chains[c]
	if b == nil {
		b = &block{chain: c, table: t}
		p.chains[c] = b
		p.compile(b, errs)
	}
	return b
}

// compile makes the rules of a chain ready.
func (p *program) compile(b *block, errs *diag.List) {
	for i, r := range b.chain.Rules {
		s := &step{rule: r, block: b, number: len(p.rules), at: i + 1, head: -1}
		p.rules = append(p.rules, s)
		b.steps = append(b.steps, s)
		for _, e := range r.Exprs {
			if p.foreign(e) {
				e = &Never{}
			}
			o := p.op(s, e, errs)
			if o.kind == opNever {
				s.ops = append(s.ops, o)
				break // nothing behind it is ever reached
			}
			if o.kind >= opMap || o.kind == opStatement {
				if s.head < 0 {
					s.head = len(s.ops)
				}
			}
			s.ops = append(s.ops, o)
		}
		if s.head < 0 {
			s.head = len(s.ops)
		}
	}
}

// foreign reports whether a match asks for the other family.
func (p *program) foreign(e Expr) bool {
	m, ok := e.(*Match)
	if !ok || len(m.Fields) != 1 || m.Fields[0] != Family || m.Set.Missing != "" || m.Set.Dynamic {
		return false
	}
	family := Number(4)
	if p.v6 {
		family = Number(6)
	}
	return holds(spansOf(m.Set), family) == m.Not
}

// op makes an expression ready.
func (p *program) op(s *step, e Expr, errs *diag.List) op {
	o := op{expr: e, cond: -1}
	switch e := e.(type) {
	case *Never:
		o.kind = opNever
	case *Maybe:
		o.kind = opMaybe
		o.cond = p.maybe(s, e)
	case *Match:
		p.match(s, e, &o)
	case *VerdictMap:
		o.kind = opMap
		o.table = p.table(e.Fields, e.Set)
		p.uses(e.Fields)
		if e.Set.Missing != "" || e.Set.Dynamic {
			o.cond = p.unknownSet(s, e.Set)
		}
		for _, g := range o.table.groups {
			o.blocks = append(o.blocks, p.goal(s, g.verdict, errs))
		}
	case *Verdict:
		o.kind = opVerdict
		o.target = p.goal(s, e, errs)
		switch e.Kind {
		case Queue:
			o.cond = p.maybe(s, &Maybe{Kind: capture.Program, Text: e.Why})
		case Undecided:
			o.cond = p.maybe(s, &Maybe{Kind: capture.Other, Text: e.Why, Own: true})
		}
	case *NAT:
		p.nat = true
	}
	return o
}

// match makes a match ready.
func (p *program) match(s *step, m *Match, o *op) {
	p.uses(m.Fields)
	if m.Set.Missing != "" || m.Set.Dynamic {
		o.kind, o.cond = opMaybe, p.unknownSet(s, m.Set)
		return
	}
	if len(m.Fields) > 1 {
		o.kind, o.table = opTable, p.table(m.Fields, m.Set)
		if slices.ContainsFunc(m.Fields, func(f Field) bool { return (setOf(SaddrType, ReversePath, RPFilter)).has(f) }) {
			o.kind, o.cond = opMaybe, p.maybe(s, &Maybe{Kind: capture.Other, Text: "depends on a match that rolewall does not follow", Own: true})
		}
		return
	}
	switch f := m.Fields[0]; f {
	case InInterface, OutInterface:
		o.kind = opNames
		for _, e := range m.Set.Elements {
			o.names = append(o.names, e.Key[0].Name)
		}
	case Saddr:
		o.kind = opSource
		key := tableKey{m.Set, "source"}
		t := p.tables[key]
		if t == nil {
			t = &table{groups: []group{{sources: &nodeSpans{spansOf(m.Set)}}}}
			p.tables[key] = t
			p.from.add(t.groups[0].sources)
		}
		o.source = t.groups[0].sources
	default:
		o.kind = opNumber
		key := tableKey{m.Set, "number"}
		t := p.tables[key]
		if t == nil {
			t = &table{groups: []group{{sources: &nodeSpans{spansOf(m.Set)}}}}
			p.tables[key] = t
		}
		o.spans = t.groups[0].sources.spans
		if f == Daddr || f == CtOrigDaddr {
			p.to.add(t.groups[0].sources)
		}
	}
}

// uses notes what rules ask for.
func (p *program) uses(fields []Field) {
	if slices.Contains(fields, IPsecIn) {
		p.ipsec = true
	}
}

// spansOf are the values of a set of one field.
func spansOf(s *Set) []Span {
	out := make([]Span, 0, len(s.Elements))
	for _, e := range s.Elements {
		out = append(out, e.Key[0].Span)
	}
	return joinSpans(out)
}

// table makes a set ready for lookups by fields, once.
func (p *program) table(fields []Field, set *Set) *table {
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
			p.from.add(g.sources)
		}
	}
	for _, f := range []Field{Daddr, CtOrigDaddr} {
		for _, s := range t.axisSpans(f) {
			p.to.add(&nodeSpans{[]Span{s}})
		}
	}
	return t
}
