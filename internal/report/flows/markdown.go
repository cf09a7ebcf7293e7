package flows

import (
	"bytes"
	"fmt"

	"rolewall/internal/replay"
	"rolewall/internal/term"
)

// mostMarkdown limits the length of a comment, since merge requests accept about 65,000 characters.
const mostMarkdown = 60_000

// Markdown writes a result as a comment for a merge request. All names and texts of logs are in code spans.
func Markdown(out *bytes.Buffer, _ term.Paint, r *replay.Result) error {
	fmt.Fprintf(out, "### Traffic against the policy: %s\n\n%s\n", summary(r), term.MarkdownCode(window(r)))
	for _, k := range replay.Kinds() {
		list := r.Of(k)
		if len(list) == 0 {
			continue
		}
		fmt.Fprintf(out, "\n**%s**\n\n", title(k))
		n := shown(r, k, len(list))
		for i := range list[:n] {
			if out.Len() > mostMarkdown {
				n = i
				break
			}
			markdownRow(out, &list[i])
		}
		if left := len(list) - n; left > 0 {
			fmt.Fprintf(out, "- and %d more\n", left)
		}
	}
	if len(r.Unused) > 0 {
		fmt.Fprintf(out, "\n<details>\n<summary>%s</summary>\n\n%s\n\n", term.Count(len(r.Unused), "opening")+" without traffic", unusedTitle(r))
		for i := range r.Unused {
			if out.Len() > mostMarkdown {
				fmt.Fprintf(out, "- and %d more\n", len(r.Unused)-i)
				break
			}
			fmt.Fprintf(out, "- %s\n", term.MarkdownCode(r.Unused[i].Host+": "+unused(&r.Unused[i])))
		}
		out.WriteString("\n</details>\n")
	}
	if r.Counts.Undirected > 0 {
		fmt.Fprintf(out, "\n%d records whose direction is not known were judged by nothing.\n", r.Counts.Undirected)
	}
	return nil
}

func markdownRow(out *bytes.Buffer, x *replay.Row) {
	fmt.Fprintf(out, "- %s\n", term.MarkdownCode(fmt.Sprintf("%s: %s -> %s, %s", x.Host, sources(x), traffic(x), times(x))))
	for _, line := range opens(x) {
		fmt.Fprintf(out, "  - %s\n", term.MarkdownCode(line))
	}
}
