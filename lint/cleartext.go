package lint

import (
	"fmt"
	"slices"

	"rolewall/ruleset"
)

// fewOfThem is how many ports a rule may have to be about the protocols of each; a wide exception is RW004's.
const fewOfThem = 10

// checkClearText looks for protocols in clear text; grave chooses those that have no excuse.
func (v *hostCheck) checkClearText(grave bool) {
	for _, p := range v.linter.knowledge.ClearText {
		if p.Grave != grave || !p.Twin.IsZero() && slices.ContainsFunc(v.RuleSet.Inbound, p.Twin.Opens) {
			continue
		}
		what := fmt.Sprintf("%s (%s) is open, in clear text", p.What, p.Text)
		for i := range v.requests {
			a := &v.requests[i]
			if a.rule.Protocol != ruleset.AnyProtocol && a.rule.Ports.Len() <= fewOfThem && p.Opens(a.rule) {
				v.reportAt(v.requestedAt(a), "use "+p.Instead, what, withProvenance(a.provenance()))
			}
		}
	}
}
