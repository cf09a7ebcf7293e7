package report

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rolewall/internal/check"
	"rolewall/internal/report/changes"
	"rolewall/internal/term"
)

// checkText writes the result of check for a terminal.
func checkText(out *bytes.Buffer, p term.Paint, r *check.Report) error {
	fmt.Fprintln(out, p.In(term.Bold, term.Printable(checkSummary(r))))
	if r.None() {
		return nil
	}
	fmt.Fprintln(out)
	t := &checkTexter{out, p, map[string]bool{}}
	for _, g := range r.Groups() {
		t.group(g)
	}
	if slices.ContainsFunc(r.Findings, check.Finding.Repairable) {
		if !bytes.HasSuffix(out.Bytes(), []byte("\n\n")) {
			out.WriteByte('\n')
		}
		fmt.Fprintf(out, "hint: %s\n", term.Printable(checkHint(r)))
	}
	return nil
}

// checkTexter writes groups of findings.
type checkTexter struct {
	out     *bytes.Buffer
	paint   term.Paint
	written map[string]bool // hosts whose change in meaning was written
}

func (t *checkTexter) group(g *check.Group) {
	fmt.Fprintf(t.out, "%s  %s: %s\n", t.paint.In(findingColour(g.Kind), fmt.Sprintf("%-9s", g.Kind)), term.Printable(groupTitle(g)), term.Printable(g.What))
	for _, c := range g.Causes {
		fmt.Fprintf(t.out, "           %s\n", term.Printable(c.Text))
	}
	if g.Diff != nil {
		t.meaning(g.Finding)
		t.lines(g.Diff.Lines)
	}
}

// groupTitle returns the file, and the hosts if there are several.
func groupTitle(g *check.Group) string {
	if len(g.Hosts) < 2 {
		return g.File
	}
	return g.Name() + " on " + term.Hosts(g.Hosts)
}

// findingColour returns red for files that are wrong, and yellow for files that should not be there.
func findingColour(kind check.Kind) term.Colour {
	if kind == check.Stale || kind == check.Missing {
		return term.Red
	}
	return term.Yellow
}

// meaning writes what changes in meaning because of a stale file. It writes this once for each host, since it is
// the same for all its files.
func (t *checkTexter) meaning(f check.Finding) {
	if t.written[f.Host] && f.Diff.Meaning != nil {
		return
	}
	for _, line := range meaningLines(f.Diff, t.paint) {
		fmt.Fprintf(t.out, "  %s\n", line)
	}
	t.written[f.Host] = t.written[f.Host] || f.Diff.Meaning != nil
}

// lines writes a unified diff.
func (t *checkTexter) lines(lines []string) {
	fmt.Fprintln(t.out)
	for _, line := range lines {
		text := term.FileLine(line)
		switch {
		case strings.HasPrefix(line, "+"):
			text = t.paint.In(term.Green, text)
		case strings.HasPrefix(line, "-"):
			text = t.paint.In(term.Red, text)
		}
		fmt.Fprintln(t.out, text)
	}
	fmt.Fprintln(t.out)
}

// meaningLines returns what changes in meaning from the old to the new file, safe for a terminal.
func meaningLines(d *check.Diff, p term.Paint) []string {
	switch {
	case d.Meaning != nil:
		var b bytes.Buffer
		changes.Body(&b, p, d.Meaning)
		head := "in meaning, " + d.Basis + ": " + cmp.Or(changes.Counts(d.Meaning.Changes), "nothing opens or closes")
		if b.Len() == 0 {
			return []string{head}
		}
		return append([]string{head}, strings.Split(strings.TrimRight(b.String(), "\n"), "\n")...)
	case len(d.Rules) > 0:
		lines := []string{"rules, by the IDs in the two texts:"}
		for _, r := range d.Rules {
			sign := "-"
			if r.IsNew {
				sign = "+"
			}
			lines = append(lines, fmt.Sprintf("  %s [%s] line %d: %s", sign, r.ID, r.Number, term.Printable(term.Shorten(r.Text, 140))))
		}
		return lines
	case d.HasIDs:
		return []string{"rules, by the IDs in the two texts: the same; whether one of them was changed in its line, the lines below say"}
	}
	return nil
}
