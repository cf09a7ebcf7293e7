// Package lint finds parts of a valid policy that are a risk or have no effect: ports open to too many sources,
// exceptions that end soon, entries that change nothing, and traffic that the site forbids with [[deny]].
//
// Every finding has a code; package lint/codes says what each code means. A new check needs a function here, a line in checks,
// and a table in lint/codes/codes.toml.
package lint

import (
	"net/netip"
	"slices"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/lint/findings"
	"rolewall/lint/knowledge"
	"rolewall/lint/sums"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/tomldoc"
)

// Target is what lint knows about a target that a host is written for.
type Target struct {
	Name        string
	Filter      bool             // its script filters packets
	Keyword     bool             // it can bind RPC ports to the program that listens
	Openings    []target.Opening // what its script allows beside the rules of the host
	Unsupported []Unsupported    // what it cannot express for the host
}

// Unsupported is something that a target cannot express.
type Unsupported struct{ What, Hint string }

// Linter checks one policy. Pass it every host, then call Findings.
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
	audiences map[tomldoc.Location]*audienceUse // for hosts with both families
	features  map[tomldoc.Location]effect       // for words in features and without
	roles     map[string]bool                   // roles that some host has, directly or through other roles
	covered   map[tomldoc.Location]coverage
	owners    map[netip.Addr][]*policy.Host
	held      []string // hosts that are in a network of their rules
	heldRoles map[string]bool
	homeless  []homelessHost
	sums      sums.Sums
	denied    map[deniedKey]bool
}

// New returns a linter. day is the day for which exceptions are checked, YYYY-MM-DD. Mistakes in [lint], [[deny]]
// and [[require]] that only lint can find are added to errs.
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

// Host checks one host. Call it once for every host of the policy, in any order.
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

// Findings checks the policy as a whole and returns all findings in the order of files and lines.
func (l *Linter) Findings() []findings.Finding {
	for _, code := range l.checks {
		if code.policy != nil {
			code.policy(&policyCheck{l, code.Name})
		}
	}
	out := make([]findings.Finding, 0, len(l.drafts))
	for _, f := range l.drafts {
		out = append(out, f.finding())
	}
	slices.SortFunc(out, findings.Finding.Compare)
	return out
}
