package walk

import (
	"cmp"
	"slices"
	"sort"

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
	for n := w.Active.Next(first); n >= 0 && n < b.end(); n = w.Active.Next(n + 1) {
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

// targets are the groups of a verdict map.
type targets struct {
	jumps  []int // those that jump to a chain with rules, in the order of its rules
	others []int // those that do something else
}

// sortTargets sorts the groups of a verdict map. A jump to a chain without rules is in neither list: it does nothing.
func (o *op) sortTargets() *targets {
	t := &targets{}
	for i, g := range o.Table.groups {
		switch b := o.blocks[i]; {
		case g.verdict == nil || g.verdict.Kind != netfilter.Jump || b == nil:
			t.others = append(t.others, i)
		case len(b.Steps) > 0:
			t.jumps = append(t.jumps, i)
		}
	}
	slices.SortFunc(t.jumps, func(i, j int) int { return cmp.Compare(o.blocks[i].Steps[0].Number, o.blocks[j].Steps[0].Number) })
	return t
}

// live returns the hits of a verdict map that may do something to a packet. hits are those of all groups, and no source is in two of
// them: what the other groups name stays as it is. It looks from one rule that can match to the next, since a map may lead to
// thousands of chains.
func (w *Walk) live(o *op, hits []hit) []hit {
	if o.order == nil {
		o.order = o.sortTargets()
	}
	var out []hit
	for _, i := range o.order.others {
		out = append(out, hits[i])
	}
	jumps := o.order.jumps
	for n := w.Active.Next(0); n >= 0; n = w.Active.Next(n) {
		w.P.Budget.Spend(1)
		jumps = jumps[sort.Search(len(jumps), func(k int) bool { return o.blocks[jumps[k]].end() > n }):]
		if len(jumps) == 0 {
			break
		}
		b := o.blocks[jumps[0]]
		if first := b.Steps[0].Number; n < first {
			n = first
			continue
		}
		if !w.isInert(b) {
			out = append(out, hits[jumps[0]])
		}
		n = b.end()
	}
	return out
}

// end is the number behind that of the last rule of a chain that has rules.
func (b *Block) end() int { return b.Steps[0].Number + len(b.Steps) }
