package main

import (
	"bytes"
	"fmt"
	"strings"

	"rolewall/compare"
)

// markdown writes the report for a merge request comment. Everything that policies and hosts are called stands in code
// spans: nothing in it is markup, mentions a user or refers to an issue.
func (d *difference) markdown(out *bytes.Buffer) {
	fmt.Fprintf(out, "### Firewall rules: %s\n", strings.ReplaceAll(summary(d.Report), anyoneMark, "**"+anyoneMark+"**"))
	d.markdownPresence(out, "Gone", d.Gone)
	d.markdownPresence(out, "New", d.New)
	for _, s := range sections(d.Report) {
		d.markdownSection(out, s)
	}
}

func (d *difference) markdownPresence(out *bytes.Buffer, word string, list []compare.Presence) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(out, "\n**%s**\n\n", word)
	for _, g := range presences(list) {
		fmt.Fprintf(out, "- %s: %s\n", markdownHosts(g.names), markdownCode(g.text()))
	}
}

func markdownHosts(names []string) string {
	title := markdownCode(hostRuns(names))
	if len(names) > 1 {
		title = fmt.Sprintf("%d hosts: %s", len(names), title)
	}
	return title
}

func (d *difference) markdownSection(out *bytes.Buffer, s hostSection) {
	title := markdownHosts(s.hosts)
	if s.isNew {
		title += " (new)"
	}
	fmt.Fprintf(out, "\n**%s**\n\n", title)
	for _, f := range s.facts {
		fmt.Fprintf(out, "- %s: %s\n", f.Name, markdownCode(factText(f)))
	}
	for _, service := range s.services {
		fmt.Fprintf(out, "- %s\n", markdownCode(service.title))
		for _, b := range service.blocks {
			d.markdownBlock(out, b)
		}
	}
}

func (d *difference) markdownBlock(out *bytes.Buffer, b block) {
	kind := string(b.kind)
	if b.toAnyone {
		kind = fmt.Sprintf("**%s to %s**", kind, anyoneMark)
	}
	if len(b.changes) == 1 {
		c := b.changes[0]
		fmt.Fprintf(out, "  - %s %s", kind, markdownCode(portsText(c)))
		if b.sentence != "" {
			fmt.Fprintf(out, ", %s", markdownCode(b.sentence))
		}
		fmt.Fprintf(out, " %s\n", d.markdownRules(c))
		if c.Kind == compare.Reasons {
			for _, line := range reasonLines(c) {
				fmt.Fprintf(out, "    - %s\n", markdownCode(line))
			}
		}
		return
	}
	fmt.Fprintf(out, "  - %s, %s\n", kind, markdownCode(b.sentence))
	for _, c := range b.changes {
		fmt.Fprintf(out, "    - %s %s\n", markdownCode(portsText(c)), d.markdownRules(c))
	}
}

func (d *difference) markdownRules(c compare.Change) string {
	text := rulesText(c)
	if line, found := d.where(c); found {
		text += " " + line.String()
	}
	return markdownCode(text)
}
