package netfilter

import (
	"fmt"
	"slices"

	"rolewall/diag"
)

// join returns the state with the tables that are in force: each once, with sets of ipset in their places, and with those sets
// marked that packets fill.
func (st *State) join(errs *diag.List) *State {
	out := *st
	out.Tables = nil
	for _, t := range st.Tables {
		if !st.replaced(t, errs) {
			out.Tables = append(out.Tables, st.withSets(t))
		}
	}
	return &out
}

// replaced reports whether another listing shows the table better, or shows it as well and came first. A table that only one
// listing has, and that is unreadable in it, is a mistake.
func (st *State) replaced(t *Table, errs *diag.List) bool {
	for _, x := range st.Tables {
		if x == t {
			break
		}
		if sameTable(x, t) && t.World != Nft && x.World != Nft {
			if !slices.Equal(texts(x), texts(t)) {
				errs.Add(t.Pos, "give one capture of one moment", "table %s is in %s with other rules", t.Label(), x.Pos.File)
			}
			return true
		}
	}
	if t.World != Nft {
		return false
	}
	for _, x := range st.Tables {
		if x.World != Nft && x.World != IptablesLegacy && x.Family == t.Family && x.Name == t.Name && (x.World == IptablesNft || sameChains(x, t)) {
			return true // iptables-save shows the same table whole
		}
	}
	if t.Unreadable != (diag.Pos{}) {
		tool := "iptables-save"
		if t.Family == "ip6" {
			tool = "ip6tables-save"
		}
		errs.Add(t.Unreadable, fmt.Sprintf("add what %s prints on the host to the capture", tool),
			"table %s holds %s, and this listing leaves out its content", t.Label(), t.Missing)
	}
	return false
}

// sameTable reports whether two listings of iptables are of one table.
func sameTable(x, t *Table) bool {
	return x.Family == t.Family && x.Name == t.Name && (x.World == t.World || x.World == Iptables || t.World == Iptables)
}

// texts are the rules of a table in their own language, without counters.
func texts(t *Table) []string {
	var out []string
	for _, c := range t.Chains {
		for _, r := range c.Rules {
			out = append(out, r.Text)
		}
	}
	return out
}

func sameChains(x, t *Table) bool {
	return !slices.ContainsFunc(t.Chains, func(c *Chain) bool { return x.Chain(c.Name) == nil })
}

// withSets returns the table with its questions for sets of ipset answered, and with its sets marked that rules fill.
func (st *State) withSets(t *Table) *Table {
	out := *t
	out.Chains = nil
	for _, c := range t.Chains {
		for _, r := range c.Rules {
			for _, e := range r.Exprs {
				if f, ok := e.(*Fill); ok && !f.Ipset && t.Sets[f.Set] != nil {
					t.Sets[f.Set].Dynamic = true
				}
			}
		}
	}
	for _, c := range t.Chains {
		x := *c
		x.Rules = slices.Clone(c.Rules)
		for i, r := range x.Rules {
			if slices.ContainsFunc(r.Exprs, isIpset) {
				y := *r
				y.Exprs = nil
				for _, e := range r.Exprs {
					if m, ok := e.(*MatchIpset); ok {
						y.Exprs = append(y.Exprs, st.ipset(m, t.Family == "ip6")...)
						continue
					}
					y.Exprs = append(y.Exprs, e)
				}
				x.Rules[i] = &y
			}
		}
		out.Chains = append(out.Chains, &x)
	}
	return &out
}
