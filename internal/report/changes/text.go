package changes

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"rolewall/compare"
	"rolewall/internal/term"
)

// Text writes a comparison for a terminal.
func Text(out *bytes.Buffer, p term.Paint, r *compare.Report) error {
	t := &texter{out, p}
	fmt.Fprintln(out, p.In(term.Bold, summary(r)))
	groups, rest := causeGroups(r)
	t.causes(r)
	t.presence("gone", r.Gone)
	t.presence("new", r.New)
	for _, g := range groups {
		t.causeGroup(g)
	}
	for _, s := range sections(rest) {
		t.section(s, "")
	}
	return nil
}

// Body writes what differs without the names of the hosts, for a report that has named them already. It writes
// nothing if nothing differs.
func Body(out *bytes.Buffer, p term.Paint, r *compare.Report) {
	t := &texter{out, p}
	for _, s := range sections(r) {
		t.body(s)
	}
}

// texter writes the parts of a comparison.
type texter struct {
	out   *bytes.Buffer
	paint term.Paint
}

func (t *texter) presence(word string, list []compare.Presence) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(t.out)
	for _, g := range presences(list) {
		fmt.Fprintf(t.out, "%-4s  %s\n", word, term.Printable(term.Hosts(g.names)+": "+g.text()))
	}
}

// causes lists the edits of the policy.
func (t *texter) causes(r *compare.Report) {
	if len(r.Causes) > 0 {
		fmt.Fprintf(t.out, "\n%s\n", t.paint.In(term.Bold, "edits of the policy"))
	}
	weights := causeWeights(r)
	for i, x := range r.Causes {
		fmt.Fprintf(t.out, "  %s: %s  %s\n", term.Printable(causeName(x)), term.Printable(causeText(x)), t.paint.In(term.Grey, "("+weights[i]+")"))
	}
}

// causeGroup writes what edits of the policy change. It is short if all effects have the same sources.
func (t *texter) causeGroup(g causeGroup) {
	fmt.Fprintf(t.out, "\n%s\n", t.paint.In(term.Bold, term.Printable("by "+g.title())))
	for _, e := range g.effects {
		kind := fmt.Sprintf("%s %-8s", kindSign(e.kind), e.kind)
		if e.mark != "" {
			kind += " to " + e.mark
		}
		head := t.paint.In(kindColour(block{kind: e.kind, mark: e.mark}), kind)
		line := term.Printable(term.Hosts(e.hosts) + ": " + e.portsText())
		if rules := e.rulesText(); rules != "" {
			line += "  " + t.paint.In(term.Grey, term.Printable(rules))
		}
		fmt.Fprintf(t.out, "  %s  %s\n", head, line)
	}
	for _, s := range g.sections {
		t.section(s, "  ")
	}
}

// section writes what differs on the same hosts. Below a cause it is indented.
func (t *texter) section(s hostSection, indent string) {
	title := term.Printable(term.Hosts(s.hosts))
	if s.isNew {
		title += " (new)"
	}
	if indent == "" {
		fmt.Fprintln(t.out)
	}
	var body bytes.Buffer
	in := texter{&body, t.paint}
	fmt.Fprintln(&body, t.paint.In(term.Bold, title))
	in.body(s)
	for line := range strings.Lines(body.String()) {
		fmt.Fprint(t.out, indent, line)
	}
}

// body writes a section without its title.
func (t *texter) body(s hostSection) {
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

func (t *texter) block(b block) {
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
		fmt.Fprintf(t.out, "    %s  %s%s\n", head, line, t.rules(c))
		t.reasons(c)
		return
	}
	fmt.Fprintf(t.out, "    %s  %s\n", head, sentence)
	width := 0
	for _, c := range b.changes {
		width = max(width, utf8.RuneCountInString(term.Printable(portsText(c))))
	}
	for _, c := range b.changes {
		fmt.Fprintf(t.out, "        %-*s%s\n", min(width, 48), term.Printable(portsText(c)), t.rules(c))
	}
}

// rules returns the rules of a change, and the line of a script that has one of them, with blanks before. It
// returns "" for what is open besides the rules.
func (t *texter) rules(c compare.Change) string {
	text := rulesText(c)
	if text == "" {
		return ""
	}
	if c.At != nil {
		text += " " + term.Printable(c.At.String())
	}
	return "  " + t.paint.In(term.Grey, text)
}

// reasons lists what differs if only reasons do.
func (t *texter) reasons(c compare.Change) {
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
