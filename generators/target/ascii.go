package generators

import "strings"

// ascii makes free text harmless for comments in every language: one line, printable ASCII, no character that any
// shell, nft or cmd.exe gives a meaning, and at most limit bytes.
func ascii(text string, limit int) string {
	if !asciiPlain.holds(text) {
		text = strings.Map(func(r rune) rune {
			switch {
			case r == '\t' || r == '\n' || r == '\r':
				return ' '
			case r > '~' || !asciiPlain[r]:
				return '?'
			}
			return r
		}, text)
	}
	return strings.TrimRight(text[:min(len(text), limit)], " ")
}

// asciiPlain is what ascii leaves as it is.
var asciiPlain = printableBut("\"'`$%^&|<>!\\")

// harmless is a set of bytes that a language gives no meaning. Most texts hold no other.
type harmless [256]bool

// printableBut are the printable characters of ASCII but for some.
func printableBut(special string) harmless {
	var p harmless
	for c := ' '; c <= '~'; c++ {
		p[c] = !strings.ContainsRune(special, c)
	}
	return p
}

func (p *harmless) holds(text string) bool {
	for i := range len(text) {
		if !p[text[i]] {
			return false
		}
	}
	return true
}
