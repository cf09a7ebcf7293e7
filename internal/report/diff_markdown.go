package report

import (
	"bytes"
	"fmt"
	"strings"

	"rolewall/compare"
	"rolewall/internal/term"
)

// diffMarkdown writes a comparison for a merge request comment. All names and texts of a policy are in code spans, so that
// none of them is markup, mentions a user or refers to an issue.
func diffMarkdown(out *bytes.Buffer, _ term.Paint, r *compare.Report) error {
	marks := strings.NewReplacer(nearlyAnyoneMark, "**"+nearlyAnyoneMark+"**", anyoneMark, "**"+anyoneMark+"**")
	fmt.Fprintf(out, "### Firewall rules: %s\n", marks.Replace(summary(r)))
	page := &markdownPage{out: out}
	markdownPresence(page, "Gone", r.Gone)
	markdownPresence(page, "New", r.New)
	for _, s := range sections(r) {
		markdownSection(page, s)
	}
	page.close()
	return nil
}

func markdownPresence(page *markdownPage, word string, list []compare.Presence) {
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

func markdownSection(page *markdownPage, s hostSection) {
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
			markdownBlock(&page.group, b)
			page.end(b.mark != "")
		}
	}
}

func markdownBlock(out *bytes.Buffer, b block) {
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
		fmt.Fprintf(out, " %s\n", markdownRules(c))
		if c.Kind == compare.Reasons {
			for _, line := range reasonLines(c) {
				fmt.Fprintf(out, "    - %s\n", term.MarkdownCode(line))
			}
		}
		return
	}
	fmt.Fprintf(out, "  - %s, %s\n", kind, term.MarkdownCode(b.sentence))
	for _, c := range b.changes {
		fmt.Fprintf(out, "    - %s %s\n", term.MarkdownCode(portsText(c)), markdownRules(c))
	}
}

func markdownRules(c compare.Change) string {
	text := rulesText(c)
	if c.At != nil {
		text += " " + c.At.String()
	}
	return term.MarkdownCode(text)
}
