package netfilter

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/ruleset"
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

func isIpset(e Expr) bool {
	_, ok := e.(*MatchIpset)
	return ok
}

// filled reports whether a rule of the host puts something into a set of ipset.
func (st *State) filled(name string) bool {
	for _, t := range st.Tables {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				for _, e := range r.Exprs {
					if f, ok := e.(*Fill); ok && f.Ipset && f.Set == name {
						return true
					}
				}
			}
		}
	}
	return false
}

// ipset returns the expressions that ask a set of ipset.
func (st *State) ipset(m *MatchIpset, ipv6 bool) []Expr {
	depends := func(text string) []Expr { return []Expr{&Maybe{Kind: capture.Set, Text: text}} }
	s := st.Ipsets[m.Name]
	switch {
	case s == nil:
		return depends("depends on the set " + m.Name + ", which is not in the files (ipset save)")
	case m.Rest != "":
		return depends("depends on the set " + m.Name + " in a way that rolewall does not follow (" + m.Rest + ")")
	case len(s.Members) > 0 || strings.HasPrefix(s.Type, "list:"):
		return st.ipsetList(m, s, ipv6)
	case s.Set.Missing != "":
		return depends(s.Set.Missing)
	case s.Set.Dynamic || st.filled(m.Name):
		return depends("depends on the set " + m.Name + ", which packets fill")
	}
	fields, ok := s.fields(m.Directions)
	if !ok {
		return depends("depends on the set " + m.Name + " of type " + s.Type + ", which rolewall does not follow")
	}
	if s.IPv6 != ipv6 && slices.ContainsFunc(fields, func(f Field) bool { return f == Saddr || f == Daddr }) {
		if m.Not {
			return nil // no address of the other family is in it
		}
		return []Expr{&Never{}}
	}
	return []Expr{&Match{Fields: fields, Not: m.Not, Set: s.Set}}
}

// ipsetList asks a list of sets of one type: a packet that is in one of them is in the list.
func (st *State) ipsetList(m *MatchIpset, list *Ipset, ipv6 bool) []Expr {
	all := &Ipset{IPv6: ipv6, Set: &Set{Name: m.Name}}
	for _, name := range list.Members {
		s := st.Ipsets[name]
		if s == nil || s.Set.Missing != "" || s.Set.Dynamic || st.filled(name) || all.Type != "" && all.Type != s.Type {
			return []Expr{&Maybe{Kind: capture.Set, Text: "depends on the list of sets " + m.Name + ", which rolewall does not follow"}}
		}
		if s.IPv6 == ipv6 {
			all.Type = s.Type
			all.Set.Elements = append(all.Set.Elements, s.Set.Elements...)
		}
	}
	fields, ok := all.fields(m.Directions)
	if !ok {
		if m.Not {
			return nil
		}
		return []Expr{&Never{}}
	}
	return []Expr{&Match{Fields: fields, Not: m.Not, Set: all.Set}}
}

// fields are those of a packet with which a set of ipset compares its dimensions.
func (s *Ipset) fields(directions []string) ([]Field, bool) {
	_, list, _ := strings.Cut(s.Type, ":")
	kinds := strings.Split(list, ",")
	if list == "" || len(directions) < len(kinds) {
		return nil, false
	}
	var out []Field
	for i, kind := range kinds {
		src := directions[i] == "src"
		switch kind {
		case "ip", "net":
			out = append(out, pick(src, Saddr, Daddr))
		case "port":
			out = append(out, Protocol, pick(src, Sport, Dport))
		case "iface":
			out = append(out, pick(src, InInterface, OutInterface))
		case "mark":
			out = append(out, PacketMark)
		default:
			return nil, false
		}
	}
	return out, true
}

func pick(first bool, a, b Field) Field {
	if first {
		return a
	}
	return b
}

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
