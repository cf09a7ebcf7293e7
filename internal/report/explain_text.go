package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"rolewall/internal/explain"
	"rolewall/internal/lookup"
	"rolewall/internal/term"
	"rolewall/ruleset"
)

// tableText writes the rules of a host. Like all writers of this package it escapes text of a policy.
func tableText(b *bytes.Buffer, _ term.Paint, t *explain.Table) error {
	fmt.Fprintf(b, "%s (%s): %s\n", t.Host, t.OS, strings.Join(orElse(t.Roles, "no roles"), ", "))
	switch {
	case len(t.Rules) == 0 && t.From != "":
		fmt.Fprintf(b, "\nNo rule lets %s in.\n", term.Printable(t.From))
	case len(t.Rules) == 0:
		fmt.Fprintf(b, "\nNo rule opens anything.\n")
	case t.From != "":
		fmt.Fprintf(b, "\nIts rules allow from %s:\n\n", term.Printable(t.From))
		writeRows(b, t.Rules, false, t.From != "")
	default:
		fmt.Fprintf(b, "\nIts rules allow:\n\n")
		writeRows(b, t.Rules, false, false)
	}
	writeBaseline(b, t.Baseline)
	return nil
}

// orElse returns the list, or a list with the text nothing if it is empty.
func orElse(list []string, nothing string) []string {
	if len(list) == 0 {
		return []string{nothing}
	}
	return list
}

// writeRows writes rules as a table. hosts and shares add a column each.
func writeRows(b *bytes.Buffer, rows []explain.Row, hosts, shares bool) {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	line := func(host, opens, app, from, because, id, share string) {
		cells := []string{opens, app, from, because, id}
		if hosts {
			cells = slices.Insert(cells, 0, host)
		}
		if shares {
			cells = append(cells, share)
		}
		fmt.Fprintln(w, "  "+strings.Join(cells, "\t"))
	}
	line("HOST", "PORT", "PROTOCOL", "FROM", "BECAUSE OF", "RULE", "")
	for _, r := range rows {
		share := ""
		if r.Share == explain.Part {
			share = "a part of it"
		}
		opens := r.Opens
		if r.Only != "" {
			opens += " " + r.Only
		}
		line(r.Host, opens, term.Printable(strings.Join(orElse(r.App, "-"), ", ")), sourceCell(r.From), term.Printable(term.Few(r.Because, 3)), ruleset.Label(r.ID), share)
	}
	_ = w.Flush() // into memory
	for l := range strings.Lines(text.String()) {
		b.WriteString(strings.TrimRight(l, " \n") + "\n")
	}
}

// writeBaseline writes what each target allows besides the rules.
func writeBaseline(b *bytes.Buffer, list []explain.Baseline) {
	for _, t := range list {
		fmt.Fprintf(b, "\nBeside these rules %s allows:\n", t.Target)
		for _, phrase := range t.Allows {
			fmt.Fprintf(b, "  - %s\n", term.Printable(phrase))
		}
	}
}

// whoOpenText writes the hosts on which a port is open.
func whoOpenText(b *bytes.Buffer, _ term.Paint, t *explain.Who) error {
	from := ""
	if t.From != "" {
		from = " to " + term.Printable(t.From)
	}
	names := []string{}
	for _, r := range t.Open {
		if !slices.Contains(names, r.Host) {
			names = append(names, r.Host)
		}
	}
	fmt.Fprintf(b, "%s is open%s on %d of %d hosts by rules of this policy\n", term.Printable(t.Port), from, len(names), t.Hosts)
	if len(t.OthersStay) > 0 {
		fmt.Fprintf(b, "Rules of others stay and may open it, see other_rules, on %s\n", term.Printable(term.Hosts(t.OthersStay)))
	}
	if len(t.Open) > 0 {
		b.WriteString("\n")
		writeRows(b, t.Open, true, t.From != "")
	}
	writeBeside(b, t)
	return nil
}

// writeBeside writes what scripts allow besides their rules, with the hosts of each opening.
func writeBeside(b *bytes.Buffer, t *explain.Who) {
	type opening struct{ target, text, share string }
	var order []opening
	hosts := map[opening][]string{}
	for _, r := range t.Beside {
		o := opening{target: r.Target, text: r.Text}
		if r.Share == explain.Part {
			o.share = ", a part of it"
		}
		if hosts[o] == nil {
			order = append(order, o)
		}
		if !slices.Contains(hosts[o], r.Host) {
			hosts[o] = append(hosts[o], r.Host)
		}
	}
	if len(order) > 0 {
		b.WriteString("\nBeside the rules it is allowed\n")
	}
	for _, o := range order {
		fmt.Fprintf(b, "  - on %s, by %s: %s%s\n", term.Printable(term.Hosts(hosts[o])), o.target, term.Printable(o.text), o.share)
	}
}

// answersText writes an answer for each protocol.
func answersText(b *bytes.Buffer, p term.Paint, list *explain.Answers) error {
	for i, a := range list.Answers {
		if i > 0 {
			b.WriteString("\n")
		}
		writeAnswer(b, p, list.Subject, a)
	}
	return nil
}

// writeAnswer writes the verdict, the reasons against it, the rules and the documents.
func writeAnswer(b *bytes.Buffer, p term.Paint, h explain.Subject, a explain.Answer) {
	words := string(a.Verdict)
	if a.Verdict == explain.BesideRules {
		words = "open beside the rules of this policy, none of which opens it: see what is allowed beside them"
	}
	isOpen := a.Verdict == explain.Open || a.Verdict == explain.PartlyOpen
	verdict := p.In(term.Green, words)
	if isOpen || a.Verdict == explain.BesideRules {
		verdict = p.In(term.Red, words)
	}
	fmt.Fprintf(b, "%s (%s): %s", p.In(term.Bold, h.Host), h.OS, p.In(term.Bold, a.Port))
	means := ": " + a.Means
	switch {
	case a.Verdict == explain.BesideRules && h.From != "":
		fmt.Fprintf(b, " from %s is %s\n", term.Printable(h.From), verdict)
	case a.Verdict == explain.BesideRules:
		fmt.Fprintf(b, " is %s\n", verdict)
	case h.From != "":
		fmt.Fprintf(b, " is %s to %s%s%s\n", verdict, term.Printable(h.From), onlyOf(a.Rules), means)
	case isOpen:
		fmt.Fprintf(b, " is %s to %s%s%s\n", verdict, term.Printable(strings.Join(openTo(a.Rules), ", ")), onlyOf(a.Rules), means)
	default:
		fmt.Fprintf(b, " is %s%s\n", verdict, means)
	}
	writeClosed(b, h, a)
	for _, r := range a.Rules {
		writeRule(b, p, h, r)
	}
	writeBaseline(b, a.Baseline)
	writeSources(b, a.Sources)
}

// writeClosed writes the reasons for which traffic is closed.
func writeClosed(b *bytes.Buffer, h explain.Subject, a explain.Answer) {
	if len(a.Closed) == 0 {
		return
	}
	if a.Verdict == explain.BesideRules {
		b.WriteString("\nWhy no rule opens it\n")
	} else {
		b.WriteString("\nWhy not\n")
	}
	for _, c := range a.Closed {
		fmt.Fprintf(b, "  - %s", term.Printable(c.What))
		if c.At != nil {
			fmt.Fprintf(b, " (%s)", term.Printable(c.At.String()))
		}
		b.WriteString("\n")
		if c.Would != "" {
			fmt.Fprintf(b, "    would open it: %s\n", term.Printable(c.Would))
		}
		if len(c.Paths) > 0 {
			hostBranch(h, c.Paths).draw(b, "      ")
		}
	}
}

// onlyOf returns the qualifiers of the rules that open a port, or "".
func onlyOf(rules []explain.Rule) string {
	var out []string
	for _, r := range rules {
		if r.Share != explain.None && !slices.Contains(out, r.Only) {
			out = append(out, r.Only)
		}
	}
	switch {
	case len(out) > 1:
		return ", under the conditions of each rule"
	case len(out) == 1 && out[0] != "":
		return ", " + out[0]
	}
	return ""
}

// openTo returns the names of the sources of the rules, sorted and each once, or only anyone.
func openTo(rules []explain.Rule) []string {
	var out []string
	for _, r := range rules {
		for _, s := range r.From {
			if !slices.Contains(out, s.Name) {
				out = append(out, s.Name)
			}
		}
	}
	if slices.Contains(out, "anyone") {
		return []string{"anyone"}
	}
	slices.Sort(out)
	return out
}

// writeSources writes the documents behind the endpoints of an answer.
func writeSources(b *bytes.Buffer, list []lookup.Source) {
	if len(list) == 0 {
		return
	}
	b.WriteString("\nSources\n")
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, s := range list {
		fmt.Fprintf(w, "  %s\t%s\n", term.Printable(s.Tag), term.Printable(s.Title))
	}
	_ = w.Flush() // into memory
}

// sourceCell returns names of sources for a cell of a table.
func sourceCell(names []string) string {
	if len(names) == 0 {
		return "anyone"
	}
	return term.Few(names, 4)
}
