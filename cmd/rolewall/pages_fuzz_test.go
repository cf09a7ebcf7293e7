package main

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"rolewall/compare"
	"rolewall/ruleset"
)

func TestEscape(t *testing.T) {
	for _, c := range []struct {
		name     string
		escape   func(string) string
		in, want string
	}{
		{"plain text", printable, "Петя's «scanner» → web, 100 %", "Петя's «scanner» → web, 100 %"},
		{"colours", printable, "\x1b[31mred\x07", `\x1b[31mred\a`},
		{"line ends", printable, "a\nb\r\n\tc", `a\nb\r\n\tc`},
		{"direction and blanks", printable, "a\u202eb\u00a0c\u200bd\u2028e", `a\u202eb\u00a0c\u200bd\u2028e`},
		{"broken bytes", printable, "a\xffb\xc3", `a\xffb\xc3`},
		{"the replacement character itself", printable, "a\ufffdb", "a\ufffdb"},
		{"code span", markdownCode, "a *b* @team #1 <b>", "`a *b* @team #1 <b>`"},
		{"backticks", markdownCode, "a ``b`` c", "```a ``b`` c```"},
		{"backticks at the ends", markdownCode, "`a`", "`` `a` ``"},
		{"nothing", markdownCode, "", "`  `"},
		{"line end in a code span", markdownCode, "a\n- b", "`a\\n- b`"},
		{"annotation", annotationText, "100%\nb::error::c\r\nd", "100%25%0Ab::error::c%0Ad"},
		{"commands in a log", printable, " ::error::x", ` \::error::x`},
		{"no command", printable, "::1/128", "::1/128"},
		{"old commands", annotationText, "a ##[error]x", `a ##\[error]x`},
		{"property", annotationProperty, "a,line=1::x\ny", "a%2Cline=1%3A%3Ax%0Ay"},
	} {
		if got := c.escape(c.in); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// FuzzEscape holds for every place what a reader of that place would trip over.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"a", "`", "``a", " ` ", "\n::error::x", "\x1b]0;t\x07", "##[error]", "%0A", "\xff\ufffe", "]]>&lt;", "\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p := printable(s); strings.ContainsFunc(p, func(r rune) bool { return !unicode.IsPrint(r) && r != utf8.RuneError }) || !utf8.ValidString(p) {
			t.Errorf("printable gives %q", p)
		}
		checkSpan(t, s, markdownCode(s))
		if a := annotationText(s); strings.ContainsAny(a, "\r\n") || strings.Contains(a, "##[") || strings.Count(a, "%") != strings.Count(a, "%25")+strings.Count(a, "%0A") {
			t.Errorf("annotationText gives %q", a)
		}
		if p := annotationProperty(s); strings.ContainsAny(p, "\r\n:,") {
			t.Errorf("annotationProperty gives %q", p)
		}
		checkPages(t, s)
	})
}

// checkSpan reads a code span as CommonMark does: it ends at the next run of as many backticks as it began with, and
// loses one blank at each end where both have one and not all is blank.
func checkSpan(t *testing.T, s, span string) {
	t.Helper()
	body := strings.TrimLeft(span, "`")
	fence := span[:len(span)-len(body)]
	body, ended := strings.CutSuffix(body, fence)
	if fence == "" || !ended || strings.ContainsAny(span, "\r\n") {
		t.Fatalf("%q is no code span", span)
	}
	for run := range strings.FieldsFuncSeq(body, func(r rune) bool { return r != '`' }) {
		if len(run) == len(fence) {
			t.Fatalf("%q ends early", span)
		}
	}
	if strings.HasSuffix(body, "`") {
		t.Fatalf("%q does not end", span)
	}
	if strings.HasPrefix(body, " ") && strings.HasSuffix(body, " ") && strings.Trim(body, " ") != "" {
		body = body[1 : len(body)-1]
	}
	if strings.Trim(s, " ") != "" && body != printable(s) {
		t.Errorf("%q is shown as %q", s, body)
	}
}

// checkPages lets a text that wants to break out stand wherever free text can stand in a report.
func checkPages(t *testing.T, s string) {
	t.Helper()
	report := func(reason string) *difference {
		c := compare.Change{
			Kind: compare.Reasons, Hosts: []string{"h"}, Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 80, Last: 80}}, Services: []string{reason},
			Before: compare.Who{Names: []string{reason}}, After: compare.Who{Names: []string{"x" + reason}}, Rules: [2][]string{{"1f2e3d4c"}, {"1f2e3d4c"}},
			Reasons: [2][]ruleset.Reason{{}, {{Allow: &ruleset.Allow{Reason: reason, Owner: reason}, At: reason}}},
		}
		fact := compare.Fact{Hosts: []string{"h"}, Name: "warning", After: reason}
		return &difference{Report: &compare.Report{Compared: 1, Changes: []compare.Change{c}, Facts: []compare.Fact{fact}}, sides: [2]*side{{}, {}}}
	}
	check := func(reason string) *checker {
		k := &checker{plan: &plan{session: &session{environment: &environment{stdout: &bytes.Buffer{}}}}, tree: &tree{dir: reason}, policyName: reason, withDiff: true}
		d := &fileDiff{old: []byte("a\n" + reason + "\nb\n"), new: []byte("a\nb\n")}
		d.unify("old", "new")
		k.faults = []fault{{Kind: stale, Host: "h", File: "h/x", Line: 2, What: reason, Causes: []cause{{outdated, reason}}, Diff: d}}
		return k
	}
	var got, plain bytes.Buffer
	page := func(out *bytes.Buffer, reason string) {
		out.Reset()
		report(reason).text(out)
		report(reason).markdown(out)
		k := check(reason)
		k.text(out)
		k.github(out)
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
	if err := check(s).junit(&b); err != nil {
		t.Fatal(err)
	}
	var back junitSuites
	if err := xml.Unmarshal(b.Bytes(), &back); err != nil || len(back.Suite.Cases) != 1 {
		t.Errorf("%v in\n%s", err, b.String())
	}
}
