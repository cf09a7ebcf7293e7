package captures

import (
	"bytes"
	"fmt"

	"rolewall/internal/drift"
	"rolewall/internal/term"
)

// Text writes a result for a terminal.
func Text(out *bytes.Buffer, p term.Paint, r *drift.Result) error {
	fmt.Fprintln(out, p.In(term.Bold, term.Printable(summary(r))))
	for _, s := range sections(r.Findings) {
		fmt.Fprintf(out, "\n%s\n", p.In(term.Bold, hostTitle(s.hosts)))
		for _, b := range s.blocks {
			fmt.Fprintf(out, "  %s\n", b.title)
			for _, f := range b.findings {
				line := headline(f)
				if line == "" {
					continue
				}
				fmt.Fprintf(out, "    %s %s\n", p.In(colour(b.kindGroup), b.sign), line)
				for _, d := range details(f) {
					fmt.Fprintf(out, "        %s\n", d)
				}
			}
		}
	}
	return nil
}

func colour(g kindGroup) term.Colour {
	switch g.sign {
	case "+", "!":
		return term.Red
	case "-":
		return term.Green
	}
	return term.Yellow
}

func hostTitle(names []string) string {
	if len(names) == 1 {
		return term.Printable(names[0])
	}
	return fmt.Sprintf("%d hosts: %s", len(names), term.Printable(term.HostRanges(names)))
}
