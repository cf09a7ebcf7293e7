package explain

import "rolewall/ruleset"

// verdict returns whether the rules allow the traffic. Each part of a range is checked alone.
func (q query) verdict() Verdict {
	parts := segments(q.traffic, q.resolution.RuleSet.Inbound)
	first := q.verdictOf(parts[0])
	for _, part := range parts[1:] {
		if q.verdictOf(part) != first {
			return PartlyOpen
		}
	}
	return first
}

// verdictOf returns whether the rules allow traffic in which no rule begins or ends.
func (q query) verdictOf(t ruleset.Traffic) Verdict {
	out := Closed
	for _, r := range q.resolution.RuleSet.Inbound {
		if !t.Overlaps(r.Traffic) {
			continue
		}
		switch share := q.shareOf(r); {
		case !r.Traffic.Contains(t): // some codes of a type
			if share != None {
				out = PartlyOpen
			}
		case share == All || share == "":
			return Open
		case share == Part:
			out = PartlyOpen
		}
	}
	if out == PartlyOpen && q.x.from.text != "" && q.allowedTogether(t) {
		return Open
	}
	return out
}

// shareOf returns how much of the source of the question a rule allows, or "" if the question names no source.
func (q query) shareOf(r *ruleset.Rule) Share {
	if q.x.from.text == "" {
		return ""
	}
	return q.x.from.shareOf(r.Remote, q.resolution.RuleSet.FamiliesOf(r))
}

// allowedTogether reports whether rules that each allow a part of the source together allow all of it.
func (q query) allowedTogether(t ruleset.Traffic) bool {
	var sets []ruleset.AddressSet
	for _, r := range q.resolution.RuleSet.Inbound {
		if !r.Traffic.Contains(t) {
			continue
		}
		from := r.Remote.Restrict(q.resolution.RuleSet.FamiliesOf(r))
		if from.IsAnyone() {
			return q.x.from.shareOf(from, q.resolution.RuleSet.Families) == All
		}
		sets = append(sets, from.Sets()...)
	}
	return q.x.from.shareOf(ruleset.NewSources(sets...), q.resolution.RuleSet.Families) == All
}

// segments cuts a range of ports wherever a rule begins or ends in it. It returns other traffic whole.
func segments(t ruleset.Traffic, rules []*ruleset.Rule) []ruleset.Traffic {
	if len(t.Ports) == 0 {
		return []ruleset.Traffic{t}
	}
	parts := []ruleset.Ports{t.Ports}
	for _, r := range rules {
		if r.Protocol != t.Protocol || r.Ports.Contains(t.Ports) {
			continue
		}
		var next []ruleset.Ports
		for _, p := range parts {
			if in := p.And(r.Ports); len(in) > 0 && !r.Ports.Contains(p) {
				next = append(next, in, p.Minus(r.Ports))
			} else {
				next = append(next, p)
			}
		}
		parts = next
	}
	out := make([]ruleset.Traffic, len(parts))
	for i, p := range parts {
		out[i] = ruleset.Traffic{Protocol: t.Protocol, Ports: p}
	}
	return out
}
