package term

import (
	"fmt"
	"strings"
	"testing"
)

// TestLimit counts kinds, and of very many kinds the rest.
func TestLimit(t *testing.T) {
	list := func(n, kinds int) (out []Message) {
		for i := range n {
			out = append(out, Message{fmt.Sprint("kind ", i%kinds), fmt.Sprint("text ", i), "hint"})
		}
		return out
	}
	for _, c := range []struct {
		name     string
		n, kinds int
		lines    int
		last     string
	}{
		{"as many as are shown", MostShown, 1, MostShown, "text 19"},
		{"one more", MostShown + 1, 1, MostShown + 1, "text 20"},
		{"one kind", 3000, 1, MostShown + 1, "and 2980 more like text 20"},
		{"two kinds", 100, 2, MostShown + 2, "and 40 more like text 21"},
		{"as many kinds as are shown", 100, MostShown, 2 * MostShown, "and 4 more like text 39"},
		{"more kinds", 240, MostShown + 2, 2*MostShown + 1, "and 20 of 2 other kinds"},
		{"each a kind", 3000, 3000, 2*MostShown + 1, "and 2960 of 2960 other kinds"},
	} {
		got := Limit(list(c.n, c.kinds))
		if last := got[len(got)-1]; len(got) != c.lines || last.Text != c.last || got[0].Hint != "hint" {
			t.Errorf("%s: %d lines, the last is %q, want %d and %q", c.name, len(got), last.Text, c.lines, c.last)
		}
	}
}

func TestKindOfWarning(t *testing.T) {
	for text, want := range map[string]string{
		"the exception for tcp/1 (a) ended on 2020-01-01": "the exception for",
		"no rule lets management in (tcp 22)":             "no rule lets management in",
		"words alone":                                     "words alone",
		"":                                                "",
	} {
		if got := kindOfWarning(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestHostList(t *testing.T) {
	for hosts, want := range map[string]string{
		"a":                   "a",
		"a a":                 "a",
		"a a b b":             "a, b",
		"a b c d e":           "a, b, c, d, e",
		"a b c d e e f f g g": "a, b, c, d, e and 2 more hosts",
	} {
		var l hostList
		for _, h := range strings.Fields(hosts) {
			l.add(h)
		}
		if l.String() != want {
			t.Errorf("%s: got %q, want %q", hosts, l.String(), want)
		}
	}
}
