package drift

import (
	"net/netip"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// explain adds to a finding the openings of the host that make it.
func explain(f *Finding, openings *places[opening]) {
	var by []opening
	for _, p := range openings.about(f.Traffic) {
		if p.rule.Remote.Prefixes().Overlaps(f.From.Prefixes) {
			by = append(by, p)
		}
	}
	by = nearest(by, f.Traffic.Protocol)
	fill(f, by...)
	if (f.Kind == Open || f.Kind == Wider) && len(by) > 0 && !slices.ContainsFunc(by, func(p opening) bool { return p.Forwarded == "" }) {
		f.Kind = Published
	}
}

// nearest returns the openings that name the protocol of a finding, if there are any. Rules for every protocol,
// which often belong to one program, would also overlap.
func nearest(list []opening, p ruleset.Protocol) []opening {
	isNamed := func(o opening) bool { return o.rule.Protocol == p }
	if !slices.ContainsFunc(list, isNamed) {
		return list
	}
	return slices.DeleteFunc(list, func(o opening) bool { return !isNamed(o) })
}

// fill adds the details of openings to a finding.
func fill(f *Finding, list ...opening) {
	var forwarded, owners, groups words
	known := map[Rule]bool{}
	for _, p := range list {
		where, first := p.where(), len(f.Rules) == 0
		for _, r := range p.Rules {
			if x := (Rule{r, where}); !known[x] {
				known[x] = true
				f.Rules = append(f.Rules, x)
			}
		}
		switch {
		case first:
			f.Where = where
		case f.Where != where:
			f.Where = "" // the rules tell
		}
		forwarded.add(p.Forwarded)
		owners.add(p.Owner)
		groups.add(p.Group)
		if p.Packets != nil {
			f.Packets = p.Packets
		}
	}
	f.Forwarded, f.Owner, f.Group = forwarded.String(), owners.String(), groups.String()
}

// where returns what narrows the opening besides its sources.
func (p opening) where() string {
	var parts []string
	switch l := p.rule.Listener; {
	case l.Program != "" && l.Service != "":
		parts = append(parts, "for "+l.Program+" ("+l.Service+")")
	case !l.IsZero():
		parts = append(parts, "for "+l.Program+l.Service)
	}
	if only := p.rule.Only(); only != "" {
		parts = append(parts, only)
	}
	if len(p.NotOn) > 0 {
		parts = append(parts, "not on "+strings.Join(p.NotOn, ", "))
	}
	if len(p.To) > 0 {
		parts = append(parts, "at "+prefixTexts(p.To))
	}
	return strings.Join(parts, ", ")
}

// words are different words, in the order in which they come.
type words struct {
	list  []string
	known map[string]bool
}

func (w *words) add(word string) {
	if word == "" || w.known[word] {
		return
	}
	if w.known == nil {
		w.known = map[string]bool{}
	}
	w.known[word] = true
	w.list = append(w.list, word)
}

func (w *words) String() string { return strings.Join(w.list, ", ") }

func prefixTexts(p ruleset.Prefixes) string {
	var out []string
	for _, x := range p {
		if x.IsSingleIP() {
			out = append(out, x.Addr().String())
			continue
		}
		out = append(out, x.String())
	}
	return strings.Join(out, ", ")
}

// expected returns why the policy opens traffic, and the IDs of its rules.
func (x *sides) expected(t ruleset.Traffic) (reasons []ruleset.Reason, ids []string) {
	for _, r := range x.wanted.about(t) {
		reasons, ids = append(reasons, r.Reasons...), append(ids, r.ID)
	}
	slices.SortFunc(reasons, ruleset.Reason.Compare)
	return slices.CompactFunc(reasons, func(a, b ruleset.Reason) bool { return a.Compare(b) == 0 }), ids
}

// named returns a set of addresses with the names of the policy's networks: one that equals the set, or the fewest
// that together do.
func (x *sides) named(p ruleset.Prefixes) Addresses {
	a := Addresses{Prefixes: p}
	if len(p) == 0 || !p.Complete().None() {
		return a
	}
	inside := x.networksIn(p)
	var parts []ruleset.Prefixes
	for _, set := range inside {
		parts = append(parts, set.Prefixes)
	}
	if !ruleset.Union(parts...).Equal(p) {
		return a
	}
	for _, set := range inside {
		isPart := func(t ruleset.AddressSet) bool {
			larger := ruleset.Prefixes(t.Prefixes)
			return t.Name != set.Name && larger.Contains(set.Prefixes) && (!larger.Equal(set.Prefixes) || t.Name < set.Name)
		}
		if !slices.ContainsFunc(inside, isPart) {
			a.Names = append(a.Names, set.Name)
		}
	}
	slices.Sort(a.Names)
	return a
}

// networksIn returns the networks of the policy that lie in a set of addresses.
func (x *sides) networksIn(p ruleset.Prefixes) []ruleset.AddressSet {
	if x.networks == nil {
		x.networks = slices.Clone(x.want.Networks)
		x.networks = slices.DeleteFunc(x.networks, func(set ruleset.AddressSet) bool { return len(set.Prefixes) == 0 })
		slices.SortFunc(x.networks, func(s, t ruleset.AddressSet) int { return s.Prefixes[0].Addr().Compare(t.Prefixes[0].Addr()) })
	}
	var inside []ruleset.AddressSet
	for _, q := range p { // no two of them hold one address
		i, _ := slices.BinarySearchFunc(x.networks, q.Addr(), func(set ruleset.AddressSet, first netip.Addr) int { return set.Prefixes[0].Addr().Compare(first) })
		for ; i < len(x.networks) && q.Contains(x.networks[i].Prefixes[0].Addr()); i++ {
			if p.Contains(x.networks[i].Prefixes) {
				inside = append(inside, x.networks[i])
			}
		}
	}
	return inside
}
