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
	groups, rest := causeGroups(r)
	markdownCauses(page, r)
	markdownPresence(page, "Gone", r.Gone)
	markdownPresence(page, "New", r.New)
	for _, g := range groups {
		markdownGroup(page, g)
	}
	for _, s := range sections(rest) {
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

// markdownCauses lists the edits of the policy.
func markdownCauses(page *markdownPage, r *compare.Report) {
	weights := causeWeights(r)
	for i, x := range r.Causes {
		if i == 0 {
			page.head("\n**Edits of the policy**\n\n")
		}
		page.head("- %s: %s, %s\n", term.MarkdownCode(causeName(x)), term.MarkdownCode(causeText(x)), weights[i])
		page.end(false)
	}
}

// markdownGroup writes what edits of the policy change.
func markdownGroup(page *markdownPage, g causeGroup) {
	page.head("\n#### By %s\n\n", term.MarkdownCode(g.title()))
	for _, e := range g.effects {
		kind := string(e.kind)
		if e.mark != "" {
			kind = fmt.Sprintf("**%s to %s**", kind, e.mark)
		}
		page.head("- %s on %s: %s", kind, markdownHosts(e.hosts), term.MarkdownCode(e.portsText()))
		if rules := e.rulesText(); rules != "" {
			page.head(" %s", term.MarkdownCode(rules))
		}
		page.head("\n")
		page.end(e.mark != "")
	}
	for _, s := range g.sections {
		markdownSection(page, s)
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
	if text == "" {
		return ""
	}
	return term.MarkdownCode(text)
}
