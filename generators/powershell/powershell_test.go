package powershell

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"rolewall/generators/readback"
	"rolewall/generators/targettest"
	"rolewall/generators/winfirewall"
	"rolewall/ruleset"
)

// readBack reads a script and compares it with the rule set.
func readBack(t *testing.T, rs *ruleset.RuleSet) []readback.Rule {
	t.Helper()
	rules, err := readback.PowerShell(targettest.Script(t, New(), rs))
	if err != nil {
		t.Fatal(err)
	}
	all := len(rules)
	rules = slices.DeleteFunc(rules, readback.Rule.IsBaseline)
	if d := readback.Difference(rs, rules); d != "" {
		t.Errorf("%s, %+v, %+v:\n%s", rs.OS, rs.Families, rs.Settings, d)
	}
	if want := len(winfirewall.Rules(rs)); all != want {
		t.Errorf("%d rules, want %d", all, want)
	}
	return rules
}

func variants(each func(*ruleset.RuleSet)) {
	for _, os := range New().Info().OS {
		for _, f := range []ruleset.Families{{IPv4: true, IPv6: true}, {IPv4: true}, {IPv6: true}} {
			for _, settings := range []ruleset.AdvfirewallSettings{{}, {Profile: []string{"domain", "public"}, Outbound: "block"}, {OtherRules: "disable", LogDropped: true, Outbound: "allow"}} {
				rs := readback.Sample(os)
				rs.Families, rs.Settings.Advfirewall = f, settings
				each(rs)
			}
		}
	}
}

// TestReadBack: what a strict reader finds in a script is the rule set, in every edition, family and setting.
func TestReadBack(t *testing.T) {
	variants(func(rs *ruleset.RuleSet) { readBack(t, rs) })
}

// TestTree: the grammar of tree-sitter finds no mistake, and its parse tree holds the same rules.
func TestTree(t *testing.T) {
	readback.NeedTree(t)
	var scripts []string
	var sets []*ruleset.RuleSet
	variants(func(rs *ruleset.RuleSet) {
		if rs.OS == ruleset.Windows2012 || rs.OS == ruleset.Windows2025 {
			scripts, sets = append(scripts, targettest.Script(t, New(), rs)), append(sets, rs)
		}
	})
	pinned := readback.Sample(ruleset.Windows2022)
	pinned.RPC.Pins = []ruleset.Pin{{Service: "NTDS", Port: 38901, Kind: "registry", Place: `HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters`, Value: "TCP/IP Port", Type: "REG_DWORD"}}
	scripts, sets = append(scripts, targettest.Script(t, New(), pinned)), append(sets, pinned)
	for _, text := range hostile {
		rs := hostileSet(text)
		scripts, sets = append(scripts, targettest.Script(t, New(), rs)), append(sets, rs)
	}
	broken := len(scripts)
	for _, change := range [][2]string{{"\r\n    }\r\n", "\r\n"}, {"Name = '", "Name = \""}, {"try {", "try "}, {"if ($Undo) {", "if $Undo {"}} {
		scripts = append(scripts, strings.Replace(scripts[0], change[0], change[1], 1))
	}
	for i, tree := range readback.Trees(t, scripts...) {
		if i >= broken {
			if !tree.Broken {
				t.Errorf("the broken script %d is taken", i-broken)
			}
			continue
		}
		if tree.Broken {
			t.Fatalf("a mistake in\n%s", scripts[i])
		}
		var rules []readback.Rule
		for _, table := range tree.Tables {
			told, err := readback.FromTable(table)
			if err != nil {
				t.Fatal(err)
			}
			if !told.IsBaseline() {
				rules = append(rules, told)
			}
		}
		if d := readback.Difference(sets[i], rules); d != "" {
			t.Errorf("%s, %+v:\n%s", sets[i].OS, sets[i].Settings, d)
		}
	}
}

// TestSettings: each setting is in the script where it is to be, and nowhere else.
func TestSettings(t *testing.T) {
	for _, c := range []struct {
		settings ruleset.AdvfirewallSettings
		has, not []string
	}{
		{ruleset.AdvfirewallSettings{}, []string{"DefaultOutboundAction = 'Allow'", "Outbound connections are blocked here", "$wanted.Remove('DefaultOutboundAction')"}, []string{"LogBlocked", "switch the rule off", "AllowLocalFirewallRules"}},
		{ruleset.AdvfirewallSettings{Outbound: "block"}, []string{"DefaultOutboundAction = 'Block'", "Outbound is blocked"}, []string{"Outbound connections are blocked here", "$wanted.Remove"}},
		{ruleset.AdvfirewallSettings{LogDropped: true}, []string{"LogBlocked = 'True'"}, nil},
		{ruleset.AdvfirewallSettings{OtherRules: "disable"}, []string{"switch the rule off", "AllowLocalFirewallRules = 'False'", "[baseline]"}, nil},
		{ruleset.AdvfirewallSettings{Profile: []string{"private"}}, []string{"Keys = @('PrivateProfile', 'StandardProfile'); Name = 'AllowLocalPolicyMerge'", "Profile = @('Private')"}, nil},
	} {
		rs := readback.Sample(ruleset.Windows2022)
		rs.Settings.Advfirewall = c.settings
		text := targettest.Script(t, New(), rs)
		for _, want := range c.has {
			if !strings.Contains(text, want) {
				t.Errorf("%+v: no %q", c.settings, want)
			}
		}
		for _, never := range c.not {
			if strings.Contains(text, never) {
				t.Errorf("%+v: %q", c.settings, never)
			}
		}
	}
}

// TestPins holds what the script looks at before it cuts off a service that the policy holds to a port.
func TestPins(t *testing.T) {
	for _, c := range []struct {
		pin  ruleset.Pin
		want string
	}{
		{ruleset.Pin{Kind: "registry", Place: `HKLM\x`, Value: "Port", Type: "REG_DWORD"},
			`@{ Service = 'S'; Key = 'Registry::HKLM\x'; Name = 'Port'; Want = '0x97f5'; Port = 38901; Listens = $true; Unsure = $false }`},
		{ruleset.Pin{Kind: "registry", Place: `HKLM\x`, Value: "Endpoints", Type: "REG_MULTI_SZ"},
			`@{ Service = 'S'; Key = 'Registry::HKLM\x'; Name = 'Endpoints'; Want = 'ncacn_ip_tcp,0,38901'; Port = 38901; Listens = $false; Unsure = $false }`},
		{ruleset.Pin{Kind: "command", Place: "winmgmt -standalonehost"},
			`@{ Service = 'S'; Key = ''; Name = ''; Want = ''; Port = 38901; Listens = $false; Unsure = $true }`},
	} {
		rs := readback.Sample(ruleset.Windows2022)
		c.pin.Service, c.pin.Port = "S", 38901
		rs.RPC.Pins = []ruleset.Pin{c.pin}
		if text := targettest.Script(t, New(), rs); !strings.Contains(text, c.want) {
			t.Errorf("%+v: the script lacks %s", c.pin, c.want)
		}
	}
}

// changing are the cmdlets and programs that change something.
var changing = regexp.MustCompile(`\b(New-NetFirewallRule|Remove-NetFirewallRule|Set-NetFirewallRule|Set-NetFirewallProfile|Save-Policy|Restore-Policy)\b`)

// TestWhatIf: each call that changes something stands behind a question to ShouldProcess, in the same block.
func TestWhatIf(t *testing.T) {
	rs := readback.Sample(ruleset.Windows2022)
	rs.Settings.Advfirewall.OtherRules = "disable"
	_, body, _ := strings.Cut(targettest.Script(t, New(), rs), "# Checks. Nothing is changed")
	body, failure, _ := strings.Cut(body, "    } catch {\r\n    Write-Warning \"$_\"")
	if strings.Contains(failure, "NetFirewall") {
		t.Error("the way back calls a cmdlet of the firewall")
	}
	if shadowed := readback.Shadowed(targettest.Script(t, New(), rs)); len(shadowed) > 0 {
		t.Errorf("variables hide others: %v", shadowed)
	}
	asked, seen := false, 0
	for line := range strings.SplitSeq(body, "\r\n") {
		switch {
		case strings.Contains(line, "if (-not $PSCmdlet.ShouldProcess(") && (strings.HasSuffix(line, "{ continue }") || strings.HasSuffix(line, "{ exit 0 }")):
			asked = true
		case strings.HasSuffix(line, "{") && strings.Contains(line, "foreach") || strings.HasPrefix(strings.TrimSpace(line), "}"):
			asked = false
		case changing.MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "#"):
			if seen++; !asked && !strings.Contains(line, "Restore-Policy\r\n    } catch") && !strings.HasPrefix(line, "        Restore-Policy") {
				t.Errorf("unasked: %s", line)
			}
		}
	}
	if seen < 8 {
		t.Errorf("%d calls that change something", seen)
	}
}

// TestNoMatch: a query that nothing matches is an error of Get-NetFirewallRule, so the script lists a store and chooses itself.
func TestNoMatch(t *testing.T) {
	rs := readback.Sample(ruleset.Windows2022)
	rs.Settings.Advfirewall.OtherRules = "disable"
	calls := regexp.MustCompile(`Get-NetFirewallRule (.*?) \|`).FindAllStringSubmatch(targettest.Script(t, New(), rs), -1)
	for _, c := range calls {
		if c[1] != "-PolicyStore $PolicyStore" && c[1] != "-PolicyStore PersistentStore" {
			t.Errorf("a query: %s", c[0])
		}
	}
	if len(calls) != 2 {
		t.Errorf("%d calls", len(calls))
	}
}

// TestSave: the policy from before the run before stays until the new one is written.
func TestSave(t *testing.T) {
	_, save, _ := strings.Cut(targettest.Script(t, New(), readback.Sample(ruleset.Windows2022)), "function Save-Policy {\r\n")
	save, _, _ = strings.Cut(save, "\r\n}\r\n")
	at := 0
	for _, step := range []string{"advfirewall export $new", "-not (Test-Path -LiteralPath $new)) { throw ", "Move-Item -LiteralPath $new -Destination $before -Force", "$state.Saved = $true"} {
		found := strings.Index(save[at:], step)
		if found < 0 {
			t.Fatalf("no %s after the step before it", step)
		}
		at += found
	}
	if strings.Contains(save, "Remove-Item -LiteralPath $before") {
		t.Error("the way back goes before there is another")
	}
}

var hostile = append(slices.Clone(targettest.Hostile), append(targettest.HostileTexts, "it's", "a''b", "\u2018x\u2019", "`$(x)", "'); Remove-Item x; ('", "@('x')", "#> x <#")...)

func hostileSet(text string) *ruleset.RuleSet {
	rs := targettest.WindowsSet(ruleset.Windows2022, &ruleset.Rule{
		Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 8834, Last: 8834}}}, Remote: targettest.Network(text, "10.1.0.0/16"), Reasons: []ruleset.Reason{{
			Networks: []string{text}, At: "hosts.dc1", Allow: &ruleset.Allow{Reason: text, Owner: text}, App: text,
		}}, Listener: ruleset.Listener{Program: `C:\it's\x.exe`}})
	rs.Notes, rs.Warnings, rs.Roles = []string{text}, []string{text}, []string{text}
	return rs
}

// checkText: free text adds no rule, no line and no statement.
func checkText(t *testing.T, text string) {
	t.Helper()
	rs := hostileSet(text)
	if rules := readBack(t, rs); len(rules) != 1 {
		t.Errorf("%q: %d rules", text, len(rules))
	}
	plain := hostileSet("x")
	script, other := targettest.Script(t, New(), rs), targettest.Script(t, New(), plain)
	code := func(s string) string {
		var out []string
		for line := range strings.SplitSeq(s, "\r\n") {
			if !strings.HasPrefix(strings.TrimSpace(line), "#") && !strings.HasPrefix(line, "        Name = ") && !strings.HasPrefix(line, "        DisplayName = ") && !strings.HasPrefix(line, "        Description = ") {
				out = append(out, line)
			}
		}
		return strings.Join(out, "\r\n")
	}
	if code(script) != code(other) {
		t.Errorf("%q changes the script", text)
	}
	if strings.ContainsFunc(script, func(r rune) bool { return r > '~' || r < ' ' && r != '\r' && r != '\n' }) {
		t.Errorf("%q: not all is printable ASCII", text)
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
