package target

import "strings"

// ASCII makes free text harmless for comments in every language: one line, printable ASCII, no character that any
// shell, nft or cmd.exe gives a meaning, and at most limit bytes. What is left out becomes a question mark or a blank.
func ASCII(text string, limit int) string {
	if !asciiPlain.ContainsAll(text) {
		text = strings.Map(func(r rune) rune {
			switch {
			case r == '\t' || r == '\n' || r == '\r':
				return ' '
			case !asciiPlain.Contains(r):
				return '?'
			}
			return r
		}, text)
	}
	return strings.TrimRight(text[:min(len(text), limit)], " ")
}

// asciiPlain is what ASCII leaves as it is.
var asciiPlain = PrintableExcept("\"'`$%^&|<>!\\")

// CharSet is a set of ASCII characters. Most texts hold no others, and are then kept as they are.
type CharSet [256]bool

// PrintableExcept returns the printable characters of ASCII without some.
func PrintableExcept(special string) CharSet {
	var s CharSet
	for c := ' '; c <= '~'; c++ {
		s[c] = !strings.ContainsRune(special, c)
	}
	return s
}

// Contains reports whether the character is in the set.
func (s *CharSet) Contains(r rune) bool { return r >= 0 && r <= '~' && s[r] }

// ContainsAll reports whether every byte of the text is in the set.
func (s *CharSet) ContainsAll(text string) bool {
	for i := range len(text) {
		if !s[text[i]] {
			return false
		}
	}
	return true
}
