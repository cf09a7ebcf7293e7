package target

import (
	"slices"

	"rolewall/ruleset"
)

// BaselineRule is something that a target's scripts allow on every host, besides the rule set.
type BaselineRule struct {
	Text      string // for headers and people; consecutive rules with equal texts are one line
	TextOnly  bool   // no new connection enters by it, or a custom target gives only a text: Traffic, Remote and Families are then empty
	Traffic   ruleset.Traffic
	Remote    ruleset.Sources
	FromPorts ruleset.Ports               // source ports; empty is every port
	To        ruleset.Prefixes            // addresses of the host where it is open; empty is all of them
	Families  ruleset.Families            // for hosts that have one of them
	When      func(ruleset.Settings) bool // nil means always
}

// NewBaselineRule returns a rule. traffic has the form of ruleset.ParseTraffic, such as "icmp/3,11,12". The
// families are those of the protocol. It panics if traffic is invalid, since baselines are constants.
func NewBaselineRule(text, traffic string, remote ruleset.Sources) BaselineRule {
	t, err := ruleset.ParseTraffic(traffic)
	if err != nil {
		panic(err)
	}
	return BaselineRule{Text: text, Traffic: t, Remote: remote, Families: t.Protocol.Families()}
}

// BaselineFor returns the rules that apply with the settings and the families of a host.
func BaselineFor(rules []BaselineRule, s ruleset.Settings, f ruleset.Families) []BaselineRule {
	var out []BaselineRule
	for _, r := range rules {
		if (r.When == nil || r.When(s)) && (r.TextOnly || !r.Families.And(f).None()) {
			out = append(out, r)
		}
	}
	return out
}

// BaselineTexts returns the texts of rules, one for each line.
func BaselineTexts(rules []BaselineRule) []string {
	var out []string
	for _, r := range rules {
		out = append(out, r.Text)
	}
	return slices.Compact(out)
}
