package main

import (
	"bytes"
	"fmt"

	"rolewall/lint"
)

// text writes the findings for people: the place first, as compilers do.
func (r lintReport) text(b *bytes.Buffer, p paint) {
	colours := map[lint.Level]colour{lint.Error: inBoldRed, lint.Warning: inYellow, lint.Note: inGrey}
	for _, f := range r.findings {
		fmt.Fprintf(b, "%s: %s: %s\n", p.say(inBold, printable(f.Pos.String())), p.say(colours[f.Level], string(f.Level)+" "+f.Code), printable(f.What))
		for _, line := range lintLines(f) {
			fmt.Fprintf(b, "    %s\n", line)
		}
	}
}

// lintLines is what there is to say of a finding beside its message.
func lintLines(f lint.Finding) []string {
	var out []string
	if len(f.Hosts) > 0 {
		out = append(out, "on "+hostsText(f.Hosts))
	}
	for _, road := range f.Because {
		out = append(out, "because of "+printable(road))
	}
	for _, s := range f.See {
		out = append(out, "see "+printable(s.Pos.String()+": "+s.What))
	}
	if f.Hint != "" {
		out = append(out, "hint: "+printable(f.Hint))
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
			annotationProperty(f.Pos.File), max(f.Pos.Line, 1), max(f.Pos.Column, 1), annotationProperty(title), annotationText(text))
	}
	fmt.Fprintf(b, "rolewall lint: %s\n", annotationText(r.summary()))
}
