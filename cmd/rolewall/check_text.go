package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"rolewall/internal/term"
)

// summary is the first line of every page.
func (k *checker) summary() string {
	if len(k.faults) == 0 {
		return fmt.Sprintf("%s is what %s yields: %s of %s", k.dir, k.policyName, count(len(k.passed), "file"), count(len(k.hosts), "host"))
	}
	kinds := map[faultKind]int{}
	for _, f := range k.faults {
		kinds[f.Kind]++
	}
	var parts []string
	for _, kind := range []faultKind{stale, missing, leftOver, unlisted} {
		if kinds[kind] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", kinds[kind], kind))
		}
	}
	asked := len(k.passed) + kinds[stale] + kinds[missing]
	return fmt.Sprintf("%s is not what %s yields: %s; %d of %d files as they should be", k.dir, k.policyName, strings.Join(parts, ", "), len(k.passed), asked)
}

// text writes the report for a terminal.
func (k *checker) text(out *bytes.Buffer) {
	p := term.NewPaint(k.stdout)
	fmt.Fprintln(out, p.In(term.Bold, term.Printable(k.summary())))
	if len(k.faults) == 0 {
		return
	}
	fmt.Fprintln(out)
	told := map[string]bool{} // hosts whose change in meaning has been told
	for _, g := range k.grouped() {
		fmt.Fprintf(out, "%s  %s: %s\n", p.In(faultColour(g.Kind), fmt.Sprintf("%-9s", g.Kind)), term.Printable(g.title()), term.Printable(g.What))
		for _, c := range g.Causes {
			fmt.Fprintf(out, "           %s\n", term.Printable(c.Text))
		}
		if g.Diff != nil {
			k.textMeaning(out, p, g.fault, told)
			textDiff(out, p, g.lines)
		}
	}
	if slices.ContainsFunc(k.faults, fault.generateHelps) {
		if !bytes.HasSuffix(out.Bytes(), []byte("\n\n")) {
			out.WriteByte('\n')
		}
		fmt.Fprintf(out, "hint: %s\n", term.Printable(k.advice()))
	}
}

func faultColour(kind faultKind) term.Colour {
	if kind == stale || kind == missing {
		return term.Red
	}
	return term.Yellow
}

// textMeaning writes what a stale file changes in meaning, once for all files of a host that say the same.
func (k *checker) textMeaning(out *bytes.Buffer, p term.Paint, f fault, told map[string]bool) {
	if told[f.Host] && f.Diff.report != nil {
		return
	}
	for _, line := range k.meaning(f, p) {
		fmt.Fprintf(out, "  %s\n", line)
	}
	told[f.Host] = told[f.Host] || f.Diff.report != nil
}

// meaning says what changes from the old to the new file, a line each, fit for a terminal.
func (k *checker) meaning(f fault, p term.Paint) []string {
	d := f.Diff
	switch {
	case d.report != nil:
		return append([]string{"in meaning, " + d.basis + ": " + cmp.Or(changeCounts(d.report.Changes), "nothing opens or closes")}, k.reportLines(f, p)...)
	case len(d.rules) > 0:
		lines := []string{"rules, by the IDs in the two texts:"}
		for _, r := range d.rules {
			sign := "-"
			if r.isNew {
				sign = "+"
			}
			lines = append(lines, fmt.Sprintf("  %s [%s] line %d: %s", sign, r.id, r.number, term.Printable(shorten(r.text, 140))))
		}
		return lines
	case d.known:
		return []string{"rules, by the IDs in the two texts: the same; whether one of them was changed in its line, the lines below say"}
	}
	return nil
}

// reportLines tell what changes in meaning, below the host's name.
func (k *checker) reportLines(f fault, p term.Paint) []string {
	var b bytes.Buffer
	page := k.difference(f, p)
	for _, s := range sections(page.Report) {
		page.textBody(&b, s)
	}
	if b.Len() == 0 {
		return nil
	}
	return strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
}

// difference is the report on a stale file; the lines of its rules are those that lie on disk.
func (k *checker) difference(f fault, p term.Paint) *difference {
	_, name, _ := strings.Cut(f.File, "/")
	old := &scripts{dir: k.dir, host: f.Host, files: []file{{name: name, data: f.Diff.old}}}
	return &difference{Report: f.Diff.report, sides: [2]*side{{files: old}, {}}, paint: p}
}

// shorten cuts a text between characters.
func shorten(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-3]) + "..."
}

func textDiff(out *bytes.Buffer, p term.Paint, lines []string) {
	fmt.Fprintln(out)
	for _, line := range lines {
		c := term.Colour("")
		switch {
		case strings.HasPrefix(line, "+"):
			c = term.Green
		case strings.HasPrefix(line, "-"):
			c = term.Red
		}
		if c == "" {
			fmt.Fprintln(out, line)
		} else {
			fmt.Fprintln(out, p.In(c, line))
		}
	}
	fmt.Fprintln(out)
}
