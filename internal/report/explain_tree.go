package report

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"rolewall/catalog"
	"rolewall/internal/explain"
	"rolewall/internal/term"
	"rolewall/ruleset"
)

// branch is a line of a tree, with the notes and branches below it.
type branch struct {
	text  string
	notes []string
	under []*branch
}

// child returns the branch with the text below b. It adds the branch with the notes if it does not exist.
func (b *branch) child(text string, notes ...string) *branch {
	for _, u := range b.under {
		if u.text == text {
			return u
		}
	}
	u := &branch{text: text, notes: notes}
	b.under = append(b.under, u)
	return u
}

// draw writes the tree. It writes left before every line.
func (b *branch) draw(w *bytes.Buffer, left string) {
	fmt.Fprintf(w, "%s%s\n", left, b.text)
	b.drawBelow(w, left)
}

// drawBelow writes the notes and the branches below b.
func (b *branch) drawBelow(w *bytes.Buffer, left string) {
	for _, n := range b.notes {
		bar := "   "
		if len(b.under) > 0 {
			bar = "│  "
		}
		fmt.Fprintf(w, "%s%s%s\n", left, bar, n)
	}
	for i, u := range b.under {
		tee, bar := "├─ ", "│  "
		if i == len(b.under)-1 {
			tee, bar = "└─ ", "   "
		}
		fmt.Fprintf(w, "%s%s%s\n", left, tee, u.text)
		u.drawBelow(w, left+bar)
	}
}

// writeRule writes a rule: its sources, its provenance, its lines in the scripts.
func writeRule(b *bytes.Buffer, p term.Paint, h explain.Subject, r explain.Rule) {
	lead := "Rule " + p.In(term.Bold, ruleset.Label(r.ID)) + " opens " + r.Opens
	if r.Only != "" {
		lead += " " + r.Only
	}
	if r.Listener != "" {
		lead += " for " + term.Printable(r.Listener)
	}
	switch r.Share {
	case explain.Part:
		lead += ", to a part of " + term.Printable(h.From)
	case explain.None:
		lead += ", not to " + term.Printable(h.From)
	}
	fmt.Fprintf(b, "\n%s\n", lead)
	b.WriteString("  from\n")
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, s := range r.From {
		fmt.Fprintf(w, "    %s\t%s\t%s\n", s.Name, term.Few(s.Prefixes, 4), originsText(s.Because))
	}
	_ = w.Flush() // into memory
	b.WriteString("  because\n")
	hostBranch(h, r.Reasons).draw(b, "    ")
	if len(r.Scripts) > 0 {
		b.WriteString("  written in\n")
	}
	for _, s := range r.Scripts {
		fmt.Fprintf(b, "    %s\n", scriptText(s))
	}
}

// originsText returns what names a source, and where.
func originsText(list []explain.Origin) string {
	var parts []string
	for _, s := range list {
		text := s.What
		if s.At != nil {
			text += " (" + term.Printable(s.At.String()) + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// hostBranch returns the tree from the host down to the endpoints and exceptions.
func hostBranch(h explain.Subject, paths []explain.Path) *branch {
	root := &branch{text: fmt.Sprintf("host %s (%s)", h.Host, term.Printable(h.At.String()))}
	for _, r := range paths {
		if r.Exception != nil {
			root.exception(r.Exception)
			continue
		}
		at := root
		for i, role := range r.Roles {
			word := "role "
			if i > 0 {
				word = "includes role "
			}
			at = at.child(word + stepLine(role))
		}
		at = at.child("service " + stepLine(*r.Service))
		at.child(endpointLine(r.Endpoint), endpointNotes(r.Endpoint)...)
	}
	return root
}

// stepLine returns "NAME: TITLE (hosts.dc1, dc1.toml:3:4)".
func stepLine(s explain.Step) string {
	text := s.Name
	if s.Title != "" {
		text += ": " + term.Printable(s.Title)
	}
	if s.At != nil {
		text += fmt.Sprintf(" (%s, %s)", s.By, term.Printable(s.At.String()))
	}
	return text
}

// endpointLine returns what an endpoint is for and which documents it comes from.
func endpointLine(e *explain.Endpoint) string {
	text := term.Printable(e.App) + " on " + e.Port
	if e.Audience != "" {
		text += " for " + e.Audience
	}
	switch catalog.Reach(e.Reach) {
	case catalog.ReachLink:
		text += " and neighbours on the link"
	case catalog.ReachAny:
		text += ", from any address"
	}
	return text + ", source " + term.Printable(strings.Join(e.Sources, ", "))
}

// endpointNotes returns the feature and the note of an endpoint.
func endpointNotes(e *explain.Endpoint) []string {
	var out []string
	if e.Feature != "" {
		text := "feature " + e.Feature
		if e.By != "" {
			text += ", on by " + e.By
		}
		if e.At != nil {
			text += " (" + term.Printable(e.At.String()) + ")"
		}
		out = append(out, text)
	}
	if e.Note != "" {
		out = append(out, "note: "+term.Printable(e.Note))
	}
	return out
}

// exception adds an exception below b.
func (b *branch) exception(e *explain.Exception) {
	text := "exception: " + term.Printable(e.Reason)
	if e.Owner != "" {
		text += ", owner " + term.Printable(e.Owner)
	}
	if e.Expires != "" {
		text += ", until " + e.Expires
	}
	b.child(fmt.Sprintf("%s (%s, %s)", text, e.By, term.Printable(e.At.String())))
}

// scriptText returns where a script names the rule.
func scriptText(s explain.ScriptLines) string {
	switch {
	case len(s.Refused) > 0:
		return fmt.Sprintf("%s: no script, %s", s.Target, term.Printable(strings.Join(s.Refused, "; ")))
	case len(s.Lines) == 0:
		return fmt.Sprintf("%s: %s names no rules", s.Target, s.File)
	case len(s.Lines) == 1:
		return fmt.Sprintf("%s line %d: %s", s.File, s.Lines[0], term.Printable(s.Text))
	}
	return fmt.Sprintf("%s line %d and %d more: %s", s.File, s.Lines[0], len(s.Lines)-1, term.Printable(s.Text))
}
