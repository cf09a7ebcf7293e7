package report

import (
	"strings"

	"rolewall/internal/term"
	"rolewall/lint/codes"
	"rolewall/lint/findings"
)

// LintSummary returns the numbers of findings: "1 error, 2 warnings, 3 notes".
func LintSummary(r *findings.Report) string {
	if len(r.Findings) == 0 {
		return "nothing found"
	}
	var parts []string
	for _, level := range []codes.Level{codes.Error, codes.Warning, codes.Note} {
		if n := r.Count(level); n > 0 {
			parts = append(parts, term.Count(n, string(level)))
		}
	}
	return strings.Join(parts, ", ") + "; rolewall lint --explain CODE says more"
}
