package report

import (
	"bytes"
	"fmt"

	"rolewall/internal/term"
	"rolewall/lint/codes"
	"rolewall/lint/findings"
)

// lintText writes findings for people. Each begins with the position, as messages of compilers do.
func lintText(b *bytes.Buffer, p term.Paint, r *findings.Report) error {
	colours := map[codes.Level]term.Colour{codes.Error: term.BoldRed, codes.Warning: term.Yellow, codes.Note: term.Grey}
	for _, f := range r.Findings {
		fmt.Fprintf(b, "%s: %s: %s\n", p.In(term.Bold, term.Printable(f.Pos.String())), p.In(colours[f.Level], string(f.Level)+" "+f.Code), term.Printable(f.What))
		for _, line := range lintLines(f) {
			fmt.Fprintf(b, "    %s\n", line)
		}
	}
	writeLintCauses(b, r)
	return nil
}

// writeLintCauses writes the causes of several findings: what to change, and how many findings and hosts it is
// about.
func writeLintCauses(b *bytes.Buffer, r *findings.Report) {
	causes := r.Causes()
	if len(causes) == len(r.Findings) {
		return
	}
	b.WriteString("\nBy cause\n")
	for _, x := range causes {
		weight := term.Count(len(x.Findings), "finding")
		if len(x.Hosts) > 0 {
			weight += " on " + term.Hosts(x.Hosts)
		}
		fmt.Fprintf(b, "  %s %s: %s: %s\n", x.Level, x.Code, codeTitle(x.Code), term.Printable(weight))
		if x.Hint != "" {
			fmt.Fprintf(b, "      hint: %s\n", term.Printable(x.Hint))
		}
	}
}

// codeTitle returns in one line what a code finds.
func codeTitle(name string) string {
	code, _ := codes.Lookup(name)
	return code.Title
}

// lintLines returns everything about a finding besides its message.
func lintLines(f findings.Finding) []string {
	var out []string
	if len(f.Hosts) > 0 {
		out = append(out, "on "+term.Hosts(f.Hosts))
	}
	for _, path := range f.Because {
		out = append(out, "because of "+term.Printable(path))
	}
	for _, s := range f.See {
		out = append(out, "see "+term.Printable(s.Pos.String()+": "+s.What))
	}
	if f.Hint != "" {
		out = append(out, "hint: "+term.Printable(f.Hint))
	}
	return out
}
