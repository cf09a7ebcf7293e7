package main

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"rolewall/compare"
	"rolewall/internal/term"
)

// text writes the report for a terminal.
func (d *difference) text(out *bytes.Buffer) {
	fmt.Fprintln(out, d.paint.In(term.Bold, summary(d.Report)))
	d.textPresence(out, "gone", d.Gone)
	d.textPresence(out, "new", d.New)
	for _, s := range sections(d.Report) {
		d.textSection(out, s)
	}
}

func (d *difference) textPresence(out *bytes.Buffer, word string, list []compare.Presence) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(out)
	for _, g := range presences(list) {
		fmt.Fprintf(out, "%-4s  %s\n", word, term.Printable(term.Hosts(g.names)+": "+g.text()))
	}
}

func (d *difference) textSection(out *bytes.Buffer, s hostSection) {
	title := term.Printable(term.Hosts(s.hosts))
	if s.isNew {
		title += " (new)"
	}
	fmt.Fprintf(out, "\n%s\n", d.paint.In(term.Bold, title))
	d.textBody(out, s)
}

// textBody writes a section without its title.
func (d *difference) textBody(out *bytes.Buffer, s hostSection) {
	for _, f := range s.facts {
		text := term.Printable(factText(f))
		if f.LeavesNoFilter() {
			text = d.paint.In(term.BoldRed, text)
		}
		fmt.Fprintf(out, "  %-9s  %s\n", term.Printable(f.Name), text)
	}
	for _, service := range s.services {
		fmt.Fprintf(out, "  %s\n", term.Printable(service.title))
		for _, b := range service.blocks {
			d.textBlock(out, b)
		}
	}
}

func (d *difference) textBlock(out *bytes.Buffer, b block) {
	head := d.paint.In(kindColour(b), fmt.Sprintf("%s %-8s", kindSign(b.kind), b.kind))
	sentence := term.Printable(b.sentence)
	if b.mark != "" {
		sentence = d.paint.In(term.BoldRed, sentence)
	}
	if len(b.changes) == 1 {
		c := b.changes[0]
		line := term.Printable(portsText(c))
		if sentence != "" {
			line += ", " + sentence
		}
		fmt.Fprintf(out, "    %s  %s  %s\n", head, line, d.textRules(c))
		d.textReasons(out, c)
		return
	}
	fmt.Fprintf(out, "    %s  %s\n", head, sentence)
	width := 0
	for _, c := range b.changes {
		width = max(width, utf8.RuneCountInString(term.Printable(portsText(c))))
	}
	for _, c := range b.changes {
		fmt.Fprintf(out, "        %-*s  %s\n", min(width, 48), term.Printable(portsText(c)), d.textRules(c))
	}
}

// textRules names the rules, and where in a script they stand.
func (d *difference) textRules(c compare.Change) string {
	text := rulesText(c)
	if line, found := d.where(c); found {
		text += " " + term.Printable(line.String())
	}
	return d.paint.In(term.Grey, text)
}

// textReasons lists what differs where only reasons do.
func (d *difference) textReasons(out *bytes.Buffer, c compare.Change) {
	if c.Kind != compare.Reasons {
		return
	}
	for _, line := range reasonLines(c) {
		fmt.Fprintf(out, "        %s\n", term.Printable(line))
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
