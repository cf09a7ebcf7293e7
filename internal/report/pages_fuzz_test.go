package report

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"rolewall/compare"
	"rolewall/internal/check"
	"rolewall/internal/report/changes"
	"rolewall/internal/report/junit"
	"rolewall/internal/term"
	"rolewall/ruleset"
)

// FuzzPages puts a text that wants to break out in every place of a report that can hold free text.
func FuzzPages(f *testing.F) {
	for _, s := range []string{"a", "`", "``a", " ` ", "\n::error::x", "\x1b]0;t\x07", "##[error]", "%0A", "\xff\ufffe", "]]>&lt;", "\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkPages(t, s) })
}

// checkPages puts a text that wants to break out in every place of a report that can hold free text.
func checkPages(t *testing.T, s string) {
	t.Helper()
	report := func(reason string) *compare.Report {
		c := compare.Change{
			Kind: compare.Reasons, Hosts: []string{"h"}, Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 80, Last: 80}}}, Services: []string{reason},
			Before: compare.Addresses{Names: []string{reason}}, After: compare.Addresses{Names: []string{"x" + reason}}, Rules: [2][]string{{"1f2e3d4c"}, {"1f2e3d4c"}},
			Reasons: [2][]ruleset.Reason{{}, {{Allow: &ruleset.Allow{Reason: reason, Owner: reason}, At: reason}}},
		}
		fact := compare.Fact{Hosts: []string{"h"}, Name: "warning", After: reason}
		return &compare.Report{Compared: 1, Changes: []compare.Change{c}, Facts: []compare.Fact{fact}}
	}
	check := func(reason string) *check.Report {
		lines := append([]string{"--- old", "+++ new", "@@ -1,3 +1,2 @@", " a"}, strings.Split("-"+strings.ReplaceAll(reason, "\n", "\n-"), "\n")...)
		d := &check.Diff{Lines: append(lines, " b")}
		bad := check.Finding{Kind: check.Stale, Host: "h", File: "h/x", Line: 2, What: reason, Causes: []check.Cause{{Code: check.Outdated, Text: reason}}, Diff: d}
		return &check.Report{Folder: reason, Policy: reason, Generate: "rolewall generate " + reason, Findings: []check.Finding{bad}}
	}
	var got, plain bytes.Buffer
	page := func(out *bytes.Buffer, reason string) {
		out.Reset()
		changes.Text(out, term.Paint{}, report(reason))
		changes.Markdown(out, term.Paint{}, report(reason))
		checkText(out, term.Paint{}, check(reason))
		checkGitHub(out, term.Paint{}, check(reason))
	}
	page(&got, s)
	page(&plain, "plain")
	lines := strings.Count(got.String(), "\n")
	// A diff has a line for each line of the file; nothing else may add one.
	if more := 3 * strings.Count(s, "\n"); lines > strings.Count(plain.String(), "\n")+more {
		t.Errorf("%q makes %d lines of\n%s", s, lines, got.String())
	}
	for line := range strings.Lines(got.String()) {
		if strings.ContainsFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return r != '\t' && r < ' ' || r == 0x7f }) {
			t.Errorf("control characters in %q", line)
		}
		if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "::") && strings.Contains(trimmed[2:], "::") && !strings.HasPrefix(line, "::error file=") {
			t.Errorf("a command in %q", line)
		}
	}
	var b bytes.Buffer
	if err := checkJUnit(&b, term.Paint{}, check(s)); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Cases []junit.Case `xml:"testsuite>testcase"`
	}
	if err := xml.Unmarshal(b.Bytes(), &back); err != nil || len(back.Cases) != 1 {
		t.Errorf("%v in\n%s", err, b.String())
	}
}
