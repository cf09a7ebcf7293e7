// Package walk follows the first packets of connections through the rules of a Linux host.
//
// A Program is the compiled rules of one family: sets are tables, chains are linked, and the addresses in rules
// are cut into classes. A Packet stands for all packets that differ only in their sources. A Walk passes it
// through hooks and chains, with a set of sources in place of a single one. Where the files do not tell a result,
// the walk splits into cases. It does not stop.
package walk

import (
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/bits"
	"rolewall/readers/netfilter/budget"
	"rolewall/readers/netfilter/universe"
)

// piece is a set of sources whose packets have been treated alike so far.
type piece struct {
	from  universe.Set
	cases CaseID
	state State
	path  PathID
}

// PathID is the number of a list of rules that accepted a packet. 0 is the empty list.
type PathID int

// hop is the last rule of a path, and the path before it.
type hop struct {
	Before PathID
	step   *Step
}

// paths numbers lists of rules.
type paths struct {
	Hops []hop
	ids  map[hop]PathID

	budget *budget.Budget
}

func (p *paths) with(id PathID, s *Step) PathID {
	h := hop{id, s}
	p.budget.Spend(budget.LookCost)
	if id, known := p.ids[h]; known {
		return id
	}
	p.budget.Spend(budget.SetCost)
	p.Hops = append(p.Hops, h)
	p.ids[h] = PathID(len(p.Hops) - 1)
	return p.ids[h]
}

// Last returns the last rule of a path, which must not be empty.
func (p *paths) Last(id PathID) *Step { return p.Hops[id].step }

// Walk passes a packet through the hooks.
type Walk struct {
	*Packet
	Active bits.Set // rules that can match; nil means unknown, so all are tried
	nat    *natWay
	queue  []piece // pieces that the present base chain has accepted

	looked, inert bits.Set // first rules of chains: those that isInert has looked at, and those that are
}

// natWay is the packet after its destination was changed.
type natWay struct {
	of      *netfilter.NAT
	walk    *Walk
	dropped bool   // it reaches nothing
	why     string // why a part of it is unknown; empty if all is known
}

// run passes pieces through a chain and returns those that reach its end or return. Accepted pieces go to the
// queue.
func (w *Walk) run(b *Block, pieces []piece) []piece {
	var returned []piece
	for i := 0; i < len(b.Steps) && len(pieces) > 0; i++ {
		s := b.Steps[i]
		if w.Active != nil && !w.Active.Has(s.Number) {
			next := w.Active.Next(s.Number)
			if next < 0 || next-b.Steps[0].Number >= len(b.Steps) {
				break
			}
			i = next - b.Steps[0].Number
			s = b.Steps[i]
		}
		w.P.Budget.Spend(1 + len(pieces))
		var next []piece
		for _, p := range pieces {
			next = w.step(s, p, next, &returned)
		}
		pieces = w.simplify(next)
	}
	return w.simplify(append(returned, pieces...))
}

// step passes a piece through a rule. It adds to next what continues with the next rule.
func (w *Walk) step(s *Step, p piece, next []piece, returned *[]piece) []piece {
	if w.P.Budget.Spent() {
		return next
	}
	in := []piece{p}
	for i := range s.Ops {
		if len(in) == 0 {
			return next
		}
		o := &s.Ops[i]
		var out []piece
		for _, p := range in {
			switch e := o.Expr.(type) {
			case *netfilter.Verdict:
				next = w.verdict(s, o, e, o.target, p, next, returned)
				continue
			case *netfilter.VerdictMap:
				next = w.verdictMap(s, o, p, next, returned)
				continue
			case *netfilter.SetMark:
				out = append(out, w.setMark(e, p))
			case *netfilter.Notrack:
				if !w.hasConnection(&p.state) { // a tracked packet stays tracked
					p.state.untracked = true
				}
				out = append(out, p)
			case *netfilter.NAT:
				if p.state.nat == nil && w.hasConnection(&p.state) {
					p.state.nat = e
					p.path = w.P.Paths.with(p.path, s)
				}
				w.queue = append(w.queue, p) // the verdict of nat is accept
			default:
				if idle(s.Ops[i:]) {
					return append(next, in...)
				}
				var matched, rest []piece
				matched, rest = w.match(s, o, p)
				out = append(out, matched...)
				next = append(next, rest...)
			}
		}
		in = out
	}
	return append(next, in...)
}

// idle reports whether none of the ops changes anything.
func idle(ops []op) bool {
	for _, o := range ops {
		if o.Kind >= OpMap || o.Kind == opStatement {
			return false
		}
	}
	return true
}

func (w *Walk) setMark(e *netfilter.SetMark, p piece) piece {
	if e.Connection {
		if w.hasConnection(&p.state) {
			p.state.connMark = p.state.connMark.set(e, p.state.mark)
		}
		return p
	}
	p.state.mark = p.state.mark.set(e, p.state.connMark)
	return p
}

// match splits a piece by a match.
func (w *Walk) match(s *Step, o *op, p piece) (matched, rest []piece) {
	a, from := w.Try(o, &p.state)
	switch a {
	case No:
		return nil, []piece{p}
	case depends:
		return w.branch(w.condition(s, o), p)
	}
	u := w.P.From
	if in := u.And(p.from, from); in != 0 {
		q := p
		q.from = in
		matched = append(matched, q)
	}
	if out := u.Minus(p.from, from); out != 0 {
		q := p
		q.from = out
		rest = append(rest, q)
	}
	return matched, rest
}

// branch splits a piece by a condition. An earlier assumption about the condition stays valid.
func (w *Walk) branch(condition int, p piece) (matched, rest []piece) {
	if o, made := w.P.Cases.of(p.cases, condition); made {
		switch o {
		case holdsIt:
			return []piece{p}, nil
		case holdsNot:
			return nil, []piece{p}
		}
		return []piece{p}, []piece{p}
	}
	q := p
	if w.P.Cases.full(p.cases) {
		q.cases = w.P.Cases.with(p.cases, condition, either)
		return []piece{q}, []piece{q}
	}
	q.cases = w.P.Cases.with(p.cases, condition, holdsIt)
	p.cases = w.P.Cases.with(p.cases, condition, holdsNot)
	return []piece{q}, []piece{p}
}

// verdict applies a verdict to a piece.
func (w *Walk) verdict(s *Step, o *op, v *netfilter.Verdict, target *Block, p piece, next []piece, returned *[]piece) []piece {
	switch v.Kind {
	case netfilter.Accept:
		p.path = w.P.Paths.with(p.path, s)
		w.queue = append(w.queue, p)
	case netfilter.Drop:
	case netfilter.Return:
		*returned = append(*returned, p)
	case netfilter.Continue:
		next = append(next, p)
	case netfilter.Queue:
		passed, _ := w.branch(o.cond, p)
		for _, q := range passed {
			q.path = w.P.Paths.with(q.path, s)
			w.queue = append(w.queue, q)
		}
	case netfilter.Undecided:
		p.cases = w.P.Cases.with(p.cases, o.cond, either)
		next = append(next, p)
		p.path = w.P.Paths.with(p.path, s)
		w.queue = append(w.queue, p)
	case netfilter.Jump:
		next = append(next, w.follow(target, p)...)
	case netfilter.Goto:
		*returned = append(*returned, w.follow(target, p)...)
	}
	return next
}

// verdictMap applies the verdict that the map has for a piece. If there is none, the rule does not match.
func (w *Walk) verdictMap(s *Step, o *op, p piece, next []piece, returned *[]piece) []piece {
	u := w.P.From
	hits, k := w.Lookup(o.Table, &p.state)
	if k == absent {
		return append(next, p)
	}
	rest := []piece{p}
	if o.cond >= 0 || k == unknown {
		// Any verdict of the map may apply.
		condition := o.cond
		if condition < 0 {
			condition = w.condition(s, o)
		}
		var in []piece
		in, rest = w.branch(condition, p)
		for _, q := range in {
			next = w.anyVerdict(s, o, condition, q, next, returned)
		}
		return append(next, rest...)
	}
	if o.Table.apart && o.Table.hits != nil && w.Active != nil {
		hits = w.live(o, hits)
	}
	for _, h := range hits {
		var left []piece
		for _, q := range rest {
			if in := u.And(q.from, h.From); in != 0 {
				x := q
				x.from = in
				next = w.verdict(s, o, o.Table.groups[h.Group].verdict, o.blocks[h.Group], x, next, returned)
			}
			if out := u.Minus(q.from, h.From); out != 0 {
				q.from = out
				left = append(left, q)
			}
		}
		rest = left
	}
	return append(next, rest...)
}

// anyVerdict follows every verdict of a map whose key is unknown. Each may apply.
func (w *Walk) anyVerdict(s *Step, o *op, condition int, p piece, next []piece, returned *[]piece) []piece {
	p.cases = w.P.Cases.with(p.cases, condition, either)
	if len(o.Table.groups) == 0 { // the elements are not in the files: what they may accept counts as accepted
		p.path = w.P.Paths.with(p.path, s)
		w.queue = append(w.queue, p)
	}
	done := map[netfilter.Verdict]bool{}
	for i, g := range o.Table.groups {
		if g.verdict != nil && !done[*g.verdict] {
			done[*g.verdict] = true
			next = w.verdict(s, o, g.verdict, o.blocks[i], p, next, returned)
		}
	}
	return next
}

// fewPieces is the largest number of pieces that are compared with each other.
const fewPieces = 200

// simplify unites pieces that were treated alike, and pieces that differ only in a condition.
func (w *Walk) simplify(list []piece) []piece {
	if len(list) < 2 || len(list) > fewPieces {
		return list
	}
	for changed := true; changed; {
		changed = false
		w.P.Budget.Spend(len(list) * len(list) / 16)
		for i := 0; i < len(list) && !w.P.Budget.Spent(); i++ {
			for j := i + 1; j < len(list); j++ {
				if list[i].state != list[j].state || list[i].path != list[j].path {
					continue
				}
				if list[i].cases == list[j].cases {
					list[i].from = w.P.From.Or(list[i].from, list[j].from)
				} else if c, ok := w.P.Cases.Opposite(list[i].cases, list[j].cases); ok && list[i].from == list[j].from {
					list[i].cases = c
				} else {
					continue
				}
				list = append(list[:j], list[j+1:]...)
				changed = true
				j--
			}
		}
	}
	return list
}
