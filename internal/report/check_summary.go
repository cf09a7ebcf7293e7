package report

import (
	"fmt"
	"strings"

	"rolewall/internal/check"
	"rolewall/internal/term"
)

// checkSummary returns the first line of a report.
func checkSummary(r *check.Report) string {
	if r.None() {
		return fmt.Sprintf("%s is what %s yields: %s of %s", r.Folder, r.Policy, term.Count(len(r.Passed), "file"), term.Count(r.Hosts, "host"))
	}
	kinds := map[check.Kind]int{}
	for _, f := range r.Findings {
		kinds[f.Kind]++
	}
	var parts []string
	for _, kind := range check.Kinds() {
		if kinds[kind] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", kinds[kind], kind))
		}
	}
	asked := len(r.Passed) + kinds[check.Stale] + kinds[check.Missing]
	return fmt.Sprintf("%s is not what %s yields: %s; %d of %d files as they should be", r.Folder, r.Policy, strings.Join(parts, ", "), len(r.Passed), asked)
}

// checkHint returns how to bring the folder up to date.
func checkHint(r *check.Report) string {
	hint := r.Generate + " makes the files anew"
	if r.Obstacle != "" {
		hint = r.Obstacle + "; then " + hint
	}
	return hint
}

// findingLines returns everything about a finding, safe for a log.
func findingLines(r *check.Report, f check.Finding) []string {
	lines := []string{term.Printable(f.File + ": " + f.What)}
	for _, c := range f.Causes {
		lines = append(lines, term.Printable(c.Text))
	}
	if f.Diff != nil {
		lines = append(append(lines, meaningLines(f.Diff, term.Paint{})...), printableLines(f.Diff.Lines)...)
	}
	if f.Repairable() {
		lines = append(lines, term.Printable(checkHint(r)))
	}
	return lines
}

// printableLines makes the lines of a file safe for a log.
func printableLines(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = term.FileLine(line)
	}
	return out
}
