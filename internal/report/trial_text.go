package report

import (
	"bytes"
	"fmt"

	"rolewall/internal/term"
	"rolewall/internal/trial"
)

// trialsText writes the result for each host below its target. It escapes titles, names and reasons, since they
// come from files.
func trialsText(out *bytes.Buffer, _ term.Paint, reports []trial.Report) error {
	line := func(indent, format string, args ...any) {
		fmt.Fprintln(out, indent+term.Printable(fmt.Sprintf(format, args...)))
	}
	for _, r := range reports {
		line("", "%s: %s, %s", r.Target, r.Title, r.File)
		for _, h := range r.Hosts {
			if len(h.Refused) == 0 {
				line("  ", "%s %s: %d lines", h.Policy, h.Host, h.Lines)
				continue
			}
			line("  ", "%s %s: refused", h.Policy, h.Host)
			for _, what := range h.Refused {
				line("    ", "cannot %s", what)
			}
		}
		for _, what := range r.Unexpressed {
			line("  ", "NEITHER EXPRESSED NOR REFUSED: %s", what)
		}
		if len(r.Unexpressed) == 0 {
			fmt.Fprintln(out, "  everything is expressed or refused")
		}
	}
	return nil
}
