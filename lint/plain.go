package lint

import (
	"fmt"
	"slices"

	"rolewall/resolver"
	"rolewall/ruleset"
)

func plainCodes() []Code {
	return []Code{
		{
			Name: "RW005", Level: Warning, Title: "passwords or commands travel in clear text", host: func(v *view) { v.plainText(true) },
			Why: "Whoever sees the network reads what is typed, and can often change it on its way.",
			Fix: "Use the encrypted protocol that the finding names, and take the old one away.",
		},
		{
			Name: "RW006", Level: Note, Title: "a protocol is open in clear text, and its encrypted form is closed", host: func(v *view) { v.plainText(false) },
			Why: "Clients cannot use the encrypted form even if they want to. The clear one may still be needed: domain members ask 389 and encrypt inside.",
			Fix: "Turn the feature on that the finding names, once the service has its certificate.",
		},
	}
}

// plainText looks for protocols in clear text; grave chooses those that have no excuse.
func (v *view) plainText(grave bool) {
	for _, p := range v.linter.know.plain {
		if p.grave != grave || p.twin.text != "" && slices.ContainsFunc(v.Set.Rules, p.twin.opens) {
			continue
		}
		what := fmt.Sprintf("%s (%s) is open, in clear text", p.what, p.text)
		v.asks(func(d resolver.Decision, r ruleset.Rule) {
			if p.opens(r) && r.RPC != ruleset.Dynamic && !d.Endpoint.OwnRange {
				v.at(v.roleAt(d), "use "+p.instead, what, because([]string{road(d)}))
			}
		})
		for _, x := range v.Exceptions {
			for _, r := range x.Asked {
				if r.Ports.Len() < manyPorts && p.opens(r) && r.Protocol != ruleset.AnyProtocol {
					v.at(x.At, "use "+p.instead, what, because([]string{exceptionText(x)}))
				}
			}
		}
	}
}
