package report

import (
	"bytes"
	"encoding/json"
	"rolewall/internal/term"
	"rolewall/lint"
	"testing"
)

// TestFileURI holds how names of files become URIs.
func TestFileURI(t *testing.T) {
	for name, want := range map[string]string{
		"servers.toml": "servers.toml", "a b/ä#?.toml": "a%20b/%C3%A4%23%3F.toml", "c:x.toml": "./c:x.toml", "./hosts//dc.toml": "hosts/dc.toml",
		"/etc/rolewall.toml": "file:///etc/rolewall.toml", "../x.toml": "../x.toml", "-": "-", "100%.toml": "100%25.toml",
	} {
		if got := fileURI(name); got != want {
			t.Errorf("%q becomes %q, not %q", name, got, want)
		}
	}
}

// TestSARIFRules holds that each finding points to the rule of its code, and that every code has a rule.
func TestSARIFRules(t *testing.T) {
	codes := lint.Codes()
	last := codes[len(codes)-1]
	var out bytes.Buffer
	if err := lintSARIF(&out, term.Paint{}, &lint.Report{Findings: []lint.Finding{{Code: last.Name, Level: lint.Note, What: "found"}}}); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if rules := run.Tool.Driver.Rules; len(rules) != len(codes) || rules[run.Results[0].RuleIndex].ID != last.Name || rules[len(rules)-1].Default.Level != string(last.Level) {
		t.Errorf("%+v among %d rules of %d codes", run.Results[0], len(rules), len(codes))
	}
}
