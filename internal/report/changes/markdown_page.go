package report

import (
	"bytes"
	"fmt"
	"rolewall/internal/term"
)

// mostMarkdown is how many bytes of groups a page holds. GitHub refuses comments of more than 65,536 characters, and a page
// that is cut anywhere could end inside a code span.
const mostMarkdown = 60000

// markdownPage collects groups until it is full, and counts the others. A group is a change with the titles above it.
type markdownPage struct {
	out     *bytes.Buffer
	group   bytes.Buffer // the one that is being written
	omitted int
	marked  int // groups among the omitted ones that open to anyone, or nearly
}

// head writes to the group, titles first.
func (p *markdownPage) head(format string, args ...any) { fmt.Fprintf(&p.group, format, args...) }

// end puts the group on the page if there is room. No group follows one that had no room, so the page holds the beginning.
func (p *markdownPage) end(isMarked bool) {
	if p.omitted == 0 && p.out.Len()+p.group.Len() <= mostMarkdown {
		p.out.Write(p.group.Bytes())
	} else {
		p.omitted++
		if isMarked {
			p.marked++
		}
	}
	p.group.Reset()
}

// close says how many groups are omitted.
func (p *markdownPage) close() {
	if p.omitted == 0 {
		return
	}
	text := term.Count(p.omitted, "more group")
	if p.marked > 0 {
		text += fmt.Sprintf(", %d of them to **%s** or nearly", p.marked, anyoneMark)
	}
	fmt.Fprintf(p.out, "\n%s: the page would be too long for a comment, and `rolewall diff` without `--format markdown` shows all.\n", text)
}
