package netfilter

import (
	"fmt"
	"slices"

	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// families are those of which the files tell something. Facts say what the files leave open.
func (st *State) families(c *capture.Capture) ruleset.Families {
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

// filtersInput reports whether a base chain judges what comes to the host.
func (st *State) filtersInput() bool {
	return slices.ContainsFunc(st.Tables, func(t *Table) bool {
		return slices.ContainsFunc(t.Chains, func(c *Chain) bool {
			return c.Base != nil && c.Base.Hook == Input && (len(c.Rules) > 0 || c.Base.Drop)
		})
	})
}

// speaks are the families of the host's addresses; both where they are not known.
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

// unmapped lists chains that judge other things than packets to the host, and that are not followed here.
func (st *State) unmapped() []capture.Unmapped {
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

// facts are what an administrator must know of one family.
func (v *survey) facts() []capture.Fact {
	p := v.program
	family := "IPv4"
	if p.v6 {
		family = "IPv6"
	}
	var out []capture.Fact
	judged := slices.ContainsFunc(slices.Concat(p.hooks[Ingress], p.hooks[Prerouting], p.hooks[Input]), func(b *block) bool {
		return len(b.steps) > 0 || b.chain.Base.Drop
	})
	if !judged {
		out = append(out, capture.Fact{Code: "no-rules", Text: "no rule judges what comes in over " + family})
	}
	if a, b, found := p.ambiguous(); found {
		out = append(out, capture.Fact{Code: "order-unknown", Unsafe: true, Pos: b.chain.Pos, Text: fmt.Sprintf(
			"the chains %s of %s and %s of %s have the same priority, and one sets marks for which the other asks: which of them comes first is not in the files",
			a.chain.Name, a.table.Label(), b.chain.Name, b.table.Label())})
	}
	if v.tooLarge() {
		out = append(out, capture.Fact{Code: "too-large", Text: "the rules of " + family + " are more than rolewall follows", Unsafe: true})
	}
	return out
}

// ambiguous returns two base chains of one priority whose order decides: one sets marks for which the other asks.
func (p *program) ambiguous() (a, b *block, found bool) {
	for _, hook := range []Hook{Ingress, Prerouting, Input, Forward} {
		list := p.hooks[hook]
		for i := 1; i < len(list); i++ {
			a, b := list[i-1], list[i]
			if a.turn() == b.turn() && a.chain.Base.Type == b.chain.Base.Type && a.table != b.table &&
				(a.reaches(sets) && b.reaches(asks) || b.reaches(sets) && a.reaches(asks)) {
				return a, b, true
			}
		}
	}
	return nil, nil, false
}

func sets(o *op) bool {
	_, ok := o.expr.(*SetMark)
	return ok
}

func asks(o *op) bool { return setOf(PacketMark, ConnMark).hasAny(fieldsOf(o.expr)) }

// reaches reports whether a rule of the chain, or of one to which it leads, is of a kind.
func (b *block) reaches(is func(*op) bool) bool {
	seen := map[*block]bool{}
	var visit func(b *block) bool
	visit = func(b *block) bool {
		if b == nil || seen[b] {
			return false
		}
		seen[b] = true
		for _, s := range b.steps {
			for i := range s.ops {
				if o := &s.ops[i]; is(o) || visit(o.target) || slices.ContainsFunc(o.blocks, visit) {
					return true
				}
			}
		}
		return false
	}
	return visit(b)
}
