package ipsec

import (
	"testing"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// TestRefusalKinds: refusals that differ in numbers alone are of one kind, and others are not.
func TestRefusalKinds(t *testing.T) {
	icmp := func(n uint8) *ruleset.Rule {
		return &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.ICMP, ICMP: []ruleset.ICMPType{{Type: n}}}, Remote: ruleset.Anyone()}
	}
	kind := func(os ruleset.OS, g target.Target, r *ruleset.Rule) string {
		list := target.Check(g, &ruleset.RuleSet{Host: "h", OS: os, Families: ruleset.Families{IPv4: true}, Inbound: []*ruleset.Rule{r}}, nil)
		if len(list) != 1 {
			t.Fatalf("%s on %s: refusals are %q, want one", g.Info().Name, os, list)
		}
		return list[0].Kind
	}
	eight := kind(ruleset.Windows2003, New(), icmp(8))
	if thirteen := kind(ruleset.Windows2003, New(), icmp(13)); eight != thirteen {
		t.Errorf("kinds %q and %q differ", eight, thirteen)
	}
	if a, b := kind(ruleset.Windows2000, New(), icmp(8)), kind(ruleset.Linux, New(), icmp(8)); a != b || a == eight {
		t.Errorf("kinds of editions are %q and %q, of types %q", a, b, eight)
	}
}
