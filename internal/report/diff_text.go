package report

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"rolewall/compare"
	"rolewall/internal/term"
)

// diffText writes a comparison for a terminal.
func diffText(out *bytes.Buffer, p term.Paint, r *compare.Report) error {
	t := &diffTexter{out, p}
	fmt.Fprintln(out, p.In(term.Bold, summary(r)))
	t.presence("gone", r.Gone)
	t.presence("new", r.New)
	for _, s := range sections(r) {
		t.section(s)
	}
	return nil
}

// diffTexter writes the parts of a comparison.
type diffTexter struct {
	out   *bytes.Buffer
	paint term.Paint
}

func (t *diffTexter) presence(word string, list []compare.Presence) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(t.out)
	for _, g := range presences(list) {
		fmt.Fprintf(t.out, "%-4s  %s\n", word, term.Printable(term.Hosts(g.names)+": "+g.text()))
	}
}

func (t *diffTexter) section(s hostSection) {
	title := term.Printable(term.Hosts(s.hosts))
	if s.isNew {
		title += " (new)"
	}
	fmt.Fprintf(t.out, "\n%s\n", t.paint.In(term.Bold, title))
	t.body(s)
}

// body writes a section without its title.
func (t *diffTexter) body(s hostSection) {
	for _, f := range s.facts {
		text := term.Printable(factText(f))
		if f.LeavesNoFilter() {
			text = t.paint.In(term.BoldRed, text)
		}
		fmt.Fprintf(t.out, "  %-9s  %s\n", term.Printable(f.Name), text)
	}
	for _, service := range s.services {
		fmt.Fprintf(t.out, "  %s\n", term.Printable(service.title))
		for _, b := range service.blocks {
			t.block(b)
		}
	}
}

func (t *diffTexter) block(b block) {
	head := t.paint.In(kindColour(b), fmt.Sprintf("%s %-8s", kindSign(b.kind), b.kind))
	sentence := term.Printable(b.sentence)
	if b.mark != "" {
		sentence = t.paint.In(term.BoldRed, sentence)
	}
	if len(b.changes) == 1 {
		c := b.changes[0]
		line := term.Printable(portsText(c))
		if sentence != "" {
			line += ", " + sentence
		}
		fmt.Fprintf(t.out, "    %s  %s  %s\n", head, line, t.rules(c))
		t.reasons(c)
		return
	}
	fmt.Fprintf(t.out, "    %s  %s\n", head, sentence)
	width := 0
	for _, c := range b.changes {
		width = max(width, utf8.RuneCountInString(term.Printable(portsText(c))))
	}
	for _, c := range b.changes {
		fmt.Fprintf(t.out, "        %-*s  %s\n", min(width, 48), term.Printable(portsText(c)), t.rules(c))
	}
}

// rules names the rules of a change, and the line of a script that has one of them.
func (t *diffTexter) rules(c compare.Change) string {
	text := rulesText(c)
	if c.At != nil {
		text += " " + term.Printable(c.At.String())
	}
	return t.paint.In(term.Grey, text)
}

// reasons lists what differs where only reasons do.
func (t *diffTexter) reasons(c compare.Change) {
	if c.Kind != compare.Reasons {
		return
	}
	for _, line := range reasonLines(c) {
		fmt.Fprintf(t.out, "        %s\n", term.Printable(line))
	}
}

func kindSign(k compare.Kind) string {
	switch k {
	case compare.Opened, compare.Widened:
		return "+"
	case compare.Closed, compare.Narrowed:
		return "-"
	case compare.Reasons:
		return "="
	}
	return "~"
}

func kindColour(b block) term.Colour {
	switch b.kind {
	case compare.Opened, compare.Widened:
		if b.mark != "" {
			return term.BoldRed
		}
		return term.Red
	case compare.Closed, compare.Narrowed:
		return term.Green
	case compare.Reasons:
		return term.Grey
	}
	return term.Yellow
}
