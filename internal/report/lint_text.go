package report

import (
	"bytes"
	"fmt"

	"rolewall/internal/term"
	"rolewall/lint"
)

// lintText writes findings for people: the place first, as compilers do.
func lintText(b *bytes.Buffer, p term.Paint, r *lint.Report) error {
	colours := map[lint.Level]term.Colour{lint.Error: term.BoldRed, lint.Warning: term.Yellow, lint.Note: term.Grey}
	for _, f := range r.Findings {
		fmt.Fprintf(b, "%s: %s: %s\n", p.In(term.Bold, term.Printable(f.Pos.String())), p.In(colours[f.Level], string(f.Level)+" "+f.Code), term.Printable(f.What))
		for _, line := range lintLines(f) {
			fmt.Fprintf(b, "    %s\n", line)
		}
	}
	return nil
}

// lintLines says all about a finding beside its message.
func lintLines(f lint.Finding) []string {
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
