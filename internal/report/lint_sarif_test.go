package report

import (
	"bytes"
	"encoding/json"
	"testing"

	"rolewall/internal/report/sarif"
	"rolewall/internal/term"
	"rolewall/lint/codes"
	"rolewall/lint/findings"
)

// TestSARIFRules holds that each finding points to the rule of its code, and that every code has a rule.
func TestSARIFRules(t *testing.T) {
	all := codes.All()
	last := all[len(all)-1]
	var out bytes.Buffer
	if err := lintSARIF(&out, term.Paint{}, &findings.Report{Findings: []findings.Finding{{Code: last.Name, Level: codes.Note, What: "found"}}}); err != nil {
		t.Fatal(err)
	}
	var log sarif.Log
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if rules := run.Tool.Driver.Rules; len(rules) != len(all) || rules[run.Results[0].RuleIndex].ID != last.Name || rules[len(rules)-1].Default.Level != string(last.Level) {
		t.Errorf("%+v among %d rules of %d codes", run.Results[0], len(rules), len(all))
	}
}
