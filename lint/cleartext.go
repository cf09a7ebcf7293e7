package lint

import (
	"fmt"
	"slices"

	"rolewall/ruleset"
)

// fewOfThem is the largest number of ports in a rule that is checked for single protocols. Wider exceptions are
// the matter of RW004.
const fewOfThem = 10

// checkClearText looks for protocols in clear text. With grave it looks only for those that are never acceptable.
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
