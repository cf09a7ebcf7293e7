package drift

import (
	"cmp"
	"fmt"
	"slices"

	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// link is an interface of the host, or a class of interfaces if the capture does not tell the interfaces.
type link struct {
	name string // "eth0"; "veth*" for names with that beginning that have no link of their own; empty for all that nothing names
}

// linksOf returns the links of a host that rules of the policy or of the host treat differently. If the capture
// tells the host's interfaces, it returns only these, since rules for others have no effect there.
func linksOf(rs *ruleset.RuleSet, c *capture.Capture) []link {
	var names []string
	for _, r := range rs.Inbound {
		names = append(names, r.Interfaces...)
	}
	for _, p := range c.Openings {
		names = append(append(names, p.Rule.Interfaces...), p.NotOn...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(c.Interfaces) == 0 {
		out := []link{{}}
		for _, n := range names {
			out = append(out, link{n})
		}
		return out
	}
	var out []link
	alike := map[string]bool{}
	for _, i := range c.Interfaces {
		l := link{i}
		key := fmt.Sprint(slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !l.isIn([]string{n}) }))
		if !alike[key] {
			alike[key] = true
			out = append(out, l)
		}
	}
	return out
}

func (l link) String() string { return cmp.Or(l.name, "other interfaces") }

// isIn reports whether one of the names, such as "eth0" or "veth*", covers the whole link.
func (l link) isIn(names []string) bool {
	return l.name != "" && slices.ContainsFunc(names, func(n string) bool { return covers(n, l.name) })
}

// passes reports whether a rule for the interfaces applies on the link. An empty list means all interfaces.
func (l link) passes(interfaces []string) bool { return len(interfaces) == 0 || l.isIn(interfaces) }

// bare returns a rule in the form in which it is compared on one link.
func (link) bare(r *ruleset.Rule) *ruleset.Rule {
	c := *r
	c.Interfaces = nil
	return &c
}
