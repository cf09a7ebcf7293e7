package suggest

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is how many characters of a host's text the file quotes.
const maxText = 160

// plain writes a text of a host in one line, so that it cannot end a comment or control a terminal. Characters
// that are not printable become numbers. Long texts are cut.
func plain(s string) string {
	var b strings.Builder
	n := 0
	for i, r := range s {
		if n++; n > maxText {
			b.WriteString("...")
			break
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, "\\x%02x", s[i])
		case r == ' ' || unicode.IsPrint(r) && r != utf8.RuneError:
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, "\\U%08x", r)
		default:
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.String()
}

// quote writes a text as a TOML string in one line.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(plain(s)) + `"`
}

// quotePath writes a path as a TOML literal string if possible, as people write Windows paths.
func quotePath(s string) string {
	if s == plain(s) && !strings.Contains(s, "'") {
		return "'" + s + "'"
	}
	return quote(s)
}

// list writes texts as a TOML array.
func list(items []string) string {
	out := make([]string, len(items))
	for i, s := range items {
		out[i] = quote(s)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// comment writes a text as comment lines of at most 120 characters, unless a word is longer.
func comment(text string) string {
	var b strings.Builder
	line := "#"
	for word := range strings.FieldsSeq(text) {
		if len(line) > 1 && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > 120 {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	return b.String() + line + "\n"
}
