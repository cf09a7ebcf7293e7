package walk

import (
	"slices"

	"rolewall/readers/netfilter"
)

// Ambiguous returns two base chains of equal priority whose order matters: one sets marks that the other compares.
func (p *Program) Ambiguous() (a, b *Block, found bool) {
	for _, hook := range []netfilter.Hook{netfilter.Ingress, netfilter.Prerouting, netfilter.Input, netfilter.Forward} {
		list := p.Hooks[hook]
		for i := 1; i < len(list); i++ {
			a, b := list[i-1], list[i]
			if a.turn() == b.turn() && a.Chain.Base.Type == b.Chain.Base.Type && a.Table != b.Table &&
				(a.reaches(sets) && b.reaches(asks) || b.reaches(sets) && a.reaches(asks)) {
				return a, b, true
			}
		}
	}
	return nil, nil, false
}

func sets(o *op) bool {
	_, ok := o.Expr.(*netfilter.SetMark)
	return ok
}

func asks(o *op) bool {
	return SetOf(netfilter.PacketMark, netfilter.ConnMark).HasAny(FieldsOf(o.Expr))
}

// reaches reports whether the chain, or one that it leads to, has an op for which is returns true.
func (b *Block) reaches(is func(*op) bool) bool {
	seen := map[*Block]bool{}
	var visit func(b *Block) bool
	visit = func(b *Block) bool {
		if b == nil || seen[b] {
			return false
		}
		seen[b] = true
		for _, s := range b.Steps {
			for i := range s.Ops {
				if o := &s.Ops[i]; is(o) || visit(o.target) || slices.ContainsFunc(o.blocks, visit) {
					return true
				}
			}
		}
		return false
	}
	return visit(b)
}
