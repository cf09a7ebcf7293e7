package netfilter

import (
	"rolewall/readers/capture"
)

// piece is sources whose packets have met the same so far.
type piece struct {
	from  setID
	cases caseID
	state state
	path  pathID
}

// pathID is an interned list of the rules that let a packet go on. 0 is the empty one.
type pathID int

// hop is the last rule of a path, with those before it.
type hop struct {
	before pathID
	step   *step
}

// paths interns lists of rules.
type paths struct {
	hops []hop
	ids  map[hop]pathID
}

func (p *paths) with(id pathID, s *step) pathID {
	h := hop{id, s}
	if id, known := p.ids[h]; known {
		return id
	}
	p.hops = append(p.hops, h)
	p.ids[h] = pathID(len(p.hops) - 1)
	return p.ids[h]
}

// last returns the last rule of a path that is not empty.
func (p *paths) last(id pathID) *step { return p.hops[id].step }

// walk follows a packet through the hooks.
type walk struct {
	*packet
	active bits // rules that can match; nil: not known, try all
	nat    *natWay
	queue  []piece // accepted in the base chain of the moment
}

// natWay is the packet after its destination was changed.
type natWay struct {
	of   *NAT
	walk *walk
}

// maxWork is how many rules all walks of a host may try, and maxPoints into how many points its traffic may fall. No host that
// people keep comes near.
const (
	maxWork   = 50_000_000
	maxPoints = 2_000_000
)

// run sends pieces through a chain, and returns those that come to its end or return. Accepted ones are queued.
func (w *walk) run(b *block, pieces []piece) []piece {
	var returned []piece
	for _, s := range b.steps {
		if len(pieces) == 0 {
			break
		}
		if w.active != nil && !w.active.has(s.number) {
			continue
		}
		w.p.work++
		var next []piece
		for _, p := range pieces {
			next = w.step(s, p, next, &returned)
		}
		pieces = w.simplify(next)
	}
	return w.simplify(append(returned, pieces...))
}

// step sends a piece through a rule. What goes on to the next rule is added to next.
func (w *walk) step(s *step, p piece, next []piece, returned *[]piece) []piece {
	if w.p.work > maxWork {
		return next
	}
	in := []piece{p}
	for i := range s.ops {
		if len(in) == 0 {
			return next
		}
		o := &s.ops[i]
		var out []piece
		for _, p := range in {
			switch e := o.expr.(type) {
			case *Verdict:
				next = w.verdict(s, o, e, o.target, p, next, returned)
				continue
			case *VerdictMap:
				next = w.verdictMap(s, o, p, next, returned)
				continue
			case *SetMark:
				out = append(out, w.setMark(e, p))
			case *Notrack:
				if !w.hasConnection(&p.state) { // what is tracked already stays so
					p.state.untracked = true
				}
				out = append(out, p)
			case *NAT:
				if p.state.nat == nil && w.hasConnection(&p.state) {
					p.state.nat = e
					p.path = w.p.paths.with(p.path, s)
				}
				w.queue = append(w.queue, p) // the verdict of nat is accept
			default:
				if idle(s.ops[i:]) {
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

// idle reports whether nothing follows that changes anything.
func idle(ops []op) bool {
	for _, o := range ops {
		if o.kind >= opMap || o.kind == opStatement {
			return false
		}
	}
	return true
}

func (w *walk) setMark(e *SetMark, p piece) piece {
	if e.Connection {
		if w.hasConnection(&p.state) {
			p.state.connMark = p.state.connMark.set(e, p.state.mark)
		}
		return p
	}
	p.state.mark = p.state.mark.set(e, p.state.connMark)
	return p
}

// match splits a piece at a match.
func (w *walk) match(s *step, o *op, p piece) (matched, rest []piece) {
	a, from := w.try(o, &p.state)
	switch a {
	case no:
		return nil, []piece{p}
	case depends:
		return w.branch(w.condition(s, o), p)
	}
	u := w.p.from
	if in := u.and(p.from, from); in != 0 {
		q := p
		q.from = in
		matched = append(matched, q)
	}
	if out := u.minus(p.from, from); out != 0 {
		q := p
		q.from = out
		rest = append(rest, q)
	}
	return matched, rest
}

// branch splits a piece at a condition: an assumption that was made before holds on.
func (w *walk) branch(condition int, p piece) (matched, rest []piece) {
	if o, made := w.p.cases.of(p.cases, condition); made {
		switch o {
		case holdsIt:
			return []piece{p}, nil
		case holdsNot:
			return nil, []piece{p}
		}
		return []piece{p}, []piece{p}
	}
	q := p
	if w.p.cases.full(p.cases) {
		q.cases = w.p.cases.with(p.cases, condition, either)
		return []piece{q}, []piece{q}
	}
	q.cases = w.p.cases.with(p.cases, condition, holdsIt)
	p.cases = w.p.cases.with(p.cases, condition, holdsNot)
	return []piece{q}, []piece{p}
}

// condition returns the condition of an op that depends.
func (w *walk) condition(s *step, o *op) int {
	if o.cond >= 0 {
		return o.cond
	}
	m := Maybe{Kind: capture.Other, Text: "depends on a match that rolewall does not follow", Own: true}
	for _, f := range fieldsOf(o.expr) {
		if why, ok := whys[f]; ok {
			m = why
			break
		}
	}
	return w.p.maybe(s, &m)
}

// whys say why a field is not known.
var whys = map[Field]Maybe{
	HopLimit:     {Kind: capture.Other, Text: "depends on the hop limit, which the source chooses", Own: true},
	CtState:      {Kind: capture.Other, Text: "depends on the kernel: some track this type of ICMPv6, some do not"},
	OutInterface: {Kind: capture.Route, Text: "depends on the interface by which the host passes it on; the files hold no addresses or routes", Own: true},
	ReversePath:  {Kind: capture.Route, Text: "depends on the route back to the source; the files hold no routes"},
	RPFilter:     {Kind: capture.Route, Text: "depends on the route back to the source; the files hold no routes"},
	PacketMark:   {Kind: capture.Mark, Text: "depends on a mark that no rule in the files sets", Own: true},
	ConnMark:     {Kind: capture.Mark, Text: "depends on a mark of the connection that the files do not tell", Own: true},
}

func fieldsOf(e Expr) []Field {
	switch e := e.(type) {
	case *Match:
		return e.Fields
	case *VerdictMap:
		return e.Fields
	}
	return nil
}

// verdict applies a verdict to a piece.
func (w *walk) verdict(s *step, o *op, v *Verdict, target *block, p piece, next []piece, returned *[]piece) []piece {
	switch v.Kind {
	case Accept:
		p.path = w.p.paths.with(p.path, s)
		w.queue = append(w.queue, p)
	case Drop:
	case Return:
		*returned = append(*returned, p)
	case Continue:
		next = append(next, p)
	case Queue:
		passed, _ := w.branch(o.cond, p)
		for _, q := range passed {
			q.path = w.p.paths.with(q.path, s)
			w.queue = append(w.queue, q)
		}
	case Undecided:
		p.cases = w.p.cases.with(p.cases, o.cond, either)
		next = append(next, p)
		p.path = w.p.paths.with(p.path, s)
		w.queue = append(w.queue, p)
	case Jump:
		if target != nil {
			next = append(next, w.run(target, []piece{p})...)
		}
	case Goto:
		if target != nil {
			*returned = append(*returned, w.run(target, []piece{p})...)
		}
	}
	return next
}

// verdictMap looks up the verdict of a piece. Where none is found the rule does not match.
func (w *walk) verdictMap(s *step, o *op, p piece, next []piece, returned *[]piece) []piece {
	u := w.p.from
	hits, k := w.lookup(o.table, &p.state)
	if k == absent {
		return append(next, p)
	}
	rest := []piece{p}
	if o.cond >= 0 || k == unknown {
		// Whatever the map says may happen.
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
	for _, h := range hits {
		var left []piece
		for _, q := range rest {
			if in := u.and(q.from, h.from); in != 0 {
				x := q
				x.from = in
				next = w.verdict(s, o, o.table.groups[h.group].verdict, o.blocks[h.group], x, next, returned)
			}
			if out := u.minus(q.from, h.from); out != 0 {
				q.from = out
				left = append(left, q)
			}
		}
		rest = left
	}
	return append(next, rest...)
}

// anyVerdict follows every verdict of a map whose key is not known, each as one that may happen.
func (w *walk) anyVerdict(s *step, o *op, condition int, p piece, next []piece, returned *[]piece) []piece {
	p.cases = w.p.cases.with(p.cases, condition, either)
	if len(o.table.groups) == 0 { // its elements are not in the files: what it accepts goes on as accepted
		p.path = w.p.paths.with(p.path, s)
		w.queue = append(w.queue, p)
	}
	done := map[Verdict]bool{}
	for i, g := range o.table.groups {
		if g.verdict != nil && !done[*g.verdict] {
			done[*g.verdict] = true
			next = w.verdict(s, o, g.verdict, o.blocks[i], p, next, returned)
		}
	}
	return next
}

// base sends pieces through a base chain and returns those that pass it.
func (w *walk) base(b *block, pieces []piece) []piece {
	w.queue = nil
	rest := w.run(b, pieces)
	out := w.queue
	w.queue = nil
	if !b.chain.Base.Drop {
		out = append(out, rest...)
	}
	return w.simplify(out)
}

// fewPieces is up to how many pieces are compared with each other.
const fewPieces = 200

// simplify unites pieces that have met the same, and those that only a condition tells apart.
func (w *walk) simplify(list []piece) []piece {
	if len(list) < 2 || len(list) > fewPieces {
		return list
	}
	for changed := true; changed; {
		changed = false
		for i := 0; i < len(list); i++ {
			for j := i + 1; j < len(list); j++ {
				if list[i].state != list[j].state || list[i].path != list[j].path {
					continue
				}
				if list[i].cases == list[j].cases {
					list[i].from = w.p.from.or(list[i].from, list[j].from)
				} else if c, ok := w.p.cases.opposite(list[i].cases, list[j].cases); ok && list[i].from == list[j].from {
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

// conntrack is the priority at which connection tracking sees a packet.
const conntrack = -200

// result is sources whose packets reach the host, or are passed on.
type result struct {
	from   setID
	cases  caseID
	path   pathID
	nat    *natWay // nil where the destination stays
	passed bool    // on to another host
	to     string  // where it is passed on
}

// follow sends the packet through all hooks and returns what reaches the host or is passed on.
func (w *walk) follow() []result {
	w.before = true
	start := piece{from: w.p.from.all}
	start.state.mark.unknown = w.p.foreignMarks
	pieces := []piece{start}
	for _, b := range w.p.hooks[Ingress] {
		pieces = w.ingress(b, pieces)
	}
	for _, b := range w.p.hooks[Prerouting] {
		if b.turn() > conntrack {
			w.before = false
		}
		pieces = w.split(pieces, func(w *walk, in []piece) []piece {
			if b.chain.Base.Type == "nat" {
				return w.first(in, func(in []piece) []piece { return w.base(b, in) })
			}
			return w.base(b, in)
		})
	}
	w.before = false
	var out []result
	for _, p := range pieces {
		way := w.changed(p.state.nat)
		if way != nil && way.open() != "" {
			out = append(out, way.anywhere(p, way.open())...)
			continue
		}
		if way == nil || !way.leaves() {
			target := w
			if way != nil {
				target = way.walk
			}
			out = append(out, target.finish(Input, p, way, false)...)
			continue
		}
		out = append(out, way.both(p)...)
	}
	return out
}

// ingress sends pieces through a chain of the devices.
func (w *walk) ingress(b *block, pieces []piece) []piece {
	devices := b.chain.Base.Devices
	if len(devices) > 0 {
		for _, d := range devices {
			if matchesName(d, w.link.name) {
				return w.base(b, pieces)
			}
		}
		return pieces
	}
	condition := w.p.cases.condition("device\x00"+b.chain.Pos.String(), func() capture.Condition {
		return capture.Condition{Kind: capture.Other, Text: "depends on the device of chain " + b.chain.Name + ", which the listing leaves out",
			Place: capture.Place{Pos: b.chain.Pos, Rule: b.table.Label() + " " + b.chain.Name}}
	})
	var out []piece
	for _, p := range pieces {
		in, rest := w.branch(condition, p)
		out = append(append(out, rest...), w.base(b, in)...)
	}
	return w.simplify(out)
}

// first sends on those pieces alone that connection tracking follows and that no nat chain has taken yet.
func (w *walk) first(pieces []piece, f func([]piece) []piece) []piece {
	var in, out []piece
	for _, p := range pieces {
		if p.state.nat == nil && w.hasConnection(&p.state) {
			in = append(in, p)
		} else {
			out = append(out, p)
		}
	}
	if len(in) > 0 {
		out = append(out, f(in)...)
	}
	return w.simplify(out)
}

// split sends the pieces on, those whose destination was changed as packets to the new one.
func (w *walk) split(pieces []piece, f func(*walk, []piece) []piece) []piece {
	var plain, out []piece
	for _, p := range pieces {
		if way := w.changed(p.state.nat); way != nil {
			out = append(out, f(way.walk, []piece{p})...)
		} else {
			plain = append(plain, p)
		}
	}
	if len(plain) > 0 {
		out = append(out, f(w, plain)...)
	}
	return out
}

// finish sends a piece through the chains of the hooks behind routing.
func (w *walk) finish(hook Hook, p piece, way *natWay, passed bool) []result {
	pieces := []piece{p}
	for _, b := range w.p.hooks[hook] {
		pieces = w.base(b, pieces)
	}
	if passed {
		for _, b := range w.p.hooks[Postrouting] {
			if b.chain.Base.Type != "nat" {
				pieces = w.base(b, pieces)
			}
		}
	}
	var out []result
	for _, p := range pieces {
		r := result{from: p.from, cases: p.cases, path: p.path, nat: way, passed: passed}
		if passed {
			r.to = way.text()
		}
		out = append(out, r)
	}
	return out
}
