package report

import (
	"bytes"
	"fmt"

	"rolewall/internal/term"
	"rolewall/lint/codes"
	"rolewall/lint/findings"
)

// lintGitHub writes workflow commands. GitHub shows them next to the lines of the policy.
func lintGitHub(b *bytes.Buffer, _ term.Paint, r *findings.Report) error {
	commands := map[codes.Level]string{codes.Error: "error", codes.Warning: "warning", codes.Note: "notice"}
	for _, f := range r.Findings {
		title := f.Code
		if code, known := codes.Lookup(f.Code); known {
			title += ": " + code.Title
		}
		text := f.What
		for _, line := range lintLines(f) {
			text += "\n" + line
		}
		fmt.Fprintf(b, "::%s file=%s,line=%d,col=%d,title=%s::%s\n", commands[f.Level],
			term.AnnotationProperty(f.Pos.File), max(f.Pos.Line, 1), max(f.Pos.Column, 1), term.AnnotationProperty(title), term.AnnotationText(text))
	}
	fmt.Fprintf(b, "rolewall lint: %s\n", term.AnnotationText(LintSummary(r)))
	return nil
}
