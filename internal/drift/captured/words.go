package captured

import (
	"slices"
	"strings"

	"rolewall/ruleset"
)

// explain adds the openings of the host that make a finding.
func (x *sides) explain(f *Finding, openings []opening) {
	var by []opening
	for _, p := range openings {
		if p.rule.Traffic.Overlaps(f.Traffic) && p.rule.Remote.Prefixes().Overlaps(f.From.Prefixes) {
			by = append(by, p)
		}
	}
	by = nearest(by, f.Traffic.Protocol)
	for _, p := range by {
		fill(f, p)
	}
	if (f.Kind == Open || f.Kind == Wider) && len(by) > 0 && !slices.ContainsFunc(by, func(p opening) bool { return p.Forwarded == "" }) {
		f.Kind = Published
	}
}

// nearest leaves the openings that name the protocol of a finding, where there are any: rules for every protocol, which often
// belong to one program, overlap all of them.
func nearest(list []opening, p ruleset.Protocol) []opening {
	isNamed := func(o opening) bool { return o.rule.Protocol == p }
	if !slices.ContainsFunc(list, isNamed) {
		return list
	}
	return slices.DeleteFunc(list, func(o opening) bool { return !isNamed(o) })
}

// fill adds what an opening says of itself.
func fill(f *Finding, p opening) {
	where := p.where()
	first := len(f.Rules) == 0
	for _, r := range p.Rules {
		if x := (Rule{r, where}); !slices.Contains(f.Rules, x) {
			f.Rules = append(f.Rules, x)
		}
	}
	switch {
	case first:
		f.Where = where
	case f.Where != where:
		f.Where = "" // the rules tell
	}
	f.Forwarded, f.Owner, f.Group = join(f.Forwarded, p.Forwarded), join(f.Owner, p.Owner), join(f.Group, p.Group)
	if p.Packets != nil {
		f.Packets = p.Packets
	}
}

// where says what narrows the opening beside its sources.
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

// join adds a word to a list of words.
func join(list, word string) string {
	if word == "" || slices.Contains(strings.Split(list, ", "), word) {
		return list
	}
	if list == "" {
		return word
	}
	return list + ", " + word
}

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
	for _, r := range x.want.Set.Inbound {
		if r.Traffic.Overlaps(t) {
			reasons, ids = append(reasons, r.Reasons...), append(ids, r.ID)
		}
	}
	slices.SortFunc(reasons, ruleset.Reason.Compare)
	return slices.CompactFunc(reasons, func(a, b ruleset.Reason) bool { return a.Compare(b) == 0 }), ids
}

// named returns a set of addresses with the networks of the policy that it is: one network, or as few as make it up.
func (x *sides) named(p ruleset.Prefixes) Addresses {
	a := Addresses{Prefixes: p}
	if len(p) == 0 || !p.Complete().None() {
		return a
	}
	var inside []ruleset.AddressSet
	for _, set := range x.want.Networks {
		if len(set.Prefixes) > 0 && p.Contains(set.Prefixes) {
			inside = append(inside, set)
		}
	}
	var all ruleset.Prefixes
	for i, set := range inside {
		isPart := func(t ruleset.AddressSet) bool {
			larger := ruleset.Prefixes(t.Prefixes)
			return t.Name != set.Name && larger.Contains(set.Prefixes) && (!larger.Equal(set.Prefixes) || t.Name < set.Name)
		}
		if !slices.ContainsFunc(inside, isPart) {
			all = all.Union(inside[i].Prefixes)
			a.Names = append(a.Names, set.Name)
		}
	}
	slices.Sort(a.Names)
	if !all.Equal(p) {
		a.Names = nil
	}
	return a
}
