package target

import (
	"strings"
	"unicode"
)

// Remark makes free text safe behind a comment mark, where only the end of the line has a meaning. It keeps
// letters of every script. It removes what could end the line, hide text or change its direction. A text longer
// than limit bytes is cut between characters and ends in "...".
func Remark(text string, limit int) string {
	if !remarkPlain.ContainsAll(text) {
		text = strings.Map(remarkRune, strings.ToValidUTF8(text, "?"))
	}
	return Cut(text, limit)
}

// remarkPlain holds the characters that Remark keeps.
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
