package netsh

import "strings"

// Arg is one argument of a program, and the source column where it begins.
type Arg struct {
	Value  string
	Col    int
	Quoted bool // it had quotation marks, so it is text and not a word
}

// isOpen reports whether a part of the argument is known only at run time.
func isOpen(s string) bool { return strings.ContainsRune(s, Open) }

// SplitArgs splits a command line as the C runtime does: blanks separate, quotation marks group, and a backslash
// escapes a quotation mark.
func SplitArgs(t Text) []Arg {
	var out []Arg
	for i := 0; i < len(t.Runes); {
		if t.Runes[i] == ' ' || t.Runes[i] == '\t' {
			i++
			continue
		}
		a := Arg{Col: t.Cols[i]}
		i = readArg(t.Runes, i, &a)
		out = append(out, a)
	}
	return out
}

func readArg(runes []rune, i int, a *Arg) int {
	var b strings.Builder
	inside := false
	for i < len(runes) && (inside || runes[i] != ' ' && runes[i] != '\t') {
		slashes := 0
		for i+slashes < len(runes) && runes[i+slashes] == '\\' {
			slashes++
		}
		beforeQuote := i+slashes < len(runes) && runes[i+slashes] == '"'
		switch {
		case slashes > 0 && beforeQuote:
			b.WriteString(strings.Repeat(`\`, slashes/2))
			i += slashes
			if slashes%2 == 1 {
				b.WriteByte('"')
				i++
			}
		case slashes > 0:
			b.WriteString(strings.Repeat(`\`, slashes))
			i += slashes
		case beforeQuote:
			inside = !inside
			a.Quoted = true
			i++
		default:
			b.WriteRune(runes[i])
			i++
		}
	}
	a.Value = b.String()
	return i
}
