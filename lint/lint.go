// Package lint finds parts of a valid policy that are a risk or have no effect: ports open to too many sources, exceptions that
// end soon, entries that change nothing, and traffic that the site itself forbids with [[deny]].
//
// Every finding has a code; package lint/codes says what each code means. A new check needs a function here, a line in checks,
// and a table in lint/codes/codes.toml.
package lint

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/lint/codes"
	"rolewall/lint/knowledge"
	"rolewall/lint/sums"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/tomldoc"
)

// Finding is one thing found at one place of the policy.
type Finding struct {
	Code    string
	Level   codes.Level
	Pos     diag.Pos
	What    string   // without the hosts; free text of the policy may appear in it
	Hint    string   // what would help; may be empty
	Hosts   []string // hosts concerned, sorted; empty for the policy as a whole
	Because []string // paths from a role to the rule, where that is what was found
	See     []See
}

// See is another place that has to do with a finding.
type See struct {
	Pos  diag.Pos
	What string
}

// Target is a target that a host is written for, as far as lint needs it.
type Target struct {
	Name     string
	Filter   bool             // its script makes the host enforce the rules
	Keyword  bool             // it can bind the ports of RPC to the program that listens
	Openings []target.Opening // what its script allows beside the rules of the host
	Refused  []Refusal        // what it cannot say of the host
}

// Refusal is a thing that a target cannot say.
type Refusal struct{ What, Hint string }

// Linter looks at one policy: give it every host, then ask for the findings.
type Linter struct {
	p         *policy.Policy
	r         *resolver.Resolver
	day       string
	knowledge *knowledge.Knowledge
	checks    []check
	switches  map[string][]*lintSwitch // by code
	denies    []deny
	requires  []requirement

	facts     map[*resolver.Resolution]*facts
	drafts    map[key]*draft
	hosts     int
	audiences map[tomldoc.Location]*audienceUse // of hosts that speak both families
	features  map[tomldoc.Location]effect       // of features and without
	roles     map[string]bool                   // that some host has, itself or through others
	covered   map[tomldoc.Location]coverage
	owners    map[netip.Addr][]*policy.Host
	held      []string // hosts that a network of their rules holds
	heldRoles map[string]bool
	homeless  []homelessHost
	sums      sums.Sums
	denied    map[deniedKey]bool
}

// New makes a linter; day is the one on which exceptions are judged, YYYY-MM-DD. Mistakes in [lint], [[deny]] and [[require]] that
// only lint can see are noted in errs.
func New(p *policy.Policy, r *resolver.Resolver, day string, errs *diag.List) *Linter {
	l := &Linter{
		p: p, r: r, day: day, knowledge: knowledge.Read(), checks: checks(), facts: map[*resolver.Resolution]*facts{}, drafts: map[key]*draft{}, audiences: map[tomldoc.Location]*audienceUse{},
		features: map[tomldoc.Location]effect{}, roles: map[string]bool{}, covered: map[tomldoc.Location]coverage{},
		owners: owners(p.Hosts), heldRoles: map[string]bool{}, sums: sums.New(), denied: map[deniedKey]bool{},
	}
	l.switches = l.readSwitches(errs)
	l.denies = l.readDenies(errs)
	l.requires = l.readRequires(errs)
	return l
}

// Host looks at one host. Give every host of the policy once, in any order.
func (l *Linter) Host(h *policy.Host, a *resolver.Resolution, targets []Target) {
	l.hosts++
	v := &hostCheck{Host: h, Resolution: a, facts: l.factsOf(a), Targets: targets, linter: l}
	for _, code := range l.checks {
		if code.host != nil {
			v.code = code.Name
			code.host(v)
		}
	}
}

// Findings looks at the policy as a whole, and returns all findings in the order of files and lines.
func (l *Linter) Findings() []Finding {
	for _, code := range l.checks {
		if code.policy != nil {
			code.policy(&policyCheck{l, code.Name})
		}
	}
	out := make([]Finding, 0, len(l.drafts))
	for _, f := range l.drafts {
		out = append(out, f.finding())
	}
	slices.SortFunc(out, Finding.compare)
	return out
}

func (f Finding) compare(g Finding) int {
	return cmp.Or(
		strings.Compare(f.Pos.File, g.Pos.File), cmp.Compare(f.Pos.Line, g.Pos.Line), cmp.Compare(f.Pos.Column, g.Pos.Column),
		strings.Compare(f.Code, g.Code), strings.Compare(f.What, g.What), strings.Compare(string(f.Level), string(g.Level)),
		slices.Compare(f.Hosts, g.Hosts), slices.Compare(f.Because, g.Because),
	)
}
