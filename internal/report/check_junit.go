package report

import (
	"bytes"
	"strings"

	"rolewall/internal/check"
	"rolewall/internal/report/junit"
	"rolewall/internal/term"
)

// checkJUnit writes the result of check as a JUnit report: each file is a test, each host a class.
func checkJUnit(out *bytes.Buffer, _ term.Paint, r *check.Report) error {
	var cases []junit.Case
	for _, name := range r.Passed {
		cases = append(cases, newJUnitCase(r, name))
	}
	for _, f := range r.Findings {
		c := newJUnitCase(r, f.File)
		c.Failure = &junit.Failure{Type: string(f.Kind), Message: term.Printable(f.What), Text: strings.Join(findingLines(r, f), "\n")}
		cases = append(cases, c)
	}
	return junit.Write(out, "rolewall check", term.Printable(r.Folder), cases)
}

func newJUnitCase(r *check.Report, name string) junit.Case {
	host, file, found := strings.Cut(name, "/")
	if !found {
		host, file = "manifest", name
	}
	return junit.Case{Class: term.Printable(host), Name: term.Printable(file), File: term.Printable(r.Path(name))}
}
