// Package junit writes results in the XML format of JUnit. CI systems show each result as a test.
package junit

import (
	"bytes"
	"encoding/xml"
)

// Suite is a list of tests.
type Suite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Cases    []Case `xml:"testcase"`
}

// Case is a test. It passed if Failure is nil.
type Case struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	File    string   `xml:"file,attr,omitempty"`
	Failure *Failure `xml:"failure,omitempty"`
}

// Failure says why a test failed. Type is a word for programs.
type Failure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Suite    Suite    `xml:"testsuite"`
}

// Write writes the cases of one suite, with their counts. Names and texts must be printable.
func Write(out *bytes.Buffer, command, name string, cases []Case) error {
	s := Suite{Name: name, Tests: len(cases), Cases: cases}
	for _, c := range cases {
		if c.Failure != nil {
			s.Failures++
		}
	}
	out.WriteString(xml.Header)
	enc := xml.NewEncoder(out)
	enc.Indent("", "  ")
	err := enc.Encode(suites{Name: command, Tests: s.Tests, Failures: s.Failures, Suite: s})
	out.WriteByte('\n')
	return err
}
