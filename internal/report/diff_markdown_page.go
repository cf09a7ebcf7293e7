package report

import (
	"bytes"
	"fmt"
)

// mostMarkdown is how many bytes of groups a page holds. GitHub refuses a comment of more than 65,536 characters, and
// one that is cut anywhere could end inside a code span.
const mostMarkdown = 60000

// markdownPage takes in a report group by group until it is full, and counts the others. A group is a change with the
// titles that stand over it.
type markdownPage struct {
	out    *bytes.Buffer
	group  bytes.Buffer // the one that is being written
	left   int
	marked int // groups among them that open to anyone, or nearly
}

// head writes to the group, what stands over its change first.
func (p *markdownPage) head(format string, args ...any) { fmt.Fprintf(&p.group, format, args...) }

// end puts the group on the page. Nothing follows one that found no room, so that what is there is the beginning.
func (p *markdownPage) end(isMarked bool) {
	if p.left == 0 && p.out.Len()+p.group.Len() <= mostMarkdown {
		p.out.Write(p.group.Bytes())
	} else {
		p.left++
		if isMarked {
			p.marked++
		}
	}
	p.group.Reset()
}

// close says what is left out.
func (p *markdownPage) close() {
	if p.left == 0 {
		return
	}
	text := count(p.left, "more group")
	if p.marked > 0 {
		text += fmt.Sprintf(", %d of them to **%s** or nearly", p.marked, anyoneMark)
	}
	fmt.Fprintf(p.out, "\n%s: the page would be too long for a comment, and `rolewall diff` without `--format markdown` shows all.\n", text)
}
