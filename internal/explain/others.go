package explain

import (
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/policy"
	"rolewall/ruleset"
)

// Others is what rules that are not of the policy can do to an answer.
type Others string

// What others can do.
const (
	OthersStay   Others = "stay"   // Windows: they stay in force, and may open what is closed or block what is open
	OthersOff    Others = "off"    // Windows: the script switches them off
	OthersTables Others = "tables" // Linux: other tables may drop what is open; forwarded traffic is not filtered at all
)

// windowsFirewall lists the targets that tell Windows Firewall what becomes of rules of others.
var windowsFirewall = []string{"advfirewall", "powershell", "gpo", "dsc"}

// othersOf says what rules of others can do on a host beside the scripts of its own targets. It is empty where that is not known: for
// IPsec filters, and where no script of ours filters.
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

// meaning says in a sentence what a verdict says of the host, and what it does not.
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
