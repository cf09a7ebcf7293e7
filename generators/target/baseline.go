package target

import (
	"slices"

	"rolewall/ruleset"
)

// BaselineRule is something that a target's scripts allow on every host, beside the rule set.
type BaselineRule struct {
	Text     string // for headers and people; neighbours with equal texts are one line
	TextOnly bool   // no new connection gets in by it, or a custom target tells no more: Traffic, Remote and Families say nothing
	Traffic  ruleset.Traffic
	Remote   ruleset.Sources
	Families ruleset.Families            // for hosts that speak one of them
	When     func(ruleset.Settings) bool // nil: always
}

// NewBaselineRule returns a rule for traffic in the form of ruleset.ParseTraffic, such as "icmp/3,11,12". The families
// are those of the protocol. It panics where the form is wrong, since baselines are constants.
func NewBaselineRule(text, traffic string, remote ruleset.Sources) BaselineRule {
	t, err := ruleset.ParseTraffic(traffic)
	if err != nil {
		panic(err)
	}
	return BaselineRule{Text: text, Traffic: t, Remote: remote, Families: t.Protocol.Families()}
}

// BaselineFor returns the rules that hold with the settings of a host and the families that it speaks.
func BaselineFor(rules []BaselineRule, s ruleset.Settings, f ruleset.Families) []BaselineRule {
	var out []BaselineRule
	for _, r := range rules {
		if (r.When == nil || r.When(s)) && (r.TextOnly || !r.Families.And(f).None()) {
			out = append(out, r)
		}
	}
	return out
}

// BaselineTexts returns the texts of rules, a line each.
func BaselineTexts(rules []BaselineRule) []string {
	var out []string
	for _, r := range rules {
		out = append(out, r.Text)
	}
	return slices.Compact(out)
}
