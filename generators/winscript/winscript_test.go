package winscript

import (
	"slices"
	"strings"
	"testing"

	"rolewall/generators/targettest"
)

func TestText(t *testing.T) {
	for _, text := range targettest.Hostile {
		clean := Text(text, 200)
		if len(clean) > 200 || strings.ContainsAny(clean, "\"%^&|<>!\\\r\n`") || strings.Contains(clean, "/?") {
			t.Errorf("Text(%q) = %q", text, clean)
		}
	}
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{strings.Repeat("word ", 10), 20, "word word word wo..."},
		{"word word", 9, "word word"},
		{"word words", 9, "word w..."},
		{`say "x" at 100%`, 60, "say 'x' at 100?"},
		{"ü~", 60, "?~"},
		{"tab\there", 60, "tab here"},
		{"line\nend", 60, "line end"},
		{"line\rend", 60, "line end"},
		{"help /? ", 60, "help /"},
	} {
		if got := Text(c.text, c.limit); got != c.want {
			t.Errorf("Text(%q, %d) = %q, want %q", c.text, c.limit, got, c.want)
		}
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
	}{
		{"Roles    one two", []string{"Roles    one two"}},
		{"Roles    one two three", []string{"Roles    one two", "         three"}},
		{"Roles    one two three four five", []string{"Roles    one two", "         three", "         four", "         five"}},
		{"Roles    a-name-of-many-letters", []string{"Roles    a-name-of-many-letters"}},
	} {
		if got := fold(c.line, 17); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.line, got, c.want)
		}
	}
}

// TestValue: netsh receives a value letter by letter, or there is an error.
func TestValue(t *testing.T) {
	for value, want := range map[string]string{
		"System": "System", `C:\Program Files\x.exe`: `"C:\Program Files\x.exe"`, `%SystemRoot%\x.exe`: `"%%SystemRoot%%\x.exe"`, "a~b": "a~b", "a&b": `"a&b"`,
		`C:\x\`: "", `a"b`: "", "ü": "", "a\x1fb": "", "a\x7fb": "",
	} {
		got, err := Value(value)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %s, %v", value, got, err)
		}
	}
}
