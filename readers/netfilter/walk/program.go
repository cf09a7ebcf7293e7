package walk

import (
	"cmp"
	"fmt"
	"slices"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/budget"
	"rolewall/readers/netfilter/universe"
)

// Program is a State compiled for walks of one family.
type Program struct {
	st        *netfilter.State
	V6        bool
	From      *universe.Universe // of source addresses
	to        *universe.Universe // of destination addresses
	Cases     *cases
	tables    map[tableKey]*table
	Links     []link // classes of interfaces
	Rules     []*Step
	chains    map[*netfilter.Chain]*Block
	Hooks     map[netfilter.Hook][]*Block // base chains in the order in which packets meet them
	Local     *universe.Named             // addresses of the host; nil if unknown
	here      map[string]*universe.Named  // the same for each interface
	cast      [2]*universe.Named          // broadcast and multicast addresses
	away      map[wayKey]*universe.Named
	ipsec     bool // a rule compares IPsecIn
	nat       bool // a rule changes destinations
	redirects bool // a rule redirects packets to the incoming interface
	// foreignMarks means that no rule sets marks. A mark that a rule compares is then set by something else.
	foreignMarks bool
	NamesDests   bool           // a rule treats destinations differently
	Loners       []*Step        // rules whose result depends on more than which rules match
	Budget       *budget.Budget // the work of all walks, and of what is made of their results
	Paths        paths
}

type tableKey struct {
	set    *netfilter.Set
	fields string
}

// Step is a compiled rule.
type Step struct {
	Rule   *netfilter.Rule
	Block  *Block
	Number int // number among all rules
	at     int // number in its chain, from 1
	Ops    []op
	Head   int // number of ops before the first that changes something
}

type opKind uint8

const (
	opStatement opKind = iota
	OpNever
	opMaybe
	OpNames  // one field that holds names
	OpNumber // one field that holds numbers
	opSource // only the source
	OpTable  // several fields
	OpMap
	opVerdict
)

// NewProgram compiles the chains of one family. It adds mistakes of the files to errs, such as a jump to a missing
// chain.
func NewProgram(st *netfilter.State, v6 bool, cases *cases, errs *diag.List) *Program {
	spent := &budget.Budget{}
	cases.budget = spent
	p := &Program{
		st: st, V6: v6, From: universe.New(v6, spent), to: universe.New(v6, spent), Cases: cases, Budget: spent,
		tables: map[tableKey]*table{}, chains: map[*netfilter.Chain]*Block{}, Hooks: map[netfilter.Hook][]*Block{}, away: map[wayKey]*universe.Named{}, here: map[string]*universe.Named{},
		Paths: paths{Hops: make([]hop, 1), ids: map[hop]PathID{}, budget: spent},
	}
	for _, hook := range []netfilter.Hook{netfilter.Ingress, netfilter.Prerouting, netfilter.Input, netfilter.Forward, netfilter.Postrouting} {
		if (hook == netfilter.Forward || hook == netfilter.Postrouting) && !p.nat {
			continue // packets from the host's own addresses are never forwarded
		}
		for _, t := range st.Tables {
			if !p.judges(t) {
				continue
			}
			for _, c := range t.Chains {
				if c.Base != nil && c.Base.Hook == hook && (hook != netfilter.Postrouting || c.Base.Type != "nat") {
					p.Hooks[hook] = append(p.Hooks[hook], p.block(t, c, errs))
				}
			}
		}
	}
	p.foreignMarks = !setsMarks(st)
	for _, list := range p.Hooks {
		slices.SortStableFunc(list, func(a, b *Block) int {
			return cmp.Or(cmp.Compare(a.turn(), b.turn()), cmp.Compare(a.Chain.Base.Priority, b.Chain.Base.Priority))
		})
	}
	for _, b := range p.chains {
		p.measure(b, nil, errs)
	}
	for _, s := range p.Rules {
		if slices.ContainsFunc(s.Ops, alone) {
			p.Loners = append(p.Loners, s)
		}
		p.NamesDests = p.NamesDests || p.nat || slices.ContainsFunc(s.Ops, func(o op) bool { return (DestFields | SetOf(netfilter.CtOrigDaddr)).HasAny(FieldsOf(o.Expr)) })
	}
	p.network()
	p.From.Cut(true)
	p.to.Cut(false)
	p.Links = p.linkClasses()
	return p
}

// judges reports whether a table handles packets of the family on their way to the host.
func (p *Program) judges(t *netfilter.Table) bool {
	if t.Dormant {
		return false
	}
	switch t.Family {
	case "inet", "netdev":
		return true
	case "ip":
		return !p.V6
	case "ip6":
		return p.V6
	}
	return false
}

// natTurn is the priority at which the kernel runs all nat chains before routing, whatever their own priority is.
const natTurn = -100

// turn is the priority at which the kernel runs a base chain.
func (b *Block) turn() int {
	if b.Chain.Base.Type == "nat" && b.Chain.Base.Hook == netfilter.Prerouting {
		return natTurn
	}
	return b.Chain.Base.Priority
}

// label returns the rule as administrators name it.
func (s *Step) label() string {
	return fmt.Sprintf("%s %s rule %d", s.Block.Table.Label(), s.Block.Chain.Name, s.at)
}

// Place returns the location of the rule.
func (s *Step) Place() capture.Place {
	return capture.Place{Pos: s.Rule.Pos, Rule: s.label(), Text: s.Rule.Text}
}

// maybe returns the condition of a match whose result the files do not tell.
func (p *Program) maybe(s *Step, m *netfilter.Maybe) int {
	key := string(m.Kind) + "\x00" + m.Text
	if m.Own {
		key += "\x00" + s.Rule.Pos.String() + "\x00" + s.label()
	}
	return p.Cases.condition(key, func() capture.Condition {
		return capture.Condition{Kind: m.Kind, Text: m.Text, Place: s.Place()}
	})
}

// unknownSet returns the condition of a set whose elements the files do not tell.
func (p *Program) unknownSet(s *Step, set *netfilter.Set) int {
	text := "depends on the set " + set.Name + ", which packets fill"
	if set.Missing != "" {
		text = set.Missing
	}
	return p.maybe(s, &netfilter.Maybe{Kind: capture.Set, Text: text})
}

// goal returns the chain that a verdict leads to.
func (p *Program) goal(s *Step, v *netfilter.Verdict, errs *diag.List) *Block {
	if v == nil || v.Kind != netfilter.Jump && v.Kind != netfilter.Goto {
		return nil
	}
	c := s.Block.Table.Chain(v.Chain)
	if c == nil {
		errs.Add(s.Rule.Pos, "", "%s leads to the chain %q, which is not in the file", s.label(), v.Chain)
		return nil
	}
	return p.block(s.Block.Table, c, errs)
}

// maxDepth is the largest depth of jumps. The kernel allows 16.
const maxDepth = 64

// measure computes the depth of jumps below a chain. It reports a loop as a mistake.
func (p *Program) measure(b *Block, above []*Block, errs *diag.List) int {
	if b.depth > 0 {
		return b.depth
	}
	if slices.Contains(above, b) || len(above) > maxDepth {
		errs.Add(b.Chain.Pos, "", "chain %s of table %s leads back to itself, or deeper than %d chains", b.Chain.Name, b.Table.Label(), maxDepth)
		b.depth = 1
		return 1
	}
	deepest := 0
	for _, s := range b.Steps {
		for _, o := range s.Ops {
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
