package drift

import (
	"slices"

	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// Seen is the answer to what a captured host allows: on one port, or on all. "rolewall explain --format json"
// prints it. Fields are added and never changed.
type Seen struct {
	Version  int           `json:"version"` // of the format: 1
	Host     string        `json:"host"`
	OS       string        `json:"os,omitempty"`
	When     string        `json:"when,omitempty"`
	Question string        `json:"question,omitempty"` // empty means everything that the host allows
	From     string        `json:"from,omitempty"`
	Verdict  string        `json:"verdict,omitempty"` // of a question: open, depends, unknown, closed
	Open     []SeenOpening `json:"open"`
	Depends  []SeenOpening `json:"depends"`
	Unknown  []SeenPlace   `json:"unknown"` // entries that no reader can express; they may open or close it
	Facts    []string      `json:"facts"`
}

// SeenOpening is something that the host allows.
type SeenOpening struct {
	Opens      string      `json:"opens"`
	From       []string    `json:"from"` // prefixes; empty is anyone
	Where      string      `json:"where,omitempty"`
	Forwarded  string      `json:"forwarded,omitempty"`
	Profiles   []string    `json:"profiles,omitempty"`
	Program    string      `json:"program,omitempty"`
	Service    string      `json:"service,omitempty"`
	Owner      string      `json:"owner,omitempty"`
	Group      string      `json:"group,omitempty"`
	Conditions []string    `json:"conditions,omitempty"`
	Rules      []SeenPlace `json:"rules"`
}

// SeenPlace is a rule of the host.
type SeenPlace struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Rule   string `json:"rule,omitempty"`
	Text   string `json:"rule_text,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// The verdicts.
const (
	VerdictOpen    = "open"
	VerdictDepends = "depends"
	VerdictUnknown = "unknown"
	VerdictClosed  = "closed"
)

// Look answers whether a captured host allows traffic from sources. Without traffic it lists everything. Without
// sources it asks about every source.
func Look(name string, c *capture.Capture, question string, traffic []ruleset.Traffic, from string, sources ruleset.Prefixes) *Seen {
	out := &Seen{
		Version: 1, Host: name, OS: string(c.OS), When: c.When, Question: question, From: from,
		Open: []SeenOpening{}, Depends: []SeenOpening{}, Unknown: []SeenPlace{}, Facts: []string{},
	}
	for _, p := range c.Openings {
		x := opening{p, adapt(p.Rule, bothFamilies, ruleset.OS(""), Options{})}
		if !x.concerns(traffic, sources) {
			continue
		}
		if len(p.Conditions) == 0 {
			out.Open = append(out.Open, newSeenOpening(x))
		} else {
			out.Depends = append(out.Depends, newSeenOpening(x))
		}
	}
	for _, u := range c.Unmapped {
		s := newSeenPlace(u.Place)
		s.Reason = u.Reason
		if u.Scope != "" {
			s.Reason = u.Scope + ": " + u.Reason
		}
		out.Unknown = append(out.Unknown, s)
	}
	unsafe := false
	for _, f := range c.Facts {
		out.Facts = append(out.Facts, f.Text)
		unsafe = unsafe || f.Unsafe
	}
	if len(traffic) > 0 {
		switch {
		case len(out.Open) > 0:
			out.Verdict = VerdictOpen
		case len(out.Depends) > 0:
			out.Verdict = VerdictDepends
		case len(out.Unknown) > 0 || unsafe:
			out.Verdict = VerdictUnknown
		default:
			out.Verdict = VerdictClosed
		}
	}
	return out
}

// concerns reports whether the opening is about traffic from the sources.
func (p opening) concerns(traffic []ruleset.Traffic, sources ruleset.Prefixes) bool {
	if len(sources) > 0 && !p.rule.Remote.Prefixes().Overlaps(sources) {
		return false
	}
	return len(traffic) == 0 || slices.ContainsFunc(traffic, func(t ruleset.Traffic) bool { return t.Overlaps(p.rule.Traffic) })
}

func newSeenOpening(p opening) SeenOpening {
	out := SeenOpening{
		Opens: p.rule.Traffic.String(), From: []string{}, Where: p.where(), Forwarded: p.Forwarded, Profiles: p.Profiles,
		Program: p.Rule.Listener.Program, Service: p.Rule.Listener.Service, Owner: p.Owner, Group: p.Group, Rules: []SeenPlace{},
	}
	if f := p.rule.Remote.Prefixes(); f.Complete() != p.rule.Protocol.Families() {
		for _, x := range f {
			out.From = append(out.From, x.String())
		}
	}
	for _, c := range p.Conditions {
		out.Conditions = append(out.Conditions, c.Text)
	}
	for _, r := range p.Rules {
		out.Rules = append(out.Rules, newSeenPlace(r))
	}
	return out
}

func newSeenPlace(p capture.Place) SeenPlace {
	return SeenPlace{File: p.Pos.File, Line: p.Pos.Line, Rule: p.Rule, Text: p.Text}
}
