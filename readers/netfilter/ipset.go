package netfilter

import (
	"slices"
	"strings"

	"rolewall/readers/capture"
)

func isIpset(e Expr) bool {
	_, ok := e.(*MatchIpset)
	return ok
}

// filled reports whether a rule of the host adds elements to a set of ipset.
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

// ipset returns the expressions that match a set of ipset.
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
			return nil // the set has no address of the other family
		}
		return []Expr{&Never{}}
	}
	return []Expr{&Match{Fields: fields, Not: m.Not, Lack: true, Set: s.Set}}
}

// ipsetList returns a match on a list of sets of one type. A packet matches the list if it matches one of its
// sets.
func (st *State) ipsetList(m *MatchIpset, list *Ipset, ipv6 bool) []Expr {
	if list.Set.Dynamic || st.filled(m.Name) {
		return []Expr{&Maybe{Kind: capture.Set, Text: "depends on the set " + m.Name + ", which packets fill"}}
	}
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
	return []Expr{&Match{Fields: fields, Not: m.Not, Lack: true, Set: all.Set}}
}

// fields returns the fields of a packet for the dimensions of the set.
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
