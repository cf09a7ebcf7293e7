package term

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestEscape(t *testing.T) {
	for _, c := range []struct {
		name     string
		escape   func(string) string
		in, want string
	}{
		{"plain text", Printable, "Петя's «scanner» → web, 100 %", "Петя's «scanner» → web, 100 %"},
		{"colours", Printable, "\x1b[31mred\x07", `\x1b[31mred\a`},
		{"line ends", Printable, "a\nb\r\n\tc", `a\nb\r\n\tc`},
		{"direction and blanks", Printable, "a\u202eb\u00a0c\u200bd\u2028e", `a\u202eb\u00a0c\u200bd\u2028e`},
		{"broken bytes", Printable, "a\xffb\xc3", `a\xffb\xc3`},
		{"the replacement character itself", Printable, "a\ufffdb", "a\ufffdb"},
		{"code span", MarkdownCode, "a *b* @team #1 <b>", "`a *b* @team #1 <b>`"},
		{"backticks", MarkdownCode, "a ``b`` c", "```a ``b`` c```"},
		{"backticks at the ends", MarkdownCode, "`a`", "`` `a` ``"},
		{"nothing", MarkdownCode, "", "`  `"},
		{"line end in a code span", MarkdownCode, "a\n- b", "`a\\n- b`"},
		{"annotation", AnnotationText, "100%\nb::error::c\r\nd", "100%25%0Ab::error::c%0Ad"},
		{"commands in a log", Printable, " ::error::x", ` \::error::x`},
		{"no command", Printable, "::1/128", "::1/128"},
		{"old commands", AnnotationText, "a ##[error]x", `a ##\[error]x`},
		{"property", AnnotationProperty, "a,line=1::x\ny", "a%2Cline=1%3A%3Ax%0Ay"},
	} {
		if got := c.escape(c.in); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// FuzzEscape holds for every place what a reader of that place would trip over.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"a", "`", "``a", " ` ", "\n::error::x", "\x1b]0;t\x07", "##[error]", "%0A", "\xff\ufffe", "]]>&lt;", "\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p := Printable(s); strings.ContainsFunc(p, func(r rune) bool { return !unicode.IsPrint(r) && r != utf8.RuneError }) || !utf8.ValidString(p) {
			t.Errorf("printable gives %q", p)
		}
		checkSpan(t, s, MarkdownCode(s))
		if a := AnnotationText(s); strings.ContainsAny(a, "\r\n") || strings.Contains(a, "##[") || strings.Count(a, "%") != strings.Count(a, "%25")+strings.Count(a, "%0A") {
			t.Errorf("annotationText gives %q", a)
		}
		if p := AnnotationProperty(s); strings.ContainsAny(p, "\r\n:,") {
			t.Errorf("annotationProperty gives %q", p)
		}
	})
}

// checkSpan reads a code span as CommonMark does: it ends at the next run of as many backticks as it began with, and
// loses one blank at each end where both have one and not all is blank.
func checkSpan(t *testing.T, s, span string) {
	t.Helper()
	body := strings.TrimLeft(span, "`")
	fence := span[:len(span)-len(body)]
	body, ended := strings.CutSuffix(body, fence)
	if fence == "" || !ended || strings.ContainsAny(span, "\r\n") {
		t.Fatalf("%q is not a code span", span)
	}
	for run := range strings.FieldsFuncSeq(body, func(r rune) bool { return r != '`' }) {
		if len(run) == len(fence) {
			t.Fatalf("%q ends early", span)
		}
	}
	if strings.HasSuffix(body, "`") {
		t.Fatalf("%q does not end", span)
	}
	if strings.HasPrefix(body, " ") && strings.HasSuffix(body, " ") && strings.Trim(body, " ") != "" {
		body = body[1 : len(body)-1]
	}
	if strings.Trim(s, " ") != "" && body != Printable(s) {
		t.Errorf("%q is shown as %q", s, body)
	}
}
