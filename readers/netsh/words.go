package netsh

import "strings"

// Words are the words of one language that rules use.
type Words struct {
	Yes, In, Allow, Any string
	Profiles            []string // domain, private, public; empty if no rule shows all three
}

// Learn finds the meaning of words from rules that are known to be on, inbound, allowing and for every local
// address: those that rolewall wrote. If they differ, it takes the most frequent word. It returns false if there
// are no such rules.
func (l *Listing) Learn(ours func(ListedRule) bool) (Words, bool) {
	count := [4]map[string]int{{}, {}, {}, {}}
	known := false
	for _, r := range l.Rules {
		if ours(r) {
			known = true
			for i, word := range []string{r.Enabled, r.Direction, r.Action, r.LocalIP} {
				count[i][word]++
			}
		}
	}
	w := Words{Yes: mostFrequent(count[0]), In: mostFrequent(count[1]), Allow: mostFrequent(count[2]), Any: mostFrequent(count[3])}
	for _, r := range l.Rules {
		if p := strings.Split(r.Profiles, ","); len(p) == len(english.Profiles) {
			w.Profiles = p
		}
	}
	return w, known
}

func mostFrequent(count map[string]int) string {
	best := ""
	for word, n := range count {
		if n > count[best] || n == count[best] && word < best {
			best = word
		}
	}
	return best
}
