package netfilter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
)

// program is a State made ready for walks of one family.
type program struct {
	st     *State
	v6     bool
	from   *universe // of sources
	to     *universe // of destinations
	cases  *cases
	tables map[tableKey]*table
	links  []link // classes of interfaces
	rules  []*step
	chains map[*Chain]*block
	hooks  map[Hook][]*block     // base chains in the order in which packets meet them
	local  *nodeSpans            // addresses of the host; nil where they are not known
	here   map[string]*nodeSpans // the same of each interface
	cast   [2]*nodeSpans         // broadcast and multicast addresses
	away   map[wayKey]*nodeSpans
	ipsec  bool // a rule asks for tunnels
	nat    bool // a rule changes destinations
	// foreignMarks is set where no rule sets marks: one that a rule asks for comes from elsewhere.
	foreignMarks bool
	namesDests   bool    // a rule makes a difference between destinations
	loners       []*step // rules whose outcome depends on more than the rules that match
	work         int     // steps that walks took
	paths        paths
}

type tableKey struct {
	set    *Set
	fields string
}

// block is a chain made ready.
type block struct {
	chain *Chain
	table *Table
	steps []*step
	depth int // of jumps below it; 0 before it is known
}

// step is a rule made ready.
type step struct {
	rule   *Rule
	block  *block
	number int // among all rules
	at     int // in its chain, from 1
	ops    []op
	head   int // how many of ops come before the first that changes something
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

type opKind uint8

const (
	opStatement opKind = iota
	opNever
	opMaybe
	opNames  // one field that holds names
	opNumber // one field that holds numbers
	opSource // the source alone
	opTable  // several fields
	opMap
	opVerdict
)

// newProgram makes the chains of one family ready. Mistakes of the files, such as a jump to a chain that is not there, go to errs.
func newProgram(st *State, v6 bool, cases *cases, errs *diag.List) *program {
	p := &program{
		st: st, v6: v6, from: newUniverse(v6), to: newUniverse(v6), cases: cases,
		tables: map[tableKey]*table{}, chains: map[*Chain]*block{}, hooks: map[Hook][]*block{}, away: map[wayKey]*nodeSpans{}, here: map[string]*nodeSpans{},
		paths: paths{hops: make([]hop, 1), ids: map[hop]pathID{}},
	}
	for _, hook := range []Hook{Ingress, Prerouting, Input, Forward, Postrouting} {
		if (hook == Forward || hook == Postrouting) && !p.nat {
			continue // nothing is passed on from an address of the host
		}
		for _, t := range st.Tables {
			if !p.judges(t) {
				continue
			}
			for _, c := range t.Chains {
				if c.Base != nil && c.Base.Hook == hook && (hook != Postrouting || c.Base.Type != "nat") {
					p.hooks[hook] = append(p.hooks[hook], p.block(t, c, errs))
				}
			}
		}
	}
	p.foreignMarks = !setsMarks(st)
	for _, list := range p.hooks {
		slices.SortStableFunc(list, func(a, b *block) int {
			return cmp.Or(cmp.Compare(a.turn(), b.turn()), cmp.Compare(a.chain.Base.Priority, b.chain.Base.Priority))
		})
	}
	for _, b := range p.chains {
		p.measure(b, nil, errs)
	}
	for _, s := range p.rules {
		if slices.ContainsFunc(s.ops, alone) {
			p.loners = append(p.loners, s)
		}
		p.namesDests = p.namesDests || p.nat || slices.ContainsFunc(s.ops, func(o op) bool { return (destFields | setOf(CtOrigDaddr)).hasAny(fieldsOf(o.expr)) })
	}
	p.network()
	p.from.cut()
	p.to.cut()
	p.links = p.linkClasses()
	return p
}

// judges reports whether a table sees packets of the family on their way to the host.
func (p *program) judges(t *Table) bool {
	if t.Dormant {
		return false
	}
	switch t.Family {
	case "inet", "netdev":
		return true
	case "ip":
		return !p.v6
	case "ip6":
		return p.v6
	}
	return false
}

// natTurn is when the kernel runs all chains of type nat before routing, whatever their own priority.
const natTurn = -100

// turn is the priority at which the kernel runs a base chain.
func (b *block) turn() int {
	if b.chain.Base.Type == "nat" && b.chain.Base.Hook == Prerouting {
		return natTurn
	}
	return b.chain.Base.Priority
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

// goal returns the chain to which a verdict leads.
func (p *program) goal(s *step, v *Verdict, errs *diag.List) *block {
	if v == nil || v.Kind != Jump && v.Kind != Goto {
		return nil
	}
	c := s.block.table.Chain(v.Chain)
	if c == nil {
		errs.Add(s.rule.Pos, "", "%s leads to the chain %q, which is not in the file", s.label(), v.Chain)
		return nil
	}
	return p.block(s.block.table, c, errs)
}

// maxDepth is how deep jumps may lead. The kernel allows 16.
const maxDepth = 64

// measure finds out how deep jumps lead below a chain. A loop is a mistake.
func (p *program) measure(b *block, above []*block, errs *diag.List) int {
	if b.depth > 0 {
		return b.depth
	}
	if slices.Contains(above, b) || len(above) > maxDepth {
		errs.Add(b.chain.Pos, "", "chain %s of table %s leads back to itself, or deeper than %d chains", b.chain.Name, b.table.Label(), maxDepth)
		b.depth = 1
		return 1
	}
	deepest := 0
	for _, s := range b.steps {
		for _, o := range s.ops {
			for _, t := range append(o.blocks, o.target) {
				if t != nil {
					deepest = max(deepest, p.measure(t, append(above, b), errs))
				}
			}
		}
	}
	b.depth = deepest + 1
	return b.depth
}

// label names the rule as its people do.
func (s *step) label() string {
	return fmt.Sprintf("%s %s rule %d", s.block.table.Label(), s.block.chain.Name, s.at)
}

// place is where the rule stands.
func (s *step) place() capture.Place {
	return capture.Place{Pos: s.rule.Pos, Rule: s.label(), Text: s.rule.Text}
}

// maybe returns the condition of a match that the files do not decide.
func (p *program) maybe(s *step, m *Maybe) int {
	key := string(m.Kind) + "\x00" + m.Text
	if m.Own {
		key += "\x00" + s.rule.Pos.String() + "\x00" + s.label()
	}
	return p.cases.condition(key, func() capture.Condition {
		return capture.Condition{Kind: m.Kind, Text: m.Text, Place: s.place()}
	})
}

// unknownSet returns the condition of a set whose elements the files do not tell.
func (p *program) unknownSet(s *step, set *Set) int {
	text := "depends on the set " + set.Name + ", which packets fill"
	if set.Missing != "" {
		text = set.Missing
	}
	return p.maybe(s, &Maybe{Kind: capture.Set, Text: text})
}
