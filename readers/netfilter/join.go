package netfilter

import (
	"fmt"
	"slices"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// Join returns the state with the tables that are in force, each once. Sets of ipset are filled in, and sets that
// packets fill are marked.
func (st *State) Join(errs *diag.List) *State {
	out := *st
	out.Tables = nil
	for _, t := range st.Tables {
		if !st.replaced(t, errs) {
			out.Tables = append(out.Tables, st.withSets(t))
		}
	}
	return &out
}

// replaced reports whether another listing shows the table better, or shows it as well and came first. If a table
// is unreadable in its only listing, it reports that as a mistake.
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
			return true // iptables-save shows the same table completely
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

// sameTable reports whether two listings of iptables show the same table.
func sameTable(x, t *Table) bool {
	return x.Family == t.Family && x.Name == t.Name && (x.World == t.World || x.World == Iptables || t.World == Iptables)
}

// texts returns the rules of a table in their own language, without counters.
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

// withSets returns the table with matches on sets of ipset resolved, and with the sets marked that rules fill.
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

// Families returns the address families that the files describe. It adds facts about what the files leave open.
func (st *State) Families(c *capture.Capture) ruleset.Families {
	var f ruleset.Families
	nft, legacy, saves := false, false, false
	for _, e := range st.evidence {
		switch e.World {
		case Nft:
			nft, f.IPv4, f.IPv6 = true, true, true
		case IptablesLegacy, Iptables:
			legacy = true
		}
		if e.World != Nft {
			saves = true
			f.IPv4, f.IPv6 = f.IPv4 || !e.IPv6, f.IPv6 || e.IPv6
		}
	}
	add := func(code, text string, unsafe bool) {
		c.Facts = append(c.Facts, capture.Fact{Code: code, Text: text, Unsafe: unsafe})
	}
	speaks := st.speaks()
	if saves && !f.IPv6 && speaks.IPv6 {
		add("ipv6-unknown", "nothing is known of IPv6: the capture holds neither ip6tables-save nor nft -j list ruleset", true)
	}
	if saves && !f.IPv4 && speaks.IPv4 {
		add("ipv4-unknown", "nothing is known of IPv4: the capture holds neither iptables-save nor nft -j list ruleset", true)
	}
	if nft && !legacy && !st.filtersInput() {
		add("legacy-unknown", "nft shows no chain that filters what comes in; tables of iptables-legacy, which it cannot show, are not in the capture", true)
	}
	return f.And(speaks)
}

// filtersInput reports whether a base chain filters packets to the host.
func (st *State) filtersInput() bool {
	return slices.ContainsFunc(st.Tables, func(t *Table) bool {
		return slices.ContainsFunc(t.Chains, func(c *Chain) bool {
			return c.Base != nil && c.Base.Hook == Input && (len(c.Rules) > 0 || c.Base.Drop)
		})
	})
}

// speaks returns the families of the host's addresses, or both if the addresses are unknown.
func (st *State) speaks() ruleset.Families {
	if len(st.Network.Addresses) == 0 {
		return ruleset.Families{IPv4: true, IPv6: true}
	}
	var f ruleset.Families
	for _, a := range st.Network.Addresses {
		switch addr := a.Prefix.Addr(); {
		case addr.IsLoopback():
		case addr.Is4():
			f.IPv4 = true
		default:
			f.IPv6 = true
		}
	}
	return f
}

// Unmapped returns chains that filter something other than packets to the host, which the evaluation does not
// follow.
func (st *State) Unmapped() []capture.Unmapped {
	var out []capture.Unmapped
	for _, t := range st.Tables {
		if t.Family != "bridge" && t.Family != "arp" {
			continue
		}
		for _, c := range t.Chains {
			if c.Base != nil && (len(c.Rules) > 0 || c.Base.Drop) {
				reason, scope := "it judges frames between the ports of a bridge, before they are packets", "traffic through bridges"
				if t.Family == "arp" {
					reason, scope = "it judges ARP, without which a neighbour does not find the host", "IPv4 neighbours"
				}
				out = append(out, capture.Unmapped{Place: capture.Place{Pos: c.Pos, Rule: t.Label() + " " + c.Name}, Reason: reason, Scope: scope})
			}
		}
	}
	return out
}
