package target

import (
	"slices"
	"strings"
)

// Script is the text that a target writes for a rule set. It does not name a host. For adds the name.
type Script struct {
	Preamble []byte   // what must come first, with its line end: "#!/bin/sh", "@echo off"
	Header   []string // lines of comment text without marks, cleaned; none if the body is the whole file
	Body     []byte
}

// Comment is the way in which a language marks a comment line.
type Comment struct {
	Before, After string
}

// Line returns a line of text as a comment. Blanks at its end are removed.
func (c Comment) Line(text string) string { return strings.TrimRight(c.Before+text+c.After, " ") }

// hostEnd separates the host's name from the rest of the first header line.
const hostEnd = ": "

// For returns the file of one host. The host's name is at the beginning of the first header line and nowhere else.
func (s Script) For(host string, c Comment) []byte {
	before, after := s.Split(c)
	if len(s.Header) == 0 {
		return before
	}
	return slices.Concat(before, []byte(host), after)
}

// Split returns the text before and after the host's name, which is the same for every host. Without a header,
// before is the whole file.
func (s Script) Split(c Comment) (before, after []byte) {
	if len(s.Header) == 0 {
		return slices.Concat(s.Preamble, s.Body), nil
	}
	before = slices.Concat(s.Preamble, []byte(c.Before))
	first := s.Header[0] + c.After
	if s.Header[0] != "" {
		first = hostEnd + first
	}
	lines := make([]byte, 0, 4096+len(s.Body))
	lines = append(append(lines, strings.TrimRight(first, " ")...), '\n')
	for _, h := range s.Header[1:] {
		lines = append(append(lines, c.Line(h)...), '\n')
	}
	return before, append(lines, s.Body...)
}

// HeaderLines returns a header as comment lines for one host. It is for templates that print the header
// themselves.
func HeaderLines(header []string, host string, c Comment) []string {
	lines := make([]string, len(header))
	for i, h := range header {
		if i == 0 {
			h = host + hostEnd + h
		}
		lines[i] = c.Line(h)
	}
	return lines
}
