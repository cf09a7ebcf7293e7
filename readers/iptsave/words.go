package iptsave

import "strings"

// word is an argument of a rule, with the column at which it stands. A quoted one is never an option.
type word struct {
	text   string
	quoted bool
	column int
}

// words splits a rule as a shell does: at blanks, with double quotes and backslashes.
func (r *reader) words(text string, column int) ([]word, bool) {
	var out []word
	for i := 0; i < len(text); {
		if text[i] == ' ' || text[i] == '\t' {
			i++
			continue
		}
		w := word{column: column + i}
		var b strings.Builder
		inQuotes := false
		for ; i < len(text) && (inQuotes || text[i] != ' ' && text[i] != '\t'); i++ {
			switch {
			case text[i] == '"':
				inQuotes = !inQuotes
				w.quoted = true
			case text[i] == '\\' && i+1 < len(text):
				i++
				b.WriteByte(text[i])
			default:
				b.WriteByte(text[i])
			}
		}
		if inQuotes {
			r.errorf(w.column, "a quotation does not end")
			return nil, false
		}
		w.text = b.String()
		out = append(out, w)
	}
	return out, true
}
