package main

import (
	"bytes"
	"encoding/xml"
	"strings"

	"rolewall/internal/term"
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

func (k *checker) junit(out *bytes.Buffer) error {
	n := len(k.passed) + len(k.faults)
	suite := junitSuite{Name: term.Printable(k.dir), Tests: n, Failures: len(k.faults)}
	for _, name := range k.passed {
		suite.Cases = append(suite.Cases, k.junitCase(name))
	}
	for _, f := range k.faults {
		c := k.junitCase(f.File)
		c.Failure = &junitFailure{Type: string(f.Kind), Message: term.Printable(f.What), Text: strings.Join(k.faultLines(f), "\n")}
		suite.Cases = append(suite.Cases, c)
	}
	out.WriteString(xml.Header)
	enc := xml.NewEncoder(out)
	enc.Indent("", "  ")
	err := enc.Encode(junitSuites{Name: "rolewall check", Tests: n, Failures: len(k.faults), Suite: suite})
	out.WriteByte('\n')
	return err
}

func (k *checker) junitCase(name string) junitCase {
	host, file, found := strings.Cut(name, "/")
	if !found {
		host, file = "manifest", name
	}
	return junitCase{Class: term.Printable(host), Name: term.Printable(file), File: term.Printable(k.pathOf(name))}
}

// faultLines are everything there is to say about a fault, fit for a log.
func (k *checker) faultLines(f fault) []string {
	lines := []string{term.Printable(f.File + ": " + f.What)}
	for _, c := range f.Causes {
		lines = append(lines, term.Printable(c.Text))
	}
	if f.Diff != nil {
		lines = append(append(lines, k.meaning(f, term.Paint{})...), f.Diff.lines...)
	}
	if f.generateHelps() {
		lines = append(lines, term.Printable(k.advice()))
	}
	return lines
}
