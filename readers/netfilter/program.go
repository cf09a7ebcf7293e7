package netfilter

import (
	"cmp"
	"fmt"
	"slices"

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

// step is a rule made ready.
type step struct {
	rule   *Rule
	block  *block
	number int // among all rules
	at     int // in its chain, from 1
	ops    []op
	head   int // how many of ops come before the first that changes something
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
