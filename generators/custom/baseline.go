package custom

import (
	"net/netip"

	"rolewall/generators/target"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// readBaseline reads what the scripts allow on every host, as texts or as tables with a text and traffic. explain
// and lint know what is open only for tables.
func readBaseline(t *tomldoc.Table) []target.BaselineRule {
	var out []target.BaselineRule
	for _, x := range t.Items("baseline") {
		if x.Table == nil {
			out = append(out, target.BaselineRule{Text: x.Text.Value, TextOnly: true})
			continue
		}
		out = append(out, readBaselineRule(x.Table))
	}
	return out
}

func readBaselineRule(t *tomldoc.Table) target.BaselineRule {
	r := target.BaselineRule{Text: t.String("text"), Remote: ruleset.Anyone()}
	if r.Text == "" {
		t.Fail("text", `text = "echo requests (ping)"`, "the baseline needs a text")
	}
	var err error
	if r.Traffic, err = ruleset.ParseTraffic(t.String("traffic")); err != nil {
		t.Fail("traffic", `traffic = "icmp/8"`, "%s", err)
	}
	r.Families = r.Traffic.Protocol.Families()
	set := ruleset.AddressSet{Name: "from"}
	for _, x := range t.Texts("from") {
		p, err := netip.ParsePrefix(x.Value)
		if err != nil || p != p.Masked() {
			t.Fail("from", `from = ["fe80::/10"]`, "%q is not a prefix", x.Value)
			continue
		}
		set.Prefixes = append(set.Prefixes, p)
	}
	if len(set.Prefixes) > 0 {
		r.Remote = ruleset.NewSources(set)
		r.Families = r.Families.And(r.Remote.Families())
	}
	t.RejectUnknownKeys()
	return r
}
