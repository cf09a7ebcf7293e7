package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"rolewall/diag"
	"rolewall/internal/report/sarif"
	"rolewall/internal/term"
	"rolewall/lint/codes"
	"rolewall/lint/findings"
)

// FuzzLintOutput writes findings full of hostile text in every format: nothing but line ends of our own controls a
// terminal, every line of workflow commands is one of ours, and the JSON forms can be read back.
func FuzzLintOutput(f *testing.F) {
	for _, s := range []string{
		"plain", "\x1b[2J\x1b]0;title\a", "::error::gotcha\n::set-output name=x::y", "100%0A::stop-commands::x", "[link](javascript:alert(1)) {0}", "\u202etxet \u2028\u0085\x00\xff",
		"##[error]old form", "a\r\nb\tc", "<script>alert(1)</script> @everyone `code`",
	} {
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, what, file, host string) {
		finding := findings.Finding{
			Code: "RW026", Level: codes.Error, Pos: diag.Pos{File: file, Line: 3, Column: 7}, What: what, Hint: what, Hosts: []string{"web1", "web2"},
			Because: []string{what, host}, See: []findings.See{{Pos: diag.Pos{File: file, Line: 1, Column: 1}, What: what}},
		}
		r := &findings.Report{Findings: []findings.Finding{finding}, AsOf: "2026-01-01", FailOn: codes.Warning}
		var text, commands, log, view bytes.Buffer
		lintText(&text, term.Paint{}, r)
		lintGitHub(&commands, term.Paint{}, r)
		noControls(t, text.String())
		noControls(t, commands.String())
		lines := strings.Split(strings.TrimSuffix(commands.String(), "\n"), "\n")
		if len(lines) != 2 || !strings.HasPrefix(lines[0], "::error file=") || strings.HasPrefix(lines[1], "::") || strings.Contains(commands.String(), "##[") {
			t.Errorf("workflow commands: %q", lines)
		}
		properties, _, _ := strings.Cut(strings.TrimPrefix(lines[0], "::error "), "::")
		if n := strings.Count(properties, ","); n != 3 {
			t.Errorf("%d properties in %q", n+1, properties)
		}
		if err := lintSARIF(&log, term.Paint{}, r); err != nil {
			t.Fatal(err)
		}
		var back sarif.Log
		if err := json.Unmarshal(log.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		message := back.Runs[0].Results[0].Message.Text
		noControls(t, message)
		for i, c := range message {
			if c == '[' && message[max(i-1, 0)] != '\\' {
				t.Errorf("a link may begin in %q", message)
			}
		}
		if uri := back.Runs[0].Results[0].Locations[0].Physical.Artifact.URI; strings.ContainsFunc(uri, func(c rune) bool { return c <= ' ' || c > '~' }) {
			t.Errorf("the URI is %q", uri)
		}
		if err := lintJSON(&view, term.Paint{}, r); err != nil || !json.Valid(view.Bytes()) {
			t.Errorf("%v in %s", err, view.String())
		}
	})
}

// noControls fails for characters that move a cursor, hide text or turn its direction.
func noControls(t *testing.T, text string) {
	t.Helper()
	for _, line := range strings.Split(text, "\n") {
		for _, r := range line {
			if !unicode.IsPrint(r) {
				t.Fatalf("%U in %q", r, line)
			}
		}
	}
}
