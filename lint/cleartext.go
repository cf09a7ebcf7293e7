package lint

import (
	"fmt"
	"slices"

	"rolewall/ruleset"
)

func clearTextCodes() []Code {
	return []Code{
		{
			Name: "RW005", Level: Warning, Title: "passwords or commands travel in clear text", host: func(v *hostCheck) { v.checkClearText(true) },
			Why: "Whoever sees the network reads what is typed, and can often change it on its way.",
			Fix: "Use the encrypted protocol that the finding names, and take the old one away.",
		},
		{
			Name: "RW006", Level: Note, Title: "a protocol is open in clear text, and its encrypted form is closed", host: func(v *hostCheck) { v.checkClearText(false) },
			Why: "Clients cannot use the encrypted form even if they want to. The clear one may still be needed: domain members ask 389 and encrypt inside.",
			Fix: "Turn the feature on that the finding names, once the service has its certificate.",
		},
	}
}

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
