package report

import (
	"bytes"
	"encoding/xml"
	"rolewall/internal/drift"
	"rolewall/internal/term"
	"strings"
)

// The JUnit form is what CI systems show as tests: a file is a test, a host a class.

type junitSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// driftJUnit writes what a check found as the tests of a JUnit report.
func driftJUnit(out *bytes.Buffer, _ term.Paint, r *drift.Report) error {
	n := len(r.Passed) + len(r.Findings)
	suite := junitSuite{Name: term.Printable(r.Folder), Tests: n, Failures: len(r.Findings)}
	for _, name := range r.Passed {
		suite.Cases = append(suite.Cases, newJUnitCase(r, name))
	}
	for _, f := range r.Findings {
		c := newJUnitCase(r, f.File)
		c.Failure = &junitFailure{Type: string(f.Kind), Message: term.Printable(f.What), Text: strings.Join(findingLines(r, f), "\n")}
		suite.Cases = append(suite.Cases, c)
	}
	out.WriteString(xml.Header)
	enc := xml.NewEncoder(out)
	enc.Indent("", "  ")
	err := enc.Encode(junitSuites{Name: "rolewall check", Tests: n, Failures: len(r.Findings), Suite: suite})
	out.WriteByte('\n')
	return err
}

func newJUnitCase(r *drift.Report, name string) junitCase {
	host, file, found := strings.Cut(name, "/")
	if !found {
		host, file = "manifest", name
	}
	return junitCase{Class: term.Printable(host), Name: term.Printable(file), File: term.Printable(r.Path(name))}
}
