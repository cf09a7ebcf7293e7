package term

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Count returns a number with its word: "1 host", "2 hosts".
func Count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// Few joins the first words of a list with commas and gives the number of the others. It shows most of them, or
// one more if that is all.
func Few(list []string, most int) string { return FewOf(list, len(list), most) }

// FewOf does what Few does, for a list of which only the first words are known: most and one more, or all.
func FewOf(first []string, total, most int) string {
	if total <= most+1 {
		return strings.Join(first, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(first[:most], ", "), total-most)
}

// Shorten cuts a text to at most that many characters. A text that was cut ends in "...".
func Shorten(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-3]) + "..."
}
