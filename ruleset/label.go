package ruleset

// labelLength is short enough for a comment, and too short to decide by: the author of a policy can find two rules of one label.
const labelLength = 8

// Label returns the beginning of an ID, for people: it leads from a comment of a script back to the rule. Nothing may decide by
// it. Scripts write Rule.Labels.
func Label(id string) string { return id[:min(labelLength, len(id))] }

// Labels returns the labels of IDs.
func Labels(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = Label(id)
	}
	return out
}

// twins holds the IDs of a rule set that begin with the label of another of its rules.
type twins map[string]bool

// Labels returns what a script writes beside the rule: the label of each of its IDs. An ID whose label another rule of the rule
// set has is written whole, so a script never calls two rules the same.
func (r *Rule) Labels() []string {
	out := Labels(r.IDs())
	for i, id := range r.IDs() {
		if r.twins[id] {
			out[i] = id
		}
	}
	return out
}

// TellTwinsApart notes in the rules which of their labels are not theirs alone. Rules are shared, so copies take their place.
func (rs *RuleSet) TellTwinsApart() {
	first := make(map[string]string, len(rs.Inbound)+len(rs.Outbound)) // IDs by label
	var found twins
	for _, rules := range [][]*Rule{rs.Inbound, rs.Outbound} {
		for _, r := range rules {
			id, taken := first[Label(r.ID)]
			if !taken {
				first[Label(r.ID)] = r.ID
			} else if id != r.ID {
				if found == nil {
					found = twins{}
				}
				found[id], found[r.ID] = true, true
			}
		}
	}
	if found != nil {
		rs.Inbound, rs.Outbound = found.noted(rs.Inbound), found.noted(rs.Outbound)
	}
}

// noted returns the rules, with copies in place of those that have a twin.
func (t twins) noted(rules []*Rule) []*Rule {
	out := make([]*Rule, len(rules))
	for i, r := range rules {
		out[i] = r
		if t[r.ID] {
			named := *r
			named.twins = t
			out[i] = &named
		}
	}
	return out
}
