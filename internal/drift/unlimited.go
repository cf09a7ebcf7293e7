package drift

import (
	"slices"

	"rolewall/ruleset"
)

// withoutLimit returns a finding for traffic that the policy opens only with a limit, and that an opening of the
// host allows without one. It does not compare rates: captures have them as text.
func (x *sides) withoutLimit() []Finding {
	if len(x.limitedRules) == 0 {
		return nil
	}
	var out []Finding
	quick := newCover(x.allowed)
	may := placesOfRules(slices.DeleteFunc(slices.Clone(x.allowed), func(r *ruleset.Rule) bool { return x.limitedRules[r] != (ruleset.Limit{}) }))
	for _, r := range x.required {
		limit, isLimited := x.limitedRules[r]
		if !isLimited {
			continue
		}
		for _, p := range x.sure.about(r.Traffic) {
			isLimited := len(p.Conditions) > 0 || p.Opening.Rule.Limit != (ruleset.Limit{})
			if isLimited || !p.rule.Remote.Overlaps(r.Remote) || x.isReported(p, r, quick) {
				continue
			}
			both := common(r, p.rule)
			known := may.about(both.Traffic)
			for _, c := range x.changes(known, union(known, []*ruleset.Rule{both})) {
				if c.Added.None() {
					continue
				}
				f := Finding{Kind: Wider, Traffic: c.Traffic, From: x.named(c.Added.Prefixes), Now: x.named(c.Added.Prefixes), Policy: x.named(c.Added.Prefixes)}
				f.Text = "without the limit of " + limit.String()
				fill(&f, p)
				f.Expected, f.IDs = x.expected(f.Traffic)
				out = append(out, f)
			}
		}
	}
	return out
}

// isReported reports whether an opening that allows traffic of a rule has a finding of its own for all that it allows:
// one for every protocol, or for some source ports.
// quick is the cover of what the policy allows.
func (x *sides) isReported(p opening, r *ruleset.Rule, quick cover) bool {
	if p.rule.Protocol != r.Protocol {
		return true
	}
	return len(p.rule.FromPorts) > 0 && x.adds(x.permitted, quick, p.rule)
}

// common returns the second rule, reduced to the traffic and the sources of both rules.
func common(r, s *ruleset.Rule) *ruleset.Rule {
	c := *s
	var both []ruleset.Interval
	for _, i := range r.Intervals() {
		for _, j := range s.Intervals() {
			if i.Overlaps(j) {
				both = append(both, ruleset.Interval{First: max(i.First, j.First), Last: min(i.Last, j.Last)})
			}
		}
	}
	c.Traffic = ruleset.TrafficOf(r.Protocol, both)
	a, b := r.Remote.Prefixes(), s.Remote.Prefixes()
	c.Remote = ruleset.NewSources(ruleset.AddressSet{Prefixes: a.Minus(a.Minus(b))})
	return &c
}
