package captures

import (
	"bytes"

	"rolewall/internal/drift"
	"rolewall/internal/term"
	"rolewall/ruleset"
)

// The JSON form is a contract: fields are added and never changed. docs/drift.schema.json describes it.

type view struct {
	Version  int           `json:"version"` // 1
	Summary  string        `json:"summary"` // the first line of the text form
	Compared int           `json:"compared"`
	Findings []findingView `json:"findings"`
	Ignored  []findingView `json:"ignored"`
	Sources  []sourceView  `json:"sources"`
}

type findingView struct {
	Kind       drift.Kind      `json:"kind"`
	Hosts      []string        `json:"hosts"`
	Traffic    string          `json:"traffic,omitempty"`
	From       []string        `json:"from,omitempty"`
	Names      []string        `json:"networks,omitempty"` // networks of the policy that the sources are
	Now        []string        `json:"now,omitempty"`      // all sources that are allowed today
	Policy     []string        `json:"policy,omitempty"`   // all sources that the policy allows
	ToAnyone   bool            `json:"to_anyone"`
	CannotTell bool            `json:"cannot_tell"`
	Profiles   []string        `json:"profiles,omitempty"`
	Interfaces []string        `json:"interfaces,omitempty"`
	Text       string          `json:"text,omitempty"`
	Where      string          `json:"where,omitempty"` // what narrows all of the openings
	Forwarded  string          `json:"forwarded,omitempty"`
	Owner      string          `json:"owner,omitempty"`
	Group      string          `json:"group,omitempty"`
	Conditions []conditionView `json:"conditions,omitempty"`
	Rules      []placeView     `json:"rules,omitempty"`
	Packets    *uint64         `json:"packets,omitempty"`
	Expected   []string        `json:"expected,omitempty"` // why the policy opens the traffic
	IDs        []string        `json:"ids,omitempty"`      // IDs of the policy's rules
	IgnoredBy  string          `json:"ignored_by,omitempty"`
	Until      string          `json:"until,omitempty"`    // the last day of the entry that ignores it
	EndedOn    string          `json:"ended_on,omitempty"` // the last day of an ended entry that ignored it
}

type conditionView struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	placeView
}

type placeView struct {
	File  string `json:"file,omitempty"`
	Line  int    `json:"line,omitempty"`
	Rule  string `json:"rule,omitempty"`
	Body  string `json:"rule_text,omitempty"`
	Where string `json:"where,omitempty"` // what narrows the opening that the rule makes
}

type sourceView struct {
	Host     string `json:"host"`
	File     string `json:"file"`
	Form     string `json:"form"`
	When     string `json:"when,omitempty"`
	Complete bool   `json:"complete"`
}

// JSON writes a result as JSON.
func JSON(out *bytes.Buffer, _ term.Paint, r *drift.Result) error {
	v := view{Version: 1, Summary: summary(r), Compared: r.Compared, Findings: views(r.Findings), Ignored: views(r.Ignored), Sources: []sourceView{}}
	for _, s := range r.Sources {
		v.Sources = append(v.Sources, sourceView{s.Host, s.File, s.Form, s.When, s.Complete})
	}
	return term.WriteJSON(out, v)
}

func views(list []drift.Finding) []findingView {
	out := []findingView{}
	for i := range list {
		out = append(out, newView(&list[i]))
	}
	return out
}

func newView(f *drift.Finding) findingView {
	v := findingView{
		Kind: f.Kind, Hosts: f.Hosts, Names: f.From.Names, ToAnyone: f.ToAnyone(), CannotTell: f.Kind.CannotTell(), Profiles: f.Profiles,
		Interfaces: f.Interfaces, Text: f.Text, Where: f.Where, Forwarded: f.Forwarded, Owner: f.Owner, Group: f.Group, Packets: f.Packets, IDs: f.IDs, EndedOn: f.EndedOn,
	}
	if len(f.From.Prefixes) > 0 {
		v.Traffic = f.Traffic.String()
	}
	v.From, v.Now, v.Policy = prefixTexts(f.From), prefixTexts(f.Now), prefixTexts(f.Policy)
	for _, c := range f.Conditions {
		v.Conditions = append(v.Conditions, conditionView{string(c.Kind), c.Text, placeView{c.Place.Pos.File, c.Place.Pos.Line, c.Place.Rule, c.Place.Text, ""}})
	}
	for _, r := range f.Rules {
		v.Rules = append(v.Rules, placeView{r.Pos.File, r.Pos.Line, r.Rule, r.Text, r.Where})
	}
	for _, reason := range f.Expected {
		v.Expected = append(v.Expected, ruleset.ReasonText([]ruleset.Reason{reason}))
	}
	if f.Ignored != nil {
		v.IgnoredBy, v.Until = f.Ignored.Reason, f.Ignored.Expires
	}
	return v
}

func prefixTexts(a drift.Addresses) []string {
	var out []string
	for _, p := range a.Prefixes {
		out = append(out, p.String())
	}
	return out
}
