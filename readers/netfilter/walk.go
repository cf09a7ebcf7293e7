package netfilter

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
