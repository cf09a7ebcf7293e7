package custom

import (
	"strings"

	"rolewall/generators/target"
)

// comment says how the language of a script marks comments. It comes from the front matter.
type comment struct {
	before, after string // after is for comments that do not end with the line
	width         int    // length of a comment line in bytes
}

// commentWidth is the length of comment lines if the front matter gives none.
const commentWidth = 500

// commentLine returns a text as one comment line.
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
	return around(line, false, c.after != ""), nil // a comment that needs an end mark would continue without it
}

// clean makes a text safe inside a comment: one line, without characters that hide text or change its direction,
// and without the end mark.
func (c comment) clean(text string) string {
	text = target.Remark(text, len(text)+1)
	if c.after == "" {
		return text
	}
	if end := strings.TrimSpace(c.after); end != "" {
		text = strings.ReplaceAll(text, end, strings.Repeat("?", len(end)))
	}
	// XML allows no two hyphens inside a comment, and none at its end.
	for strings.Contains(text, "--") {
		text = strings.ReplaceAll(text, "--", "- -")
	}
	if strings.HasSuffix(text, "-") {
		text += " "
	}
	return text
}
