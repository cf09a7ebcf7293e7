package report

import (
	"bytes"

	"rolewall/internal/report/sarif"
	"rolewall/internal/term"
	"rolewall/lint/codes"
	"rolewall/lint/findings"
)

// lintSARIF writes findings as SARIF for code scanning.
func lintSARIF(out *bytes.Buffer, _ term.Paint, r *findings.Report) error {
	var rules []sarif.Rule
	index := map[string]int{}
	for i, c := range codes.All() {
		index[c.Name] = i
		rules = append(rules, sarif.Rule{
			ID: c.Name, Short: sarif.Text{Text: c.Title}, Full: sarif.Text{Text: c.Why}, Help: sarif.Text{Text: c.Why + " " + c.Fix},
			Default: sarif.Config{Level: string(c.Level)},
		})
	}
	var results []sarif.Result
	for _, f := range r.Findings {
		x := sarif.Result{
			RuleID: f.Code, RuleIndex: index[f.Code], Level: string(f.Level), Message: lintMessage(f),
			Locations: []sarif.Location{{Physical: sarif.Place(f.Pos)}}, Properties: sarif.Properties{Hosts: append([]string{}, f.Hosts...)},
			Fingerprints: sarif.Fingerprint(f.Code, f.Pos.File, f.What),
		}
		for i, s := range f.See {
			x.Related = append(x.Related, sarif.Location{ID: i + 1, Physical: sarif.Place(s.Pos), Message: &sarif.Text{Text: s.What}})
		}
		results = append(results, x)
	}
	return sarif.Write(out, rules, results)
}

// lintMessage returns everything about a finding in plain text.
func lintMessage(f findings.Finding) sarif.Text {
	return sarif.Message(append([]string{term.Printable(f.What)}, lintLines(f)...))
}
