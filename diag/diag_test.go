package diag

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestErrors(t *testing.T) {
	list := []Diagnostic{
		{Pos: Pos{"a.toml", 1, 1}, Message: "first"},
		{Pos: Pos{"a.toml", 1, 1}, Message: "second", Hint: "a hint"},
		{Pos: Pos{"a.toml", 1, 1}, Message: "second", Hint: "a hint, or another"},
		{Pos: Pos{"a.toml", 1, 12}, Message: "third"},
		{Pos: Pos{"a.toml", 9, 2}, Message: "fourth"},
		{Pos: Pos{"a.toml", 10, 1}, Message: "fifth"},
		{Pos: Pos{"b.toml", 0, 0}, Message: "the file as a whole"},
		{Pos: Pos{"b.toml", 3, 4}, Message: "last"},
	}
	want := `a.toml:1:1: first
a.toml:1:1: second
  hint: a hint
a.toml:1:12: third
a.toml:9:2: fourth
a.toml:10:1: fifth
b.toml: the file as a whole
b.toml:3:4: last`
	for range 50 {
		var errs, more List
		for i, at := range rand.Perm(2 * len(list)) { // each mistake twice
			into := &errs
			if i%3 == 0 {
				into = &more
			}
			x := list[at%len(list)]
			into.Add(x.Pos, x.Hint, "%s", x.Message)
		}
		errs.Join(&more)
		errs.Join(nil)
		if got := errs.Err().Error(); got != want || errs.Len() != 2*len(list) {
			t.Fatalf("%d mistakes:\n%s", errs.Len(), got)
		}
	}
	if err := (&List{}).Err(); err != nil {
		t.Errorf("no mistakes are %v", err)
	}
}

func TestErrorf(t *testing.T) {
	for _, c := range []struct{ hint, format, arg, want string }{
		{"", "unknown target %q", "x", `unknown target "x"`},
		{"choose from a, b", "unknown target %q", "x", "unknown target \"x\"\n  hint: choose from a, b"},
	} {
		var d *Diagnostic
		if err := Errorf(c.hint, c.format, c.arg); err.Error() != c.want || !errors.As(err, &d) || d.Kind != c.format {
			t.Errorf("%q, want %q", err, c.want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	words := []string{"clients", "peers", "management", "LSASS", "os"}
	for word, want := range map[string]string{
		"client":     "clients",
		"CLIENTS":    "clients",
		"mangaement": "management",
		"lsas":       "LSASS",
		"so":         "", // both letters differ
		"o":          "os",
		"frobnicate": "",
		"":           "",
	} {
		if want != "" {
			want = `did you mean "` + want + `"?`
		}
		if got := Suggest(word, words); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
	if got := Suggest("ab", []string{"ad", "ac"}) + Suggest("ab", []string{"ac", "ad"}); got != strings.Repeat(`did you mean "ac"?`, 2) {
		t.Errorf("the order of the candidates decides: %s", got)
	}
}

func TestChoose(t *testing.T) {
	few, many := []string{"keep", "disable"}, strings.Split("abcdefghijklm", "")
	for _, c := range []struct {
		word  string
		words []string
		want  string
	}{
		{"kep", few, `did you mean "keep"?`},
		{"frobnicate", few, "choose from keep, disable"},
		{"frobnicate", many, ""},
		{"frobnicate", nil, ""},
	} {
		if got := SuggestOrList(c.word, c.words); got != c.want {
			t.Errorf("%s: got %q, want %q", c.word, got, c.want)
		}
	}
}

// TestManyMistakes holds that a list keeps few of very many mistakes, counts all, and says so.
func TestManyMistakes(t *testing.T) {
	var errs, more List
	for i := range maxKept + 3 {
		errs.Add(Pos{"a.toml", i + 1, 1}, "", "mistake %d", i)
		more.Add(Pos{"b.toml", i + 1, 1}, "", "mistake %d", i)
	}
	errs.Join(&more)
	lines := strings.Split(errs.Err().Error(), "\n")
	if errs.Len() != 2*(maxKept+3) || len(lines) != maxKept+1 || lines[maxKept] != "there are more than 10000 mistakes, and the others are not told" {
		t.Errorf("%d mistakes, %d lines, the last %q", errs.Len(), len(lines), lines[len(lines)-1])
	}
}

// TestPrefix holds that a mistake with a prefix keeps its position, hint and kind, and that each of several gets the prefix.
func TestPrefix(t *testing.T) {
	plain, mistake := errors.New("disk full"), &Diagnostic{Pos: Pos{"a.toml", 1, 2}, Message: "wrong", Hint: "right", Kind: "k"}
	for _, c := range []struct {
		err  error
		want string
	}{
		{plain, "h1: disk full"},
		{mistake, "a.toml:1:2: h1: wrong\n  hint: right"},
		{errors.Join(mistake, plain), "a.toml:1:2: h1: wrong\n  hint: right\nh1: disk full"},
	} {
		if got := Prefix("h1: ", c.err); got.Error() != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if prefixed, ok := errors.AsType[*Diagnostic](Prefix("h1: ", mistake)); !ok || prefixed.Kind != "k" || prefixed.Text() != "a.toml:1:2: h1: wrong" {
		t.Errorf("the mistake became %+v", prefixed)
	}
	if mistake.Message != "wrong" || !errors.Is(Prefix("h1: ", plain), plain) {
		t.Error("the error itself is changed or lost")
	}
}
