package explain

import (
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/policy"
	"rolewall/ruleset"
)

// Others is the effect that rules outside of the policy can have on an answer.
type Others string

// The effects.
const (
	OthersStay   Others = "stay"   // Windows: they stay in force, and may open what is closed or block what is open
	OthersOff    Others = "off"    // Windows: the script disables them
	OthersTables Others = "tables" // Linux: other tables may drop what is open; forwarded traffic is not filtered
)

// windowsFirewall lists the targets that say what happens to Windows Firewall rules of others.
var windowsFirewall = []string{"advfirewall", "powershell", "gpo", "dsc"}

// othersOf returns the effect that rules of others can have on a host with its own targets. It returns "" if that
// is unknown: for IPSec filters, and if no script filters.
func (x *Explainer) othersOf(h *policy.Host, rs *ruleset.RuleSet) Others {
	targets := x.ownTargets(h)
	isFilter := func(g target.Target) bool { return g.Info().Filter }
	stay := func(g target.Target) bool {
		return slices.ContainsFunc(target.Openings(g, rs), func(o target.Opening) bool {
			return o.Cause == target.Others && strings.Contains(o.Setting, "other_rules")
		})
	}
	switch {
	case !slices.ContainsFunc(targets, isFilter):
		return ""
	case rs.OS == ruleset.Linux:
		return OthersTables
	case slices.ContainsFunc(targets, stay):
		return OthersStay
	case slices.ContainsFunc(targets, func(g target.Target) bool { return isFilter(g) && !slices.Contains(windowsFirewall, g.Info().Name) }):
		return ""
	}
	return OthersOff
}

// meaning returns in a sentence what a verdict says about the host, and what it does not say.
func meaning(v Verdict, o Others) string {
	isOpen := v == Open || v == PartlyOpen
	text := "no rule of this policy opens it"
	if isOpen {
		text = "by rules of this policy"
	}
	switch {
	case o == OthersStay:
		return text + "; rules of others stay, see other_rules"
	case o == OthersTables && isOpen:
		return text + "; another table can still drop it"
	case o == OthersTables:
		return text + "; forwarded traffic, such as published container ports, is not filtered"
	case o == OthersOff && v == Closed:
		return text + ", and rules of others are off"
	}
	return text
}
