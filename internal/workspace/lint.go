package workspace

import (
	"context"
	"fmt"

	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/lint"
	"rolewall/lint/findings"
	"rolewall/policy"
	"rolewall/resolver"
)

// Lint checks every host of the policy and returns the findings in the order of files and lines. It returns an
// error if the policy has mistakes or ctx ends.
func (w *Workspace) Lint(ctx context.Context) ([]findings.Finding, error) {
	errs := &diag.List{}
	w.CheckTargets(errs)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	r := resolver.New(w.Policy, w.Day)
	linter := lint.New(w.Policy, r, w.Day, errs)
	type resolved struct {
		resolution *resolver.Resolution
		targets    []lint.Target
		errs       *diag.List
	}
	resolve := func(i int) resolved {
		h, out := w.Policy.Hosts[i], resolved{errs: &diag.List{}}
		if out.resolution = r.Resolve(h, out.errs); out.resolution != nil {
			out.targets = w.lintTargets(h, out.resolution)
		}
		return out
	}
	err := Ordered(ctx, len(w.Policy.Hosts), resolve, func(i int, x resolved) error {
		errs.Join(x.errs)
		if errs.Len() == 0 {
			linter.Host(w.Policy.Hosts[i], x.resolution, x.targets)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if errs.Len() == 0 {
		r.CheckUnused(errs)
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	return linter.Findings(), nil
}

// lintTargets returns the targets of a host, with what they open beside the rules and what they refuse.
func (w *Workspace) lintTargets(h *policy.Host, a *resolver.Resolution) []lint.Target {
	targets, err := w.TargetsOf(h, nil)
	if err != nil {
		what := fmt.Sprintf("write a script: "+noTarget, w.Policy.OS(h))
		return []lint.Target{{Name: "rolewall", Keyword: true, Unsupported: []lint.Unsupported{{What: what, Hint: noTargetHint}}}}
	}
	var out []lint.Target
	for _, g := range targets {
		t := lint.Target{Name: g.Info().Name, Filter: g.Info().Filter, Keyword: g.Info().Capabilities.RPCKeyword, Openings: target.Openings(g, a.RuleSet)}
		for _, r := range generators.Check(g, a.RuleSet, generators.All()) {
			t.Unsupported = append(t.Unsupported, lint.Unsupported{What: r.What, Hint: r.Hint})
		}
		out = append(out, t)
	}
	return out
}
