package report

import (
	"bytes"

	"rolewall/internal/term"
	"rolewall/lint/codes"
	"rolewall/lint/findings"
)

// lintView is the result of lint as JSON. docs/lint.schema.json describes it. Fields are added and never changed.
type lintView struct {
	Version  int             `json:"version"` // 1
	AsOf     string          `json:"as_of"`
	FailOn   string          `json:"fail_on"`
	Failed   bool            `json:"failed"`
	Errors   int             `json:"errors"`
	Warnings int             `json:"warnings"`
	Notes    int             `json:"notes"`
	Findings []lintEntryView `json:"findings"`
	Causes   []lintCauseView `json:"causes"`
}

type lintEntryView struct {
	Code    string       `json:"code"`
	Level   string       `json:"level"`
	Message string       `json:"message"`
	Hint    string       `json:"hint,omitempty"`
	At      positionView `json:"at"`
	Hosts   []string     `json:"hosts"`   // empty for the policy as a whole
	Because []string     `json:"because"` // provenance paths from a role, or exceptions
	See     []lintSee    `json:"see"`     // other locations
}

// lintCauseView groups the findings of one code that the same change of the policy would remove.
type lintCauseView struct {
	Code     string   `json:"code"`
	Level    string   `json:"level"`
	Title    string   `json:"title"`
	Hint     string   `json:"hint,omitempty"`
	Findings []int    `json:"findings"` // indexes into the findings
	Hosts    []string `json:"hosts"`
}

// positionView is a position in a policy.
type positionView struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

type lintSee struct {
	At      positionView `json:"at"`
	Message string       `json:"message"`
}

// lintJSON writes findings as JSON.
func lintJSON(out *bytes.Buffer, _ term.Paint, r *findings.Report) error {
	v := lintView{
		Version: 1, AsOf: r.AsOf, FailOn: string(r.FailOn), Failed: r.Failed(), Errors: r.Count(codes.Error), Warnings: r.Count(codes.Warning),
		Notes: r.Count(codes.Note), Findings: []lintEntryView{}, Causes: []lintCauseView{},
	}
	for _, f := range r.Findings {
		e := lintEntryView{
			Code: f.Code, Level: string(f.Level), Message: f.What, Hint: f.Hint, At: positionView{f.Pos.File, f.Pos.Line, f.Pos.Column},
			Hosts: append([]string{}, f.Hosts...), Because: append([]string{}, f.Because...), See: []lintSee{},
		}
		for _, s := range f.See {
			e.See = append(e.See, lintSee{positionView{s.Pos.File, s.Pos.Line, s.Pos.Column}, s.What})
		}
		v.Findings = append(v.Findings, e)
	}
	for _, x := range r.Causes() {
		v.Causes = append(v.Causes, lintCauseView{x.Code, string(x.Level), codeTitle(x.Code), x.Hint, x.Findings, append([]string{}, x.Hosts...)})
	}
	return term.WriteJSON(out, v)
}
