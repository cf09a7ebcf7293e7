package iptsave

import (
	"slices"
	"strings"
)

// word is an argument of a rule with its column. A quoted word is never an option.
type word struct {
	text   string
	quoted bool
	column int
}

// freeText holds the options whose argument may look like an option.
var freeText = []string{"--comment", "--log-prefix", "--nflog-prefix", "--string", "--hex-string"}

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
		if n := len(out); n > 0 && slices.Contains(freeText, out[n-1].text) && !out[n-1].quoted {
			w.quoted = true
		}
		out = append(out, w)
	}
	return out, true
}
