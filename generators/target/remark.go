package target

import (
	"strings"
	"unicode"
)

// Remark makes free text harmless behind a comment mark, where only the end of the line has a meaning. Letters of
// every script stay readable; what could end the line, hide text or turn its direction does not survive. A text of
// more than limit bytes is cut between characters and ends in "...".
func Remark(text string, limit int) string {
	if !remarkPlain.ContainsAll(text) {
		text = strings.Map(remarkRune, strings.ToValidUTF8(text, "?"))
	}
	return Cut(text, limit)
}

// remarkPlain is what Remark leaves as it is.
var remarkPlain = PrintableExcept(`\`)

func remarkRune(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case !unicode.IsPrint(r) || r == '\\':
		return '?'
	}
	return r
}

// Cut shortens text to limit bytes, between characters. A shortened text ends in "...".
func Cut(text string, limit int) string {
	const ellipsis = "..."
	if len(text) <= limit {
		return text
	}
	end := 0
	for i := range text {
		if i > limit-len(ellipsis) {
			break
		}
		end = i
	}
	return strings.TrimRight(text[:end], " ") + ellipsis
}
