package evaluation

import (
	"fmt"
	"slices"

	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/walk"
)

// facts returns what an administrator must know about one family.
func (v *survey) facts() []capture.Fact {
	p := v.Program
	family := "IPv4"
	if p.V6 {
		family = "IPv6"
	}
	var out []capture.Fact
	judged := slices.ContainsFunc(slices.Concat(p.Hooks[netfilter.Ingress], p.Hooks[netfilter.Prerouting], p.Hooks[netfilter.Input]), func(b *walk.Block) bool {
		return len(b.Steps) > 0 || b.Chain.Base.Drop
	})
	if !judged {
		out = append(out, capture.Fact{Code: "no-rules", Text: "no rule judges what comes in over " + family})
	}
	if a, b, found := p.Ambiguous(); found {
		out = append(out, capture.Fact{Code: "order-unknown", Unsafe: true, Pos: b.Chain.Pos, Text: fmt.Sprintf(
			"the chains %s of %s and %s of %s have the same priority, and one sets marks for which the other asks: which of them comes first is not in the files",
			a.Chain.Name, a.Table.Label(), b.Chain.Name, b.Table.Label())})
	}
	if v.tooLarge() {
		out = append(out, capture.Fact{Code: "too-large", Text: "the rules of " + family + " are more than rolewall follows", Unsafe: true})
	}
	return out
}
