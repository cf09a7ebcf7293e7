package main

import (
	"slices"
	"strings"

	"rolewall/lint"
)

// Failed reports whether a finding is as heavy as FailOn.
func (r lintReport) Failed() bool {
	return slices.ContainsFunc(r.Findings, func(f lint.Finding) bool { return f.Level.AtLeast(r.FailOn) })
}

// count returns the number of findings of one level.
func (r lintReport) count(level lint.Level) int {
	n := 0
	for _, f := range r.Findings {
		if f.Level == level {
			n++
		}
	}
	return n
}

// lintSummary counts findings: "1 error, 2 warnings, 3 notes".
func lintSummary(r lintReport) string {
	if len(r.Findings) == 0 {
		return "nothing found"
	}
	var parts []string
	for _, level := range []lint.Level{lint.Error, lint.Warning, lint.Note} {
		if n := r.count(level); n > 0 {
			parts = append(parts, count(n, string(level)))
		}
	}
	return strings.Join(parts, ", ") + "; rolewall lint --explain CODE says more"
}
