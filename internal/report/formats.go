package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"rolewall/compare"
	"rolewall/internal/term"
	"rolewall/lint"
)

// reportFormat is a way to write results of type R.
type reportFormat[R any] struct {
	Name  string
	Write func(out *bytes.Buffer, p term.Paint, result R) error // p colours words for a terminal
}

// reportFormats lists the formats of a result, in the order of help texts. The first is the default.
type reportFormats[R any] []reportFormat[R]

// Names lists the names of the formats.
func (fs reportFormats[R]) Names() []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Name)
	}
	return out
}

// Usage lists the names in a sentence: "text, json or markdown".
func (fs reportFormats[R]) Usage() string {
	names := fs.Names()
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// Write writes a result to w in the format with that name. It makes the whole output first and writes it at once, so that
// an error leaves no part of it. It colours words where w is a terminal. Errors are those of w, and an unknown format.
func (fs reportFormats[R]) Write(w io.Writer, name string, result R) error {
	for _, f := range fs {
		if f.Name != name {
			continue
		}
		var out bytes.Buffer
		if err := f.Write(&out, term.NewPaint(w), result); err != nil {
			return err
		}
		_, err := w.Write(out.Bytes())
		return err
	}
	return fmt.Errorf("there is no format %q", name)
}

// The formats of each result.
var (
	diffFormats  = reportFormats[*compare.Report]{{"text", diffText}, {"json", diffJSON}, {"markdown", diffMarkdown}}
	driftFormats = reportFormats[*driftReport]{{"text", driftText}, {"json", driftJSON}, {"junit", driftJUnit}, {"github", driftGitHub}}
	lintFormats  = reportFormats[lintReport]{{"text", lintText}, {"json", lintJSON}, {"sarif", lintSARIF}, {"github", lintGitHub}}
	codeFormats  = reportFormats[[]lint.Code]{{"text", codesText}, {"json", codesJSON}}
)
