package wintest_test

import (
	"regexp"
	"strings"
	"testing"

	"rolewall/generators"
	"rolewall/internal/wintest"
	"rolewall/ruleset"
)

// speaking is smb with free text everywhere a policy may have it.
func speaking(os ruleset.OS, text string) *ruleset.RuleSet {
	rs := smb(os)
	for i := range rs.Inbound {
		rs.Inbound[i].Reasons = []ruleset.Reason{
			{Role: "file-server", Service: "MSSQL$" + text, App: text, Networks: []string{"office"}},
			{Allow: &ruleset.Allow{Reason: text, Owner: text, Expires: "2027-03-31"}, At: "hosts.host1", Networks: []string{"office"}},
		}
	}
	rs.Notes, rs.Warnings = []string{text}, []string{text}
	rs.Outbound = ruleset.Merge([]*ruleset.Rule{{
		Traffic: ruleset.Traffic{Protocol: ruleset.UDP, Ports: ruleset.Ports{{First: 53, Last: 53}}}, Remote: addresses("dc", "10.1.0.10/32"),
		Reasons: []ruleset.Reason{{Allow: &ruleset.Allow{Reason: text}, At: "file"}},
	}})
	return rs
}

// commands of a run, without descriptions.
func commands(h *wintest.Host) string {
	var out []string
	for _, c := range h.Ran {
		before, rest, found := strings.Cut(c, ` description="`)
		if found {
			_, rest, _ = strings.Cut(rest, `"`)
		}
		out = append(out, before+rest)
	}
	return strings.Join(out, "\n")
}

// form is the end of a rule's name, which changes with its description.
var form = regexp.MustCompile(`\] [a-z2-7]{26}`)

// sameWhatever runs the script of a rule set with the text and compares it with one without.
func sameWhatever(t *testing.T, target string, os ruleset.OS, text string) {
	plain, spoken := host(smb(os)), host(smb(os))
	run(t, plain, script(t, target, speaking(os, "plain")))
	run(t, spoken, script(t, target, speaking(os, text)))
	formless := func(text string) string { return form.ReplaceAllString(text, "]") }
	if got, want := formless(effect(target, spoken)), formless(effect(target, plain)); got != want {
		t.Errorf("%q changes the store: %s", text, difference(got, want))
	}
	if got, want := formless(commands(spoken)), formless(commands(plain)); got != want {
		t.Errorf("%q changes the commands: %s", text, difference(got, want))
	}
}

var hostile = []string{
	`x" & del C:\ & rem "`, "%PATH% %~f0 %1 %%p %", "a ^", "a | b > c < d", "!LINE! ^!", "two\r\nlines\r\ndel x", `ends in \`, `ends in \"`,
	strings.Repeat("long ", 80), "Серверная Иванова", "=,;()[]{}", "/? what is this", "name=all dir=out", "$(reboot) `reboot`", "\x00\x1a\u2028\ufeff", "",
	"rolewall: tcp 80", "set RULE=x", ":label", "goto failed", "\xff\xfe",
}

func TestFreeTextHasNoEffect(t *testing.T) {
	for _, text := range hostile {
		sameWhatever(t, "advfirewall", ruleset.Windows2022, text)
		sameWhatever(t, "ipsec", ruleset.Windows2003, text)
	}
}

func FuzzFreeText(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sameWhatever(t, "advfirewall", ruleset.Windows2022, text)
		sameWhatever(t, "ipsec", ruleset.Windows2003, text)
	})
}

// A listener arrives letter by letter, or the script is refused.
func FuzzListener(f *testing.F) {
	for _, x := range [][2]string{
		{`%SystemRoot%\System32\dns.exe`, "DNS"}, {`%ProgramFiles(x86)%\a b\c & d.exe`, "MSSQL$UDDI"}, {`C:\100%\x!^.exe`, "a b"}, {`C:\x\`, `a\`},
		{`"C:\x"`, "any"}, {"System", ""}, {"notepad.exe", "x"}, {`C:\x" & del`, `x" & del`}, {`%A%%B%\x.exe`, "%A%"}, {`%%\x`, "x="}, {`C:\a=b,c.exe`, "a,b"},
	} {
		f.Add(x[0], x[1])
	}
	f.Fuzz(func(t *testing.T, program, service string) {
		rs := smb(ruleset.Windows2022)
		rs.Inbound[0].Listener = ruleset.Listener{Program: program, Service: service}
		rs.Inbound = ruleset.Merge(rs.Inbound)
		if len(generators.Check(generator(t, "advfirewall"), rs, generators.All())) > 0 {
			return
		}
		h := host(rs)
		run(t, h, script(t, "advfirewall", rs))
		r := h.Firewall.Rules[len(h.Firewall.Rules)-1]
		want := listenersOf(rs.Inbound)[0].Listener
		if len(h.Firewall.Rules) != 4 || r.Program != want.Program || r.Service != want.Service {
			t.Errorf("%q, %q arrive as %q, %q", program, service, r.Program, r.Service)
		}
	})
}
