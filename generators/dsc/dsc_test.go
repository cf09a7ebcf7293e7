package dsc

import (
	"slices"
	"strings"
	"testing"

	"rolewall/generators/readback"
	"rolewall/generators/targettest"
	"rolewall/generators/winfirewall"
	"rolewall/ruleset"
)

// readBack reads a document and compares it with the rule set.
func readBack(t *testing.T, rs *ruleset.RuleSet) ([]readback.Rule, map[string]map[string]string) {
	t.Helper()
	text := targettest.Script(t, New(), rs)
	rules, profiles, err := readback.DSC(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if d := readback.Difference(rs, rules); d != "" || len(rules) != len(winfirewall.Rules(rs)) {
		t.Errorf("%s, %+v, %+v: %d rules\n%s", rs.OS, rs.Families, rs.Settings, len(rules), d)
	}
	return rules, profiles
}

// TestReadBack: what a strict reader finds in a document is the rule set, in every edition, family and setting.
func TestReadBack(t *testing.T) {
	for _, os := range New().Info().OS {
		for _, f := range []ruleset.Families{{IPv4: true, IPv6: true}, {IPv4: true}, {IPv6: true}} {
			for _, settings := range []ruleset.AdvfirewallSettings{{}, {Profile: []string{"domain", "public"}, Outbound: "block"}, {LogDropped: true, Outbound: "allow"}} {
				rs := readback.Sample(os)
				rs.Families, rs.Settings.Advfirewall = f, settings
				_, profiles := readBack(t, rs)
				if len(profiles) != 3 {
					t.Fatalf("profiles %v", profiles)
				}
				for name, p := range profiles {
					outbound := map[string]string{"block": "Block", "allow": "Allow"}[settings.Outbound]
					if p["Enabled"] != "True" || p["DefaultInboundAction"] != "Block" || p["DefaultOutboundAction"] != outbound || (p["LogBlocked"] == "True") != settings.LogDropped {
						t.Errorf("%s: %v", name, p)
					}
				}
			}
		}
	}
}

// TestOne: a rule set whose rules all go to one of the resources is a document too.
func TestOne(t *testing.T) {
	readBack(t, targettest.WindowsSet(ruleset.Windows2022))
	readBack(t, targettest.WindowsSet(ruleset.Windows2022, targettest.WithICMP(targettest.WindowsRule(ruleset.ICMP, "", "Echo", "x", targettest.Kernel, targettest.Office), "8")))
	readBack(t, targettest.WindowsSet(ruleset.Windows2022, targettest.WindowsRule(ruleset.TCP, "445", "SMB", "x", targettest.Kernel, targettest.Office)))
}

func TestRefused(t *testing.T) {
	rs := readback.Sample(ruleset.Windows2022)
	rs.Settings.Advfirewall.OtherRules = "disable"
	targettest.WantUnsupported(t, New(), rs, "switch off the rules of others", "powershell")
	targettest.WantUnsupported(t, New(), readback.Sample(ruleset.Windows2012R2), "write a script for windows-2012r2: DSC v3", "")
}

// TestGroup: the group tells rules of one version from those of another, and the line of the header names it.
func TestGroup(t *testing.T) {
	rs := readback.Sample(ruleset.Windows2022)
	text := targettest.Script(t, New(), rs)
	if !strings.Contains(text, "-ne '"+group(rs)+"' }") || strings.Count(text, "'"+group(rs)+"'") != 1+len(winfirewall.Rules(rs)) {
		t.Errorf("the group %s", group(rs))
	}
	other := readback.Sample(ruleset.Windows2022)
	other.Inbound = other.Inbound[1:]
	if group(rs) == group(other) {
		t.Error("another rule set has the same group")
	}
}

var hostile = append(slices.Clone(targettest.Hostile), append(targettest.HostileTexts, "it's", "x'\n- name: y", "a: b", "# x", "*x", "&x", "!!binary x", "x\n---\ny", "[a, b]", "[concat('a', 'b')]", "[[x]", "'")...)

// checkText: free text adds no rule, no key and no line.
func checkText(t *testing.T, text string) {
	t.Helper()
	rs := targettest.WindowsSet(ruleset.Windows2022, &ruleset.Rule{
		Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 8834, Last: 8834}}}, Remote: targettest.Network(text, "10.1.0.0/16"), Reasons: []ruleset.Reason{{
			Networks: []string{text}, At: "hosts.dc1", Allow: &ruleset.Allow{Reason: text, Owner: text}, App: text,
		}}, Listener: ruleset.Listener{Program: `C:\it's\x.exe`}})
	rs.Notes, rs.Warnings, rs.Roles = []string{text}, []string{text}, []string{text}
	if rules, _ := readBack(t, rs); len(rules) != 1 {
		t.Errorf("%q: %d rules", text, len(rules))
	}
	if s := targettest.Script(t, New(), rs); strings.ContainsFunc(s, func(r rune) bool { return r > '~' || r < ' ' && r != '\n' }) {
		t.Errorf("%q: not all is printable ASCII", text)
	}
}

// TestExpression: no text becomes an expression, wherever it stands at the beginning of a value.
func TestExpression(t *testing.T) {
	for _, text := range []string{"[concat('a', 'b')]", "[x] y", "[[x", "[", "  [x]", "\t[x]"} {
		readBack(t, targettest.WindowsSet(ruleset.Windows2022,
			targettest.WindowsRule(ruleset.TCP, "445", text, text, targettest.Kernel, targettest.Office),
			targettest.WithICMP(targettest.WindowsRule(ruleset.ICMP, "", text, text, targettest.Kernel, targettest.Office), "8")))
	}
}

func TestFreeText(t *testing.T) {
	for _, text := range hostile {
		checkText(t, text)
	}
}

func FuzzFreeText(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkText(t, text) })
}
