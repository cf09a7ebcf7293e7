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
		switch {
		case t.World != Nft && (st.repeats(t, errs) || st.listingOf(t) != nil):
			continue
		case t.World == Nft && st.saveOf(t) != nil:
			t = merge(t, st.saveOf(t), errs)
		case t.World == Nft && t.Unreadable != (diag.Pos{}):
			tool := "iptables-save"
			if t.Family == "ip6" {
				tool = "ip6tables-save"
			}
			errs.Add(t.Unreadable, fmt.Sprintf("add what %s prints on the host to the capture", tool),
				"table %s holds %s, and this listing leaves out its content", t.Label(), t.Missing)
			continue
		}
		out.Tables = append(out.Tables, st.withSets(t))
	}
	return &out
}

// repeats reports whether another save shows the same table of iptables and comes first. If the two differ, it reports that as a mistake.
func (st *State) repeats(t *Table, errs *diag.List) bool {
	for _, x := range st.Tables { // one without its header is of either world
		if t.World == Iptables && x.World != Iptables && x.World != Nft && sameTable(x, t) && alike(x, t) {
			return true
		}
	}
	for _, x := range st.Tables {
		if x == t {
			break
		}
		if x.World == Nft || !sameTable(x, t) || x.World == Iptables && t.World != Iptables && st.repeats(x, &diag.List{}) {
			continue
		}
		if !alike(x, t) {
			errs.Add(t.Pos, "give one capture of one moment, and leave the first line in its files, which says whose rules they are",
				"table %s is in %s with other rules", t.Label(), x.Pos.File)
		}
		return true
	}
	return false
}

// sameTable reports whether two listings of iptables can show the same table.
func sameTable(x, t *Table) bool {
	return x.Family == t.Family && x.Name == t.Name && (x.World == t.World || x.World == Iptables || t.World == Iptables)
}

// alike reports whether two listings of iptables have the same rules and policies.
func alike(x, t *Table) bool { return slices.Equal(texts(x), texts(t)) }

// texts returns the policies and rules of a table in their own language, without counters.
func texts(t *Table) []string {
	var out []string
	for _, c := range t.Chains {
		if c.Base != nil && c.Base.Drop {
			out = append(out, c.Name+" DROP")
		}
		for _, r := range c.Rules {
			out = append(out, r.Text)
		}
	}
	return out
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
	nft, saves, old := false, false, true
	var hidden []string
	for _, e := range st.evidence {
		if e.World == Nft {
			nft, f.IPv4, f.IPv6 = true, true, true
		} else {
			saves, old = true, old && e.Old
			hidden = append(hidden, e.Hidden...)
			f.IPv4, f.IPv6 = f.IPv4 || !e.IPv6, f.IPv6 || e.IPv6
		}
	}
	add := func(code, text string, unsafe bool) {
		c.Facts = append(c.Facts, capture.Fact{Code: code, Text: text, Unsafe: unsafe})
	}
	speaks := st.Speaks()
	if saves && !f.IPv6 && speaks.IPv6 {
		add("ipv6-unknown", "nothing is known of IPv6: the capture holds neither ip6tables-save nor nft -j list ruleset", true)
	}
	if saves && !f.IPv4 && speaks.IPv4 {
		add("ipv4-unknown", "nothing is known of IPv4: the capture holds neither iptables-save nor nft -j list ruleset", true)
	}
	switch {
	case nft || !saves:
	case len(hidden) > 0:
		add("nft-unread", "iptables cannot show the table "+hidden[0]+" whole: rules of nft are in it, and the capture holds no nft -j list ruleset", true)
	case !old:
		add("nft-unknown", "nothing is known of tables of nft, which iptables cannot show: the capture holds no nft -j list ruleset", true)
	}
	switch v4, v6 := nft && !st.legacyTold(false), nft && !st.legacyTold(true); {
	case v4 && v6:
		add("legacy-unknown", "nft shows no chain that filters what comes in; tables of iptables-legacy, which it cannot show, are not in the capture", true)
	case v4 && speaks.IPv4:
		add("legacy-unknown", "nft shows no chain that filters what comes in over IPv4; tables of iptables-legacy, which it cannot show, are not in the capture", true)
	case v6 && speaks.IPv6:
		add("legacy-unknown", "nft shows no chain that filters what comes in over IPv6; tables of ip6tables-legacy, which it cannot show, are not in the capture", true)
	}
	return f.And(speaks)
}

// legacyTold reports whether the legacy tables of a family are known, or nft filters the family, so that none are expected.
func (st *State) legacyTold(v6 bool) bool {
	return st.noLegacy[v6] || st.Has(IptablesLegacy, v6) || st.filtersInput(v6)
}

// filtersInput reports whether a base chain filters packets of a family to the host.
func (st *State) filtersInput(v6 bool) bool {
	return slices.ContainsFunc(st.Tables, func(t *Table) bool {
		return (t.Family == "inet" || t.Family == "ip" && !v6 || t.Family == "ip6" && v6) && slices.ContainsFunc(t.Chains, func(c *Chain) bool {
			return c.Base != nil && c.Base.Hook == Input && (len(c.Rules) > 0 || c.Base.Drop)
		})
	})
}

// Speaks returns the families of the host's addresses, or both if none is known beside those of loopback.
func (st *State) Speaks() ruleset.Families {
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
	if f.None() {
		return ruleset.Families{IPv4: true, IPv6: true}
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
