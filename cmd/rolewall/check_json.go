package main

import (
	"strings"

	"rolewall/internal/term"
)

// The JSON form of check is a contract, described by docs/check.schema.json: fields are added, never changed.

type checkView struct {
	Version int         `json:"version"` // 1
	Summary string      `json:"summary"` // the first line of the text form
	Folder  string      `json:"folder"`
	Hosts   int         `json:"hosts"`
	Passed  int         `json:"passed"` // files that are as they should be
	Faults  []faultView `json:"faults"`
}

type faultView struct {
	Kind    faultKind  `json:"kind"`
	Host    string     `json:"host,omitempty"`
	File    string     `json:"file"`
	Line    int        `json:"line,omitempty"`
	What    string     `json:"what"`
	Causes  []cause    `json:"causes"`
	Meaning *diffView  `json:"meaning,omitempty"`
	Rules   []ruleView `json:"rules,omitempty"`
	Diff    string     `json:"diff,omitempty"`
}

type ruleView struct {
	Side string `json:"side"` // old, new
	ID   string `json:"id"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

func (k *checker) view() checkView {
	v := checkView{Version: 1, Summary: k.summary(), Folder: k.dir, Hosts: len(k.hosts), Passed: len(k.passed), Faults: []faultView{}}
	for _, f := range k.faults {
		x := faultView{Kind: f.Kind, Host: f.Host, File: f.File, Line: f.Line, What: f.What, Causes: list0(f.Causes)}
		if f.Diff != nil {
			x.Diff = strings.Join(f.Diff.lines, "\n") + "\n"
			x.Rules = ruleViews(f.Diff.rules)
			if f.Diff.report != nil {
				meaning := k.difference(f, term.Paint{}).view()
				x.Meaning = &meaning
			}
		}
		v.Faults = append(v.Faults, x)
	}
	return v
}

func ruleViews(rules []ruleLine) []ruleView {
	var out []ruleView
	for _, r := range rules {
		side := "old"
		if r.isNew {
			side = "new"
		}
		out = append(out, ruleView{side, r.id, r.number, r.text})
	}
	return out
}
