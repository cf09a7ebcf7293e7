package captures

import (
	"bytes"
	"fmt"
	"html"
	"strings"

	"rolewall/internal/drift"
	"rolewall/internal/term"
)

// mostMarkdown limits the length of a comment, since merge requests accept about 65,000 characters.
const mostMarkdown = 60_000

// Markdown writes a result as a comment for a merge request, with a part for each group of hosts that differ
// alike. All names and texts are in code spans, so none of them is read as markup.
func Markdown(out *bytes.Buffer, _ term.Paint, r *drift.Result) error {
	fmt.Fprintf(out, "### Hosts against the policy: %s\n", term.Printable(summary(r)))
	list := sections(r.Findings)
	for i, s := range list {
		var part bytes.Buffer
		markdownSection(&part, s)
		if out.Len()+part.Len() > mostMarkdown {
			fmt.Fprintf(out, "\n%s not shown; the text form has all.\n", term.Count(len(list)-i, "more part"))
			return nil
		}
		out.Write(part.Bytes())
	}
	return nil
}

func markdownSection(out *bytes.Buffer, s section) {
	n := 0
	for _, b := range s.blocks {
		n += len(b.findings)
	}
	title := term.MarkdownCode(term.HostRanges(s.hosts))
	if len(s.hosts) > 1 {
		title = fmt.Sprintf("%d hosts: %s", len(s.hosts), title)
	}
	fmt.Fprintf(out, "\n<details>\n<summary>%s: %s</summary>\n\n", htmlTitle(s.hosts), term.Count(n, "finding"))
	fmt.Fprintf(out, "%s\n\n", title)
	for _, b := range s.blocks {
		fmt.Fprintf(out, "**%s**\n\n", b.title)
		for _, f := range b.findings {
			mark := ""
			if f.ToAnyone() && b.opens {
				mark = " **" + anyone + "**"
			}
			line := headline(f)
			if line == "" {
				line = b.title
			}
			fmt.Fprintf(out, "- %s%s\n", term.MarkdownCode(line), mark)
			for _, d := range details(f) {
				fmt.Fprintf(out, "  - %s\n", term.MarkdownCode(d))
			}
		}
		out.WriteByte('\n')
	}
	out.WriteString("</details>\n")
}

// htmlTitle returns names of hosts for HTML, where a code span does not work. Names of captured hosts may contain
// anything.
func htmlTitle(names []string) string {
	if len(names) != 1 {
		return term.Count(len(names), "host")
	}
	return strings.ReplaceAll(html.EscapeString(term.Printable(names[0])), "@", "&#64;")
}
