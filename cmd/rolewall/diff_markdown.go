package main

import (
	"bytes"
	"fmt"
	"strings"

	"rolewall/compare"
	"rolewall/internal/term"
)

// markdown writes the report for a merge request comment. Everything that policies and hosts are called stands in code
// spans: nothing in it is markup, mentions a user or refers to an issue.
func (d *difference) markdown(out *bytes.Buffer) {
	marks := strings.NewReplacer(nearlyAnyoneMark, "**"+nearlyAnyoneMark+"**", anyoneMark, "**"+anyoneMark+"**")
	fmt.Fprintf(out, "### Firewall rules: %s\n", marks.Replace(summary(d.Report)))
	page := &markdownPage{out: out}
	d.markdownPresence(page, "Gone", d.Gone)
	d.markdownPresence(page, "New", d.New)
	for _, s := range sections(d.Report) {
		d.markdownSection(page, s)
	}
	page.close()
}

func (d *difference) markdownPresence(page *markdownPage, word string, list []compare.Presence) {
	for i, g := range presences(list) {
		if i == 0 {
			page.head("\n**%s**\n\n", word)
		}
		page.head("- %s: %s\n", markdownHosts(g.names), term.MarkdownCode(g.text()))
		page.end(false)
	}
}

func markdownHosts(names []string) string {
	title := term.MarkdownCode(term.HostRanges(names))
	if len(names) > 1 {
		title = fmt.Sprintf("%d hosts: %s", len(names), title)
	}
	return title
}

func (d *difference) markdownSection(page *markdownPage, s hostSection) {
	title := markdownHosts(s.hosts)
	if s.isNew {
		title += " (new)"
	}
	page.head("\n**%s**\n\n", title)
	for _, f := range s.facts {
		page.head("- %s: %s\n", f.Name, term.MarkdownCode(factText(f)))
	}
	if len(s.services) == 0 {
		page.end(false)
	}
	for _, service := range s.services {
		page.head("- %s\n", term.MarkdownCode(service.title))
		for _, b := range service.blocks {
			d.markdownBlock(&page.group, b)
			page.end(b.mark != "")
		}
	}
}

func (d *difference) markdownBlock(out *bytes.Buffer, b block) {
	kind := string(b.kind)
	if b.mark != "" {
		kind = fmt.Sprintf("**%s to %s**", kind, b.mark)
	}
	if len(b.changes) == 1 {
		c := b.changes[0]
		fmt.Fprintf(out, "  - %s %s", kind, term.MarkdownCode(portsText(c)))
		if b.sentence != "" {
			fmt.Fprintf(out, ", %s", term.MarkdownCode(b.sentence))
		}
		fmt.Fprintf(out, " %s\n", d.markdownRules(c))
		if c.Kind == compare.Reasons {
			for _, line := range reasonLines(c) {
				fmt.Fprintf(out, "    - %s\n", term.MarkdownCode(line))
			}
		}
		return
	}
	fmt.Fprintf(out, "  - %s, %s\n", kind, term.MarkdownCode(b.sentence))
	for _, c := range b.changes {
		fmt.Fprintf(out, "    - %s %s\n", term.MarkdownCode(portsText(c)), d.markdownRules(c))
	}
}

func (d *difference) markdownRules(c compare.Change) string {
	text := rulesText(c)
	if line, found := d.where(c); found {
		text += " " + line.String()
	}
	return term.MarkdownCode(text)
}
