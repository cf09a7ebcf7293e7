package changes

import (
	"bytes"
	"fmt"
	"strings"

	"rolewall/compare"
	"rolewall/internal/term"
)

// Markdown writes a comparison as a comment for a merge request. All names and texts of a policy are in code
// spans, so none of them is read as markup, mentions a user or refers to an issue.
func Markdown(out *bytes.Buffer, _ term.Paint, r *compare.Report) error {
	marks := strings.NewReplacer(nearlyAnyoneMark, "**"+nearlyAnyoneMark+"**", anyoneMark, "**"+anyoneMark+"**")
	fmt.Fprintf(out, "### Firewall rules: %s\n", marks.Replace(summary(r)))
	md := &comment{out: out}
	groups, rest := causeGroups(r)
	markdownCauses(md, r)
	markdownPresence(md, "Gone", r.Gone)
	markdownPresence(md, "New", r.New)
	for _, g := range groups {
		markdownGroup(md, g)
	}
	for _, s := range sections(rest) {
		markdownSection(md, s)
	}
	md.close()
	return nil
}

func markdownPresence(md *comment, word string, list []compare.Presence) {
	for i, g := range presences(list) {
		if i == 0 {
			md.head("\n**%s**\n\n", word)
		}
		md.head("- %s: %s\n", markdownHosts(g.names), term.MarkdownCode(g.text()))
		md.end(false)
	}
}

// markdownCauses lists the edits of the policy.
func markdownCauses(md *comment, r *compare.Report) {
	weights := causeWeights(r)
	for i, x := range r.Causes {
		if i == 0 {
			md.head("\n**Edits of the policy**\n\n")
		}
		md.head("- %s: %s, %s\n", term.MarkdownCode(causeName(x)), term.MarkdownCode(causeText(x)), weights[i])
		md.end(false)
	}
}

// markdownGroup writes what edits of the policy change.
func markdownGroup(md *comment, g causeGroup) {
	md.head("\n#### By %s\n\n", term.MarkdownCode(g.title()))
	for _, e := range g.effects {
		kind := string(e.kind)
		if e.mark != "" {
			kind = fmt.Sprintf("**%s to %s**", kind, e.mark)
		}
		md.head("- %s on %s: %s", kind, markdownHosts(e.hosts), term.MarkdownCode(e.portsText()))
		if rules := e.rulesText(); rules != "" {
			md.head(" %s", term.MarkdownCode(rules))
		}
		md.head("\n")
		md.end(e.mark != "")
	}
	for _, s := range g.sections {
		markdownSection(md, s)
	}
}

func markdownHosts(names []string) string {
	title := term.MarkdownCode(term.HostRanges(names))
	if len(names) > 1 {
		title = fmt.Sprintf("%d hosts: %s", len(names), title)
	}
	return title
}

func markdownSection(md *comment, s hostSection) {
	title := markdownHosts(s.hosts)
	if s.isNew {
		title += " (new)"
	}
	md.head("\n**%s**\n\n", title)
	for _, f := range s.facts {
		md.head("- %s: %s\n", f.Name, term.MarkdownCode(factText(f)))
	}
	if len(s.services) == 0 {
		md.end(false)
	}
	for _, service := range s.services {
		md.head("- %s\n", term.MarkdownCode(service.title))
		for _, b := range service.blocks {
			markdownBlock(&md.group, b)
			md.end(b.mark != "")
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
