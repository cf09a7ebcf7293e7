package report

import (
	"bytes"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/internal/term"
	"rolewall/lint/codes"
	"rolewall/lint/findings"
)

// TestLintGitHub holds the title of an annotation, which says what the code finds, and the place of findings that have none.
func TestLintGitHub(t *testing.T) {
	code := codes.All()[0]
	var out bytes.Buffer
	r := &findings.Report{Findings: []findings.Finding{{Code: code.Name, Level: codes.Note, Pos: diag.Pos{File: "p.toml"}, What: "found"}}}
	if err := lintGitHub(&out, term.Paint{}, r); err != nil {
		t.Fatal(err)
	}
	want := "::notice file=p.toml,line=1,col=1,title=" + term.AnnotationProperty(code.Name+": "+code.Title) + "::found\n"
	if !strings.HasPrefix(out.String(), want) {
		t.Errorf("%q does not begin with %q", out.String(), want)
	}
}
