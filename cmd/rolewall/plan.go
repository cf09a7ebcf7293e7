package main

import (
	"context"
	"errors"
	"sync"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/internal/term"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/resolver"
)

// plan is what the policy yields for the chosen hosts. It has been checked as a whole; files are made when asked for.
type plan struct {
	*session
	resolver *resolver.Resolver
	sel      workspace.Selection
	hosts    []*policy.Host // chosen, by name
	warnings []string

	mu       sync.Mutex
	refusals map[pageKey][]target.Unsupported // of rule sets that hosts share, as the pages
	pages    map[pageKey]rendered
}

// hostFiles are the files of one host.
type hostFiles struct {
	host  string
	os    string
	roles []string
	files []file // by name
}

// file is a file below the folder of a host.
type file struct {
	name       string
	data       []byte
	executable bool
}

// newPlan is a plan that has not been checked and has no hosts yet.
func newPlan(s *session, sel workspace.Selection) *plan {
	return &plan{session: s, resolver: resolver.New(s.policy, s.day), sel: sel, pages: map[pageKey]rendered{}, refusals: map[pageKey][]target.Unsupported{}}
}

// plan resolves every host of the policy and checks it against its targets, so that nothing is written when
// something is wrong. Warnings go to stderr.
func (s *session) plan(ctx context.Context, sel workspace.Selection) (*plan, error) {
	p := newPlan(s, sel)
	errs := &diag.List{}
	s.checkTargets(errs)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	var refused []error
	notes := &term.Warnings{}
	check := func(i int) verdict { return p.check(s.policy.Hosts[i]) }
	err := workspace.Ordered(ctx, len(s.policy.Hosts), check, func(i int, v verdict) error {
		errs.Join(v.errs)
		if h := s.policy.Hosts[i]; sel.HasHost(h.Name) {
			p.hosts = append(p.hosts, h)
			refused = append(refused, v.refused...)
			notes.Add(h.Name, v.warnings)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if errs.Len() == 0 {
		p.resolver.CheckUnused(errs)
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	if len(refused) > 0 {
		return nil, errors.Join(refused...)
	}
	p.warnings = notes.Lines()
	s.warn(p.warnings)
	return p, nil
}

// verdict is what the check of one host finds.
type verdict struct {
	errs     *diag.List
	refused  []error
	warnings []string
}

func (p *plan) check(h *policy.Host) verdict {
	v := verdict{errs: &diag.List{}}
	rs := p.resolver.RuleSet(h, v.errs)
	if rs == nil || !p.sel.HasHost(h.Name) {
		return v
	}
	targets, err := p.targetsOf(h, p.sel)
	if err != nil {
		v.refused = append(v.refused, err)
	}
	for _, g := range targets {
		for _, r := range p.refused(g, rs) {
			r.Host = h.Name
			v.refused = append(v.refused, r)
		}
	}
	v.warnings = rs.Warnings
	return v
}

// files makes the files of a host. Errors do not name it.
func (p *plan) files(h *policy.Host) (hostFiles, error) {
	errs := &diag.List{}
	rs := p.resolver.RuleSet(h, errs)
	if rs == nil { // of another day, on which exceptions spoke that have ended since
		return hostFiles{host: h.Name}, errs.Err()
	}
	out := hostFiles{host: h.Name, os: string(rs.OS), roles: rs.Roles}
	targets, err := p.targetsOf(h, p.sel)
	if err != nil {
		return out, err
	}
	if len(targets) > 1 && !p.resolver.Shared(rs) { // else its pages are kept
		rs = rs.WithDigest()
	}
	for _, g := range targets {
		script, err := p.script(g, rs, h.Name)
		if err != nil {
			return out, err
		}
		info := g.Info()
		out.files = append(out.files, file{info.File, script, info.Mode&0o100 != 0})
	}
	return out, nil
}
