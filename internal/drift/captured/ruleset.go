package captured

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// RuleSet returns what a capture allows for certain, for those who compare rule sets. What depends on something, and what no
// reader can express, is a warning of the rule set each, so that none of it is lost.
func RuleSet(c *capture.Capture) *ruleset.RuleSet {
	rs := &ruleset.RuleSet{Host: c.Host, OS: c.OS, Families: bothFamilies}
	var rules []*ruleset.Rule
	for _, p := range c.Openings {
		x := opening{p, adapt(p.Rule, bothFamilies, c.OS, Options{})}
		if len(p.Conditions) == 0 && len(p.To) == 0 && len(p.NotOn) == 0 && len(p.Profiles) == 0 {
			x.rule.Remote = byPrefix(x.rule.Remote.Prefixes())
			x.rule.Reasons = []ruleset.Reason{{Service: "captured"}}
			rules = append(rules, x.rule)
			continue
		}
		rs.Warnings = append(rs.Warnings, x.sentence())
	}
	for _, u := range c.Unmapped {
		rs.Warnings = append(rs.Warnings, strings.TrimPrefix(u.Scope+": ", ": ")+u.Reason)
	}
	for _, f := range c.Facts {
		if f.Unsafe {
			rs.Warnings = append(rs.Warnings, f.Text)
		}
	}
	rs.Inbound = ruleset.Merge(rules)
	slices.Sort(rs.Warnings)
	rs.Warnings = slices.Compact(rs.Warnings)
	return rs
}

// mostNamed is up to how many prefixes are called by their own names.
const mostNamed = 16

// byPrefix returns sources whose sets are called as their prefixes, since a capture has no names for them.
func byPrefix(p ruleset.Prefixes) ruleset.Sources {
	if f := p.Complete(); f.IPv4 && f.IPv6 {
		return ruleset.Anyone()
	}
	if len(p) > mostNamed {
		return ruleset.NewSources(ruleset.AddressSet{Name: fmt.Sprintf("%d prefixes", len(p)), Prefixes: p})
	}
	var sets []ruleset.AddressSet
	for _, x := range p {
		name := prefixTexts(ruleset.Prefixes{x})
		if x.Bits() == 0 {
			name = "any"
		}
		sets = append(sets, ruleset.AddressSet{Name: name, Prefixes: []netip.Prefix{x}})
	}
	return ruleset.NewSources(sets...)
}

// sentence says an opening that no rule can say.
func (p opening) sentence() string {
	from := "anyone"
	if f := p.rule.Remote.Prefixes(); !f.Complete().IPv4 || !f.Complete().IPv6 {
		from = prefixTexts(f)
	}
	text := fmt.Sprintf("%s is open to %s", p.rule.Traffic, from)
	if where := p.where(); where != "" {
		text += ", " + where
	}
	if len(p.Profiles) > 0 {
		text += ", in profile " + strings.Join(p.Profiles, ", ")
	}
	for _, c := range p.Conditions {
		text += "; " + c.Text
	}
	return text
}

// Whole returns a rule set of a policy as a capture of the host would show it: with all that the scripts allow beside the rules
// as rules, and without what no capture tells, such as roles and settings.
func Whole(rs *ruleset.RuleSet, beside []target.Opening) *ruleset.RuleSet {
	out := &ruleset.RuleSet{Host: rs.Host, OS: rs.OS, Families: bothFamilies}
	var rules []*ruleset.Rule
	for _, r := range rs.Inbound {
		rules = append(rules, withNames(r, adapt(r, rs.Families, rs.OS, Options{})))
	}
	for _, b := range beside {
		if r, typed := b.Rule(); typed {
			rules = append(rules, withNames(r, adapt(r, bothFamilies, rs.OS, Options{})))
		}
	}
	out.Inbound = ruleset.Merge(rules)
	return out
}

// withNames gives an adapted rule the reasons of the rule that it is made of, and the names of its sources.
func withNames(r, adapted *ruleset.Rule) *ruleset.Rule {
	adapted.Reasons = r.Reasons
	switch from := adapted.Remote.Prefixes(); {
	case r.Remote.IsAnyone() && from.Complete() == bothFamilies:
		adapted.Remote = ruleset.Anyone()
	case r.Remote.IsAnyone():
		adapted.Remote = ruleset.NewSources(ruleset.AddressSet{Name: "any", Prefixes: from})
	default:
		adapted.Remote = r.Remote.Restrict(adapted.Remote.Families())
	}
	return adapted
}
