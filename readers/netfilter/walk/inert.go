package walk

import (
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/bits"
)

// follow passes a piece through a chain that a rule leads to, and returns what comes back. target is nil for a chain that does not
// exist.
func (w *Walk) follow(target *Block, p piece) []piece {
	switch {
	case target == nil:
		return nil
	case w.isInert(target):
		return []piece{p}
	}
	return w.run(target, []piece{p})
}

// isInert reports whether a chain gives back every piece as it is: none of its rules can match, except rules that return or lead to
// such chains. A script with a chain for each source has many of these for each port.
func (w *Walk) isInert(b *Block) bool {
	switch {
	case b == nil:
		return false
	case len(b.Steps) == 0:
		return true
	case w.Active == nil:
		return false
	}
	first := b.Steps[0].Number
	if w.looked == nil {
		w.looked, w.inert = bits.New(64*len(w.Active)), bits.New(64*len(w.Active))
	}
	if w.looked.Has(first) {
		return w.inert.Has(first)
	}
	w.looked.Add(first)
	for n := w.Active.Next(first); n >= 0 && n < first+len(b.Steps); n = w.Active.Next(n + 1) {
		w.P.Budget.Spend(1)
		if !w.changesNothing(b.Steps[n-first]) {
			return false
		}
	}
	w.inert.Add(first)
	return true
}

// changesNothing reports whether a rule gives back every piece as it is, to whichever rule comes next.
func (w *Walk) changesNothing(s *Step) bool {
	for _, o := range s.Ops {
		v, isVerdict := o.Expr.(*netfilter.Verdict)
		switch {
		case isVerdict && (v.Kind == netfilter.Return || v.Kind == netfilter.Continue):
			return true
		case isVerdict && (v.Kind == netfilter.Jump || v.Kind == netfilter.Goto):
			return w.isInert(o.target)
		case isVerdict || !idle([]op{o}):
			return false
		}
	}
	return true
}
