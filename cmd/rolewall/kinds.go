package main

import "fmt"

// shown is how many messages are printed one by one, and of the others how many kinds, each by one that stands for all.
const shown = 20

// message is a line for stderr, with what would help. Its kind is that of messages that differ in names alone.
type message struct{ kind, text, hint string }

// limit shortens a list of messages: the first as they are, then the kinds of the others, then the number of what is left.
func limit(list []message) []message {
	if len(list) <= shown {
		return list
	}
	out := list[:shown:shown]
	count := map[string]int{}
	var firsts []message
	for _, m := range list[shown:] {
		if count[m.kind]++; count[m.kind] == 1 {
			firsts = append(firsts, m)
		}
	}
	for _, m := range firsts[:min(shown, len(firsts))] {
		out = append(out, message{text: likeThis(m.text, count[m.kind])})
	}
	left := 0
	for _, m := range firsts[min(shown, len(firsts)):] {
		left += count[m.kind]
	}
	if left > 0 {
		out = append(out, message{text: fmt.Sprintf("and %d of %d other kinds", left, len(firsts)-shown)})
	}
	return out
}

func likeThis(text string, n int) string {
	if n == 1 {
		return text
	}
	return fmt.Sprintf("and %d more like %s", n, text)
}
