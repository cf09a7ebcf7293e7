package main

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"rolewall/compare"
)

// text writes the report for a terminal.
func (d *difference) text(out *bytes.Buffer) {
	fmt.Fprintln(out, d.paint.say(inBold, summary(d.Report)))
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
		fmt.Fprintf(out, "%-4s  %s\n", word, printable(hostsText(g.names)+": "+g.text()))
	}
}

func (d *difference) textSection(out *bytes.Buffer, s hostSection) {
	title := printable(hostsText(s.hosts))
	if s.isNew {
		title += " (new)"
	}
	fmt.Fprintf(out, "\n%s\n", d.paint.say(inBold, title))
	d.textBody(out, s)
}

// textBody writes a section without its title.
func (d *difference) textBody(out *bytes.Buffer, s hostSection) {
	for _, f := range s.facts {
		text := printable(factText(f))
		if f.LeavesNoFilter() {
			text = d.paint.say(inBoldRed, text)
		}
		fmt.Fprintf(out, "  %-9s  %s\n", printable(f.Name), text)
	}
	for _, service := range s.services {
		fmt.Fprintf(out, "  %s\n", printable(service.title))
		for _, b := range service.blocks {
			d.textBlock(out, b)
		}
	}
}

func (d *difference) textBlock(out *bytes.Buffer, b block) {
	head := d.paint.say(kindColour(b), fmt.Sprintf("%s %-8s", kindSign(b.kind), b.kind))
	sentence := printable(b.sentence)
	if b.mark != "" {
		sentence = d.paint.say(inBoldRed, sentence)
	}
	if len(b.changes) == 1 {
		c := b.changes[0]
		line := printable(portsText(c))
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
		width = max(width, utf8.RuneCountInString(printable(portsText(c))))
	}
	for _, c := range b.changes {
		fmt.Fprintf(out, "        %-*s  %s\n", min(width, 48), printable(portsText(c)), d.textRules(c))
	}
}

// textRules names the rules, and where in a script they stand.
func (d *difference) textRules(c compare.Change) string {
	text := rulesText(c)
	if line, found := d.where(c); found {
		text += " " + printable(line.String())
	}
	return d.paint.say(inGrey, text)
}

// textReasons lists what differs where only reasons do.
func (d *difference) textReasons(out *bytes.Buffer, c compare.Change) {
	if c.Kind != compare.Reasons {
		return
	}
	for _, line := range reasonLines(c) {
		fmt.Fprintf(out, "        %s\n", printable(line))
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

func kindColour(b block) colour {
	switch b.kind {
	case compare.Opened, compare.Widened:
		if b.mark != "" {
			return inBoldRed
		}
		return inRed
	case compare.Closed, compare.Narrowed:
		return inGreen
	case compare.Reasons:
		return inGrey
	}
	return inYellow
}
