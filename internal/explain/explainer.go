package main

import (
	"rolewall/diag"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/resolver"
)

// explainer answers questions about the hosts of one policy.
type explainer struct {
	workspace *workspace.Workspace
	policy    *policy.Policy
	resolver  *resolver.Resolver
	targets   []string // names of targets; none are those of each host
	from      sender
}

// newExplainer returns an explainer of the hosts of a policy, for a source as --from names it, and targets.
func newExplainer(w *workspace.Workspace, from string, targets []string) (*explainer, error) {
	x := &explainer{workspace: w, policy: w.Policy, resolver: resolver.New(w.Policy, w.Day), targets: targets}
	var err error
	x.from, err = x.readSender(from)
	return x, err
}

// account resolves one host.
func (x *explainer) account(h *policy.Host) (*resolver.Resolution, error) {
	errs := &diag.List{}
	x.workspace.CheckTargets(errs)
	a := x.resolver.Account(h, errs)
	return a, errs.Err()
}
