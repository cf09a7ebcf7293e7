package changes

import (
	"bytes"
	"fmt"

	"rolewall/internal/term"
)

// mostBytes is how many bytes of groups a comment holds. GitHub rejects comments of more than 65,536 characters,
// and a comment that is cut at any place could end inside a code span.
const mostBytes = 60000

// comment is a Markdown comment. It collects groups until it is full, and then only counts them. A group is a
// change with the titles above it.
type comment struct {
	out     *bytes.Buffer
	group   bytes.Buffer // the group that is being written
	omitted int
	marked  int // number of omitted groups that open to anyone or almost anyone
}

// head writes to the present group. Titles come first.
func (c *comment) head(format string, args ...any) { fmt.Fprintf(&c.group, format, args...) }

// end adds the group if there is room. After a group without room, no further group is added, so the comment has
// the first ones.
func (c *comment) end(isMarked bool) {
	if c.omitted == 0 && c.out.Len()+c.group.Len() <= mostBytes {
		c.out.Write(c.group.Bytes())
	} else {
		c.omitted++
		if isMarked {
			c.marked++
		}
	}
	c.group.Reset()
}

// close writes how many groups are omitted.
func (c *comment) close() {
	if c.omitted == 0 {
		return
	}
	text := term.Count(c.omitted, "more group")
	if c.marked > 0 {
		text += fmt.Sprintf(", %d of them to **%s** or nearly", c.marked, anyoneMark)
	}
	fmt.Fprintf(c.out, "\n%s: the text would be too long for a comment, and `rolewall diff` without `--format markdown` shows all.\n", text)
}
