package netfilter

import (
	"fmt"
	"slices"

	"rolewall/diag"
)

// saveOf returns the table of iptables-nft that the save of iptables shows beside a listing of nft; nil where no save has it.
func (st *State) saveOf(t *Table) *Table {
	for _, x := range st.Tables {
		if x.Family == t.Family && x.Name == t.Name && (x.World == IptablesNft || x.World == Iptables && sameShape(x, t)) {
			return x
		}
	}
	return nil
}

// listingOf returns the table of nft that shows the same table as a save; nil where no listing has it.
func (st *State) listingOf(x *Table) *Table {
	for _, t := range st.Tables {
		if t.World == Nft && t.Family == x.Family && t.Name == x.Name && st.saveOf(t) == x {
			return t
		}
	}
	return nil
}

// sameShape reports whether a save has the chains of a listing, each with as many rules.
func sameShape(x, t *Table) bool {
	return !slices.ContainsFunc(t.Chains, func(c *Chain) bool {
		y := x.Chain(c.Name)
		return y == nil || len(y.Rules) != len(c.Rules)
	})
}

// merge joins the two listings of one table. nft leaves out what extensions of iptables hold, and iptables-save shows rules that
// iptables did not make as what they are not: "ip saddr { 10.0.0.0/8, 192.168.0.0/16 } accept" is "-j ACCEPT" to it, and base chains
// with names of their own are not in it. So each rule is taken from nft, unless nft leaves out a part of it.
func merge(t, save *Table, errs *diag.List) *Table {
	out := *t
	out.World, out.Pos, out.Chains = IptablesNft, save.Pos, nil
	for _, c := range t.Chains {
		x := *c
		x.Rules = slices.Clone(c.Rules)
		y := save.Chain(c.Name)
		for i, r := range c.Rules {
			switch {
			case y != nil && len(y.Rules) == len(c.Rules):
				x.Rules[i] = better(r, y.Rules[i])
			case r.Unreadable:
				errs.Add(r.Pos, "give one capture of one moment", "chain %s of table %s has other rules in %s", c.Name, out.Label(), save.Pos.File)
				return &out
			}
		}
		out.Chains = append(out.Chains, &x)
	}
	return &out
}

// better returns the rule that nft and iptables show, in the words of iptables where they say the same.
func better(nft, save *Rule) *Rule {
	switch {
	case nft.Unreadable:
		return save
	case !slices.Equal(meaning(nft.Exprs), meaning(save.Exprs)):
		return nft
	}
	x := *save
	x.Exprs = nft.Exprs
	return &x
}

// meaning writes matches in one order, each once, and then all else.
func meaning(exprs []Expr) []string {
	var matches, rest []string
	for _, e := range exprs {
		if m, ok := e.(*Match); ok {
			matches = append(matches, fmt.Sprint(m.Fields, m.Mask, m.Any, m.Not, *m.Set))
			continue
		}
		rest = append(rest, fmt.Sprintf("%T %+v", e, e))
	}
	slices.Sort(matches)
	return append(slices.Compact(matches), rest...)
}
