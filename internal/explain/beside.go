package explain

import (
	"slices"

	"rolewall/generators/target"
	"rolewall/policy"
	"rolewall/ruleset"
)

// openings returns for each target of a host the openings besides the rules for which about returns true. It
// leaves out targets without such openings.
func (x *Explainer) openings(h *policy.Host, rs *ruleset.RuleSet, about func(target.Opening) bool) []Baseline {
	out := []Baseline{}
	for _, g := range x.targetsFor(h) {
		b := Baseline{Target: g.Info().Name, Openings: []Opening{}}
		for _, o := range target.Openings(g, rs) {
			if !about(o) {
				continue
			}
			if !slices.Contains(b.Allows, o.Text) {
				b.Allows = append(b.Allows, o.Text)
			}
			b.Openings = append(b.Openings, x.opening(o))
		}
		if len(b.Allows) > 0 {
			out = append(out, b)
		}
	}
	return out
}

// opening describes an opening.
func (x *Explainer) opening(o target.Opening) Opening {
	out := Opening{Cause: string(o.Cause), Text: o.Text, From: []string{}, Families: []string{}, Would: o.Setting}
	if o.TextOnly {
		return out
	}
	out.Opens, out.Share = openingText(o.Traffic), x.shareOf(o)
	out.Families = append(out.Families, o.Families.Names()...)
	for _, set := range o.Remote.Sets() {
		out.From = append(out.From, set.Name)
	}
	return out
}

// openingText writes the traffic of an opening. It writes only the protocol if the opening is all of it.
func openingText(t ruleset.Traffic) string {
	if t.Contains(target.AllTraffic(t.Protocol)) {
		return t.Protocol.String()
	}
	return t.String()
}

// shareOf returns how much of the source of the question an opening allows. It returns "" if the question names no
// source.
func (x *Explainer) shareOf(o target.Opening) Share {
	if x.from.text == "" {
		return ""
	}
	return x.from.shareOf(o.Remote, o.Families)
}

// concerns reports whether an opening allows, or may allow, traffic from the source of the question.
func (x *Explainer) concerns(o target.Opening, q ruleset.Traffic) bool {
	if o.TextOnly {
		return o.Cause == target.Others
	}
	return o.Traffic.Overlaps(q) && x.shareOf(o) != None
}

// isCertain reports whether an opening surely allows traffic. What rules of other owners allow is unknown.
func (b Baseline) isCertain() bool {
	return slices.ContainsFunc(b.Openings, func(o Opening) bool { return o.Cause != string(target.Others) })
}

// besideRows returns what the scripts of a host allow besides the rules for the traffic of the question.
func (x *Explainer) besideRows(h *policy.Host, rs *ruleset.RuleSet, qs []ruleset.Traffic) []BesideRow {
	var out []BesideRow
	about := func(o target.Opening) bool {
		return !o.TextOnly && slices.ContainsFunc(qs, func(q ruleset.Traffic) bool { return x.concerns(o, q) })
	}
	for _, b := range x.openings(h, rs, about) {
		for _, o := range b.Openings {
			out = append(out, BesideRow{h.Name, b.Target, o})
		}
	}
	return out
}
