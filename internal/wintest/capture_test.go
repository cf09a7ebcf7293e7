package wintest_test

import (
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/internal/wintest"
	"rolewall/internal/wintest/netsh"
	"rolewall/internal/wintest/rulestore"
	"rolewall/readers/capture"
	listing "rolewall/readers/netsh"
	"rolewall/readers/winjson"
	"rolewall/readers/winrules"
	"rolewall/readers/winstore"
	"rolewall/ruleset"
)

// captureForm is a way to capture the store of a host.
type captureForm struct {
	name   string
	src    []byte
	detect func(head []byte) bool
	read   func(file string, src []byte, st *winstore.State, errs *diag.List)
}

// forms are all ways to capture a store.
func forms(f *rulestore.Firewall) []captureForm {
	out := []captureForm{
		{"reg export", f.RegExport(), winrules.Detect, winrules.Read},
		{"reg query", f.RegQuery(), winrules.Detect, winrules.Read},
		{"ActiveStore", f.ActiveStore(), winjson.Detect, winjson.Read},
	}
	for language, l := range rulestore.Languages() {
		if text := l.List(f.Rules, true); len(f.Rules) > 0 {
			out = append(out, captureForm{"netsh " + language, []byte(text), listing.Detect, listing.Read})
		}
	}
	return out
}

// checkCapture holds what each way of capturing the host says against the rule set that its script was made of.
func checkCapture(t *testing.T, h *wintest.Host, rs *ruleset.RuleSet) {
	t.Helper()
	store := h.Firewall.Clone()
	store.Rules = slices.DeleteFunc(store.Rules, func(r netsh.Rule) bool { return r.Block || r.Outbound })
	ours := slices.ContainsFunc(store.Rules, func(r netsh.Rule) bool { return strings.HasPrefix(r.Name, "rolewall: ") })
	for _, f := range forms(store) {
		if strings.HasPrefix(f.name, "netsh") && (!ours || len(rs.Settings.Advfirewall.Profile) > 0) {
			continue // there is nothing to learn the words of the language from
		}
		if !f.detect(f.src[:min(len(f.src), 2000)]) {
			t.Errorf("%s is not detected", f.name)
		}
		st, errs := &winstore.State{OS: rs.OS}, &diag.List{}
		f.read(f.name, f.src, st, errs)
		if err := errs.Err(); err != nil {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		c := winstore.Evaluate(st)
		if len(c.Unmapped) > 0 {
			t.Errorf("%s: %+v", f.name, c.Unmapped)
		}
		got := capturedRules(t, c, rs.Settings.Advfirewall.Profile)
		every := ruleset.Families{IPv4: true, IPv6: true}
		compare(t, openings(got, func(r *ruleset.Rule) ruleset.Families { return r.Protocol.Families().And(every) }), openings(listenersOf(rs.Inbound), rs.FamiliesOf))
	}
}

// capturedRules are the rules of rolewall in a capture, without the baseline.
func capturedRules(t *testing.T, c *capture.Capture, profiles []string) []*ruleset.Rule {
	t.Helper()
	var out []*ruleset.Rule
	for _, o := range c.Openings {
		if o.Owner != "rolewall" || strings.Contains(o.Rules[0].Text, "[baseline]") {
			continue
		}
		if len(o.Conditions) > 0 || len(o.To) > 0 || !slices.Equal(o.Profiles, profiles) {
			t.Errorf("%s: conditions %v, to %v, profiles %v", o.Rules[0].Text, o.Conditions, o.To, o.Profiles)
		}
		out = append(out, o.Rule)
	}
	return out
}
