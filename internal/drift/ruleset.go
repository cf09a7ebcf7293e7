package drift

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// RuleSet returns what a capture allows without conditions, for comparisons of rule sets. Each opening with a
// condition, and each entry that no reader can express, becomes a warning of the rule set, so that none is lost.
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

// mostNamed is how many prefixes at most are named one by one.
const mostNamed = 16

// byPrefix returns sources whose sets have their prefixes as names, since a capture has no names for them.
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

// sentence returns a sentence about an opening that no rule can express.
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

// Whole returns a rule set of a policy in the form that a capture of the host would have. What the scripts allow
// besides the rules is added as rules. What no capture tells, such as roles and settings, is removed.
func Whole(rs *ruleset.RuleSet, beside []target.Opening) *ruleset.RuleSet {
	out := &ruleset.RuleSet{Host: rs.Host, OS: rs.OS, Families: bothFamilies}
	var rules []*ruleset.Rule
	for _, r := range rs.Inbound {
		rules = append(rules, withNames(r, adapt(r, rs.Families, rs.OS, Options{})))
	}
	for _, b := range beside {
		r, typed := b.Rule()
		if !typed {
			continue
		}
		adapted := adapt(r, bothFamilies, rs.OS, Options{})
		if len(b.To) > 0 { // as RuleSet does
			out.Warnings = append(out.Warnings, opening{capture.Opening{Rule: r, To: b.To}, adapted}.sentence())
			continue
		}
		rules = append(rules, withNames(r, adapted))
	}
	out.Inbound = ruleset.Merge(rules)
	return out
}

// withNames gives an adapted rule the reasons of the original rule and the names of its sources.
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
