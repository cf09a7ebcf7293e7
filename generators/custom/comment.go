package custom

import (
	"rolewall/generators/target"
	"strings"
)

// comment is how a script's language marks comments, as its front matter says.
type comment struct {
	before, after string // after ends comments that do not end with the line
	width         int    // of a comment line in bytes
}

// commentWidth is the width of comment lines where the front matter says none.
const commentWidth = 500

// commentLine makes one comment line of a text.
func (r *run) commentLine(v any) (any, error) {
	text, _, err := r.text(v)
	if err != nil {
		return "", err
	}
	c := r.comment
	if c.before == "" {
		return "", misused("the front matter names no comment prefix")
	}
	if r.quiet {
		return "", nil
	}
	if text == "" {
		return around(strings.TrimRight(strings.TrimRight(c.before, " ")+c.after, " "), false, c.after != ""), nil
	}
	width := c.width - len(c.before) - len(c.after)
	line := strings.TrimRight(c.before+target.Cut(c.clean(text), width)+c.after, " ")
	return around(line, false, c.after != ""), nil // without its end a comment goes on
}

// clean makes a text harmless between the marks: one line, nothing that hides or turns, and no end mark.
func (c comment) clean(text string) string {
	text = target.Remark(text, len(text)+1)
	if c.after == "" {
		return text
	}
	if end := strings.TrimSpace(c.after); end != "" {
		text = strings.ReplaceAll(text, end, strings.Repeat("?", len(end)))
	}
	// XML forbids two hyphens inside a comment, and one at its end.
	for strings.Contains(text, "--") {
		text = strings.ReplaceAll(text, "--", "- -")
	}
	if strings.HasSuffix(text, "-") {
		text += " "
	}
	return text
}
