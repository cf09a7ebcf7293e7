package term

import "fmt"

// MostShown is how many messages Limit returns unchanged. Of the others it returns as many kinds, each with one
// example.
const MostShown = 20

// Message is a line for a person. Messages that differ only in names have an equal Kind. Hint may be empty.
type Message struct{ Kind, Text, Hint string }

// Limit shortens a list of messages. It returns the first ones unchanged, then one message for each kind of the
// others, then the number of the rest.
func Limit(list []Message) []Message {
	if len(list) <= MostShown {
		return list
	}
	out := list[:MostShown:MostShown]
	count := map[string]int{}
	var firsts []Message
	for _, m := range list[MostShown:] {
		if count[m.Kind]++; count[m.Kind] == 1 {
			firsts = append(firsts, m)
		}
	}
	for _, m := range firsts[:min(MostShown, len(firsts))] {
		text := Message{Text: likeThis(m.Text, count[m.Kind])}
		if count[m.Kind] == 1 {
			text.Hint = m.Hint
		}
		out = append(out, text)
	}
	left := 0
	for _, m := range firsts[min(MostShown, len(firsts)):] {
		left += count[m.Kind]
	}
	if left > 0 {
		out = append(out, Message{Text: fmt.Sprintf("and %d of %d other kinds", left, len(firsts)-MostShown)})
	}
	return out
}

func likeThis(text string, n int) string {
	if n == 1 {
		return text
	}
	return fmt.Sprintf("and %d more like %s", n, text)
}
