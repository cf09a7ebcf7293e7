package targettest

import (
	"fmt"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Openings returns what a target allows for a rule set besides the rules and the baseline, one on each line: the
// cause, and the traffic with its sources and families, or the text if there is no traffic.
func Openings(t target.Target, rs *ruleset.RuleSet) string {
	var b strings.Builder
	for _, o := range target.Openings(t, rs) {
		switch {
		case o.Cause == target.Baseline:
		case o.TextOnly:
			fmt.Fprintf(&b, "%s: %s\n", o.Cause, o.Text)
		default:
			what := o.Traffic.String()
			if what == target.AllTraffic(o.Traffic.Protocol).String() {
				what = "all of " + o.Traffic.Protocol.String()
			}
			fmt.Fprintf(&b, "%s %s from %s %v\n", o.Cause, what, strings.Join(o.Remote.Names(), ", "), o.Families.Names())
		}
	}
	return b.String()
}
