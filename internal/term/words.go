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

// Few joins the first words of a list with commas and counts the others. It shows most of them, or one more where that is
// all.
func Few(list []string, most int) string {
	if len(list) <= most+1 {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}

// Shorten cuts a text to at most so many characters. It ends a text that it cuts with "...".
func Shorten(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-3]) + "..."
}
