package main

import (
	"bytes"
	"fmt"

	"rolewall/internal/term"
	"rolewall/lint"
)

// text writes the findings for people: the place first, as compilers do.
func (r lintReport) text(b *bytes.Buffer, p term.Paint) {
	colours := map[lint.Level]term.Colour{lint.Error: term.BoldRed, lint.Warning: term.Yellow, lint.Note: term.Grey}
	for _, f := range r.findings {
		fmt.Fprintf(b, "%s: %s: %s\n", p.In(term.Bold, term.Printable(f.Pos.String())), p.In(colours[f.Level], string(f.Level)+" "+f.Code), term.Printable(f.What))
		for _, line := range lintLines(f) {
			fmt.Fprintf(b, "    %s\n", line)
		}
	}
}

// lintLines is what there is to say of a finding beside its message.
func lintLines(f lint.Finding) []string {
	var out []string
	if len(f.Hosts) > 0 {
		out = append(out, "on "+term.Hosts(f.Hosts))
	}
	for _, road := range f.Because {
		out = append(out, "because of "+term.Printable(road))
	}
	for _, s := range f.See {
		out = append(out, "see "+term.Printable(s.Pos.String()+": "+s.What))
	}
	if f.Hint != "" {
		out = append(out, "hint: "+term.Printable(f.Hint))
	}
	return out
}

// github writes workflow commands, which GitHub shows beside the lines of the policy.
func (r lintReport) github(b *bytes.Buffer) {
	commands := map[lint.Level]string{lint.Error: "error", lint.Warning: "warning", lint.Note: "notice"}
	for _, f := range r.findings {
		title := f.Code
		if code, known := lint.Lookup(f.Code); known {
			title += ": " + code.Title
		}
		text := f.What
		for _, line := range lintLines(f) {
			text += "\n" + line
		}
		fmt.Fprintf(b, "::%s file=%s,line=%d,col=%d,title=%s::%s\n", commands[f.Level],
			term.AnnotationProperty(f.Pos.File), max(f.Pos.Line, 1), max(f.Pos.Column, 1), term.AnnotationProperty(title), term.AnnotationText(text))
	}
	fmt.Fprintf(b, "rolewall lint: %s\n", term.AnnotationText(r.summary()))
}
