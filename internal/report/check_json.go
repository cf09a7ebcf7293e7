package report

import (
	"bytes"
	"strings"

	"rolewall/internal/check"
	"rolewall/internal/report/changes"
	"rolewall/internal/term"
)

// The JSON form of check is a contract: fields are added and never changed. docs/check.schema.json describes it.

type checkView struct {
	Version int           `json:"version"` // 1
	Summary string        `json:"summary"` // the first line of the text form
	Folder  string        `json:"folder"`
	Hosts   int           `json:"hosts"`
	Passed  int           `json:"passed"` // files that are as they should be
	Faults  []findingView `json:"faults"`
}

type findingView struct {
	Kind    check.Kind    `json:"kind"`
	Host    string        `json:"host,omitempty"`
	File    string        `json:"file"`
	Line    int           `json:"line,omitempty"`
	What    string        `json:"what"`
	Causes  []causeView   `json:"causes"`
	Meaning *changes.View `json:"meaning,omitempty"`
	Rules   []ruleView    `json:"rules,omitempty"`
	Diff    string        `json:"diff,omitempty"`
}

type causeView struct {
	Code check.Code `json:"code"`
	Text string     `json:"text"`
}

type ruleView struct {
	Side string `json:"side"` // old, new
	ID   string `json:"id"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// checkJSON writes the result of check as JSON.
func checkJSON(out *bytes.Buffer, _ term.Paint, r *check.Report) error {
	v := checkView{Version: 1, Summary: checkSummary(r), Folder: r.Folder, Hosts: r.Hosts, Passed: len(r.Passed), Faults: []findingView{}}
	for _, f := range r.Findings {
		v.Faults = append(v.Faults, newFindingView(f))
	}
	return term.WriteJSON(out, v)
}

func newFindingView(f check.Finding) findingView {
	v := findingView{Kind: f.Kind, Host: f.Host, File: f.File, Line: f.Line, What: f.What, Causes: []causeView{}}
	for _, c := range f.Causes {
		v.Causes = append(v.Causes, causeView(c))
	}
	if f.Diff == nil {
		return v
	}
	v.Diff = strings.Join(printableLines(f.Diff.Lines), "\n") + "\n"
	v.Rules = ruleViews(f.Diff.Rules)
	if f.Diff.Meaning != nil {
		meaning := changes.NewView(f.Diff.Meaning)
		v.Meaning = &meaning
	}
	return v
}

func ruleViews(rules []check.RuleLine) []ruleView {
	var out []ruleView
	for _, r := range rules {
		side := "old"
		if r.IsNew {
			side = "new"
		}
		out = append(out, ruleView{side, r.ID, r.Number, r.Text})
	}
	return out
}
