package ruleset

// labelLength is short enough for a comment. The author of a policy can make two rules with equal labels, so
// nothing may decide by a label.
const labelLength = 8

// Label returns the first digits of an ID. People use it to find the rule that a comment of a script belongs to.
// Labels of two rules can be equal, so nothing may decide by one. Scripts write Rule.Labels.
func Label(id string) string { return id[:min(labelLength, len(id))] }

// Labels returns the label of each ID.
func Labels(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = Label(id)
	}
	return out
}

// twins holds the IDs whose label another rule of the same rule set has, too.
type twins map[string]bool

// Labels returns what a script writes beside the rule: the label of each of its IDs. Where another rule of the
// rule set has the same label, it returns the whole ID, so a script never names two rules alike.
func (r *Rule) Labels() []string {
	out := Labels(r.IDs())
	for i, id := range r.IDs() {
		if r.twins[id] {
			out[i] = id
		}
	}
	return out
}

// TellTwinsApart finds rules with equal labels and marks them, so that Labels returns their whole IDs. Rules are
// shared between rule sets, so it puts marked copies in their place.
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

// noted returns the rules, with marked copies in place of those whose ID is in t.
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
