// Package report writes results for people and programs: text for a terminal, Markdown, JSON, JUnit, SARIF and annotations.
//
// Each result has a list of formats, and each format a file. A new format is a file and a line in the list of its result.
// Writers decide nothing: what a result says is decided where it is made. They escape all text that comes from a policy or a file.
package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"rolewall/compare"
	"rolewall/internal/drift"
	"rolewall/internal/drift/captured"
	"rolewall/internal/explain"
	"rolewall/internal/lookup"
	"rolewall/internal/replay"
	"rolewall/internal/report/captures"
	"rolewall/internal/report/changes"
	"rolewall/internal/report/flows"
	"rolewall/internal/term"
	"rolewall/internal/trial"
	"rolewall/lint"
	"rolewall/lint/codes"
)

// Format is a way to write results of type R.
type Format[R any] struct {
	Name  string
	Write func(out *bytes.Buffer, p term.Paint, result R) error // p colours words for a terminal
}

// Formats lists the formats of a result, in the order of help texts. The first is the default.
type Formats[R any] []Format[R]

// Names lists the names of the formats.
func (fs Formats[R]) Names() []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Name)
	}
	return out
}

// Usage lists the names in a sentence: "text, json or markdown".
func (fs Formats[R]) Usage() string {
	names := fs.Names()
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// Write writes a result to w in the format with that name. It makes the whole output first and writes it at once, so that
// an error leaves no part of it. It colours words where w is a terminal. Errors are those of w, and an unknown format.
func (fs Formats[R]) Write(w io.Writer, name string, result R) error {
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

// Diff lists the formats of a comparison.
func Diff() Formats[*compare.Report] {
	return Formats[*compare.Report]{{"text", changes.Text}, {"json", changes.JSON}, {"markdown", changes.Markdown}}
}

// Drift lists the formats of what check found.
func Drift() Formats[*drift.Report] {
	return Formats[*drift.Report]{{"text", driftText}, {"json", driftJSON}, {"junit", driftJUnit}, {"github", driftGitHub}}
}

// Captures lists the formats of how captured hosts differ from their policy.
func Captures() Formats[*captured.Result] {
	return Formats[*captured.Result]{{"text", captures.Text}, {"json", captures.JSON}, {"markdown", captures.Markdown}, {"junit", captures.JUnit}, {"sarif", captures.SARIF}}
}

// Seen lists the formats of what a captured host allows.
func Seen() Formats[*captured.Seen] {
	return Formats[*captured.Seen]{{"text", captures.SeenText}, {"json", asJSON[*captured.Seen]}}
}

// Replays lists the formats of what a policy would do to traffic that was seen.
func Replays() Formats[*replay.Result] {
	return Formats[*replay.Result]{{"text", flows.Text}, {"json", flows.JSON}, {"csv", flows.CSV}, {"markdown", flows.Markdown}}
}

// Lint lists the formats of what lint found.
func Lint() Formats[*lint.Report] {
	return Formats[*lint.Report]{{"text", lintText}, {"json", lintJSON}, {"sarif", lintSARIF}, {"github", lintGitHub}}
}

// Answers lists the formats of what happens to the traffic of a port.
func Answers() Formats[*explain.Answers] {
	return Formats[*explain.Answers]{{"text", answersText}, {"json", asJSON[*explain.Answers]}}
}

// Rules lists the formats of the rules of a host.
func Rules() Formats[*explain.Table] {
	return Formats[*explain.Table]{{"text", tableText}, {"json", asJSON[*explain.Table]}}
}

// Who lists the formats of the hosts on which a port is open.
func Who() Formats[*explain.Who] {
	return Formats[*explain.Who]{{"text", whoOpenText}, {"json", asJSON[*explain.Who]}}
}

// Fleet lists the formats of what the hosts of a policy allow.
func Fleet() Formats[*explain.Fleet] {
	return Formats[*explain.Fleet]{{"text", fleetText}, {"json", asJSON[*explain.Fleet]}}
}

// Entries lists the formats of all that is known about a name.
func Entries() Formats[[]lookup.Entry] {
	return Formats[[]lookup.Entry]{{"text", entriesText}, {"json", asJSON[[]lookup.Entry]}}
}

// List lists the formats of a list of roles, services, features or targets.
func List() Formats[lookup.List] {
	return Formats[lookup.List]{{"text", listText}, {"json", listJSON}}
}

// Codes lists the formats in which lint codes are explained.
func Codes() Formats[[]codes.Code] {
	return Formats[[]codes.Code]{{"text", codesText}, {"json", codesJSON}}
}

// Trials lists the formats of what trials of targets found.
func Trials() Formats[[]trial.Report] {
	return Formats[[]trial.Report]{{"text", trialsText}, {"json", asJSON[[]trial.Report]}}
}

// asJSON writes a result whose fields have JSON names.
func asJSON[R any](out *bytes.Buffer, _ term.Paint, result R) error {
	return term.WriteJSON(out, result)
}
