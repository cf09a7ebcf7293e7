package target

import "strings"

// ASCII makes free text safe for comments in every language. It returns one line of at most limit bytes in
// printable ASCII, without characters that a shell, nft or cmd.exe interprets. Characters that it removes become a
// question mark or a blank.
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

// asciiPlain holds the characters that ASCII keeps.
var asciiPlain = PrintableExcept("\"'`$%^&|<>!\\")

// CharSet is a set of ASCII characters. Most texts need no cleaning, and a CharSet finds that out quickly.
type CharSet [256]bool

// PrintableExcept returns the printable ASCII characters without those in special.
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
