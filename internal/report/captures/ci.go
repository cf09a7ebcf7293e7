package captures

import (
	"bytes"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/internal/drift"
	"rolewall/internal/report/junit"
	"rolewall/internal/report/sarif"
	"rolewall/internal/term"
)

// JUnit writes a result as tests: each host is a class, each finding a failed test. A run without findings is one
// passed test.
func JUnit(out *bytes.Buffer, _ term.Paint, r *drift.Result) error {
	var cases []junit.Case
	for i := range r.Findings {
		f := &r.Findings[i]
		for _, host := range f.Hosts {
			cases = append(cases, junit.Case{
				Class: term.Printable(host), Name: message(f),
				Failure: &junit.Failure{Type: string(f.Kind), Message: message(f), Text: strings.Join(details(f), "\n")},
			})
		}
	}
	slices.SortStableFunc(cases, func(a, b junit.Case) int { return strings.Compare(a.Class, b.Class) })
	if len(cases) == 0 {
		cases = []junit.Case{{Class: "hosts", Name: term.Printable(summary(r))}}
	}
	return junit.Write(out, "rolewall drift", "captures", cases)
}

// message returns what a finding says, with its heading.
func message(f *drift.Finding) string {
	title := group(f.Kind).title
	if line := headline(f); line != "" {
		title += ": " + line
	}
	return title
}

// SARIF writes findings for code scanning. The location of a finding is the rule of the host that makes it, or the
// whole capture.
func SARIF(out *bytes.Buffer, _ term.Paint, r *drift.Result) error {
	var rules []sarif.Rule
	for _, k := range drift.Kinds() {
		text := sarif.Text{Text: group(k).title}
		rules = append(rules, sarif.Rule{ID: string(k), Short: text, Full: text, Help: text, Default: sarif.Config{Level: level(k)}})
	}
	var results []sarif.Result
	for i := range r.Findings {
		f := &r.Findings[i]
		results = append(results, sarif.Result{
			RuleID: string(f.Kind), RuleIndex: slices.Index(drift.Kinds(), f.Kind), Level: level(f.Kind),
			Message:    sarif.Message(append([]string{"on " + term.Hosts(f.Hosts) + ": " + message(f)}, details(f)...)),
			Locations:  []sarif.Location{{Physical: sarif.Place(position(r, f))}},
			Properties: sarif.Properties{Hosts: f.Hosts}, Fingerprints: sarif.Fingerprint(message(f), strings.Join(f.Hosts, " ")),
		})
	}
	return sarif.Write(out, rules, results)
}

// position returns where a finding is shown: at the last of its rules, or else at a file of the first host's
// capture.
func position(r *drift.Result, f *drift.Finding) diag.Pos {
	for _, p := range slices.Backward(f.Rules) {
		if p.Pos.File != "" {
			return p.Pos
		}
	}
	for _, s := range r.Sources {
		if s.Host == f.Hosts[0] {
			return diag.Pos{File: s.File}
		}
	}
	return diag.Pos{File: f.Hosts[0]}
}

func level(k drift.Kind) string {
	switch k {
	case drift.NotInForce, drift.Open, drift.Published, drift.SourcePort, drift.Wider, drift.Missing:
		return "error"
	case drift.Narrower, drift.Listener, drift.RateLimited, drift.UnknownHost:
		return "warning"
	}
	return "note"
}
