// Package report writes results for people and programs: text for a terminal, Markdown, JSON, JUnit, SARIF and annotations.
//
// Each result has a list of formats, and each format has a file. A new format is a file and a line in the list of
// its result. Writers decide nothing: the package that makes a result decides what it says. Writers escape all
// text of a policy or a file.
package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"rolewall/compare"
	"rolewall/internal/check"
	"rolewall/internal/drift"
	"rolewall/internal/explain"
	"rolewall/internal/lookup"
	"rolewall/internal/replay"
	"rolewall/internal/report/captures"
	"rolewall/internal/report/changes"
	"rolewall/internal/report/flows"
	"rolewall/internal/term"
	"rolewall/internal/trial"
	"rolewall/lint/codes"
	"rolewall/lint/findings"
)

// Format is a way to write results of type R.
type Format[R any] struct {
	Name  string
	Write func(out *bytes.Buffer, p term.Paint, result R) error // p colours words for a terminal
}

// Formats is a list of formats for a result, in the order of help texts. The first is the default.
type Formats[R any] []Format[R]

// Names returns the names of the formats.
func (fs Formats[R]) Names() []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Name)
	}
	return out
}

// Usage returns the names in a sentence: "text, json or markdown".
func (fs Formats[R]) Usage() string {
	names := fs.Names()
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// Write writes a result to w in the format with that name. It makes all output before it writes, so an error
// leaves no partial output. It uses colours if w is a terminal. It returns an error of w, or an error for an
// unknown format.
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

// Diff returns the formats of a comparison.
func Diff() Formats[*compare.Report] {
	return Formats[*compare.Report]{{"text", changes.Text}, {"json", changes.JSON}, {"markdown", changes.Markdown}}
}

// Check returns the formats of the result of check.
func Check() Formats[*check.Report] {
	return Formats[*check.Report]{{"text", checkText}, {"json", checkJSON}, {"junit", checkJUnit}, {"github", checkGitHub}}
}

// Drift returns the formats of the differences between captured hosts and their policy.
func Drift() Formats[*drift.Result] {
	return Formats[*drift.Result]{{"text", captures.Text}, {"json", captures.JSON}, {"markdown", captures.Markdown}, {"junit", captures.JUnit}, {"sarif", captures.SARIF}}
}

// Seen returns the formats of what a captured host allows.
func Seen() Formats[*drift.Seen] {
	return Formats[*drift.Seen]{{"text", captures.SeenText}, {"json", asJSON[*drift.Seen]}}
}

// Replays returns the formats of what a policy would do to recorded traffic.
func Replays() Formats[*replay.Result] {
	return Formats[*replay.Result]{{"text", flows.Text}, {"json", flows.JSON}, {"csv", flows.CSV}, {"markdown", flows.Markdown}}
}

// Lint returns the formats of the findings of lint.
func Lint() Formats[*findings.Report] {
	return Formats[*findings.Report]{{"text", lintText}, {"json", lintJSON}, {"sarif", lintSARIF}, {"github", lintGitHub}}
}

// Answers returns the formats of the answers about a port.
func Answers() Formats[*explain.Answers] {
	return Formats[*explain.Answers]{{"text", answersText}, {"json", asJSON[*explain.Answers]}}
}

// Rules returns the formats of the rules of a host.
func Rules() Formats[*explain.Table] {
	return Formats[*explain.Table]{{"text", tableText}, {"json", asJSON[*explain.Table]}}
}

// Who returns the formats of the hosts on which a port is open.
func Who() Formats[*explain.Who] {
	return Formats[*explain.Who]{{"text", whoOpenText}, {"json", asJSON[*explain.Who]}}
}

// Fleet returns the formats of what the hosts of a policy allow.
func Fleet() Formats[*explain.Fleet] {
	return Formats[*explain.Fleet]{{"text", fleetText}, {"json", asJSON[*explain.Fleet]}}
}

// Entries returns the formats of the entries with a name.
func Entries() Formats[[]lookup.Entry] {
	return Formats[[]lookup.Entry]{{"text", entriesText}, {"json", asJSON[[]lookup.Entry]}}
}

// List returns the formats of a list of roles, services, features or targets.
func List() Formats[lookup.List] {
	return Formats[lookup.List]{{"text", listText}, {"json", listJSON}}
}

// Codes returns the formats of the explanation of lint codes.
func Codes() Formats[[]codes.Code] {
	return Formats[[]codes.Code]{{"text", codesText}, {"json", codesJSON}}
}

// Trials returns the formats of the results of trials of targets.
func Trials() Formats[[]trial.Report] {
	return Formats[[]trial.Report]{{"text", trialsText}, {"json", asJSON[[]trial.Report]}}
}

// asJSON writes a result whose fields have JSON names.
func asJSON[R any](out *bytes.Buffer, _ term.Paint, result R) error {
	return term.WriteJSON(out, result)
}
