// Package explain answers why a port of a host is open or closed, and on which hosts it is open. An answer holds
// the verdict, the matching rules with the path of roles and services that leads to each, and the lines in
// scripts. For closed traffic it holds the reasons and what would open it. Package report writes answers.
package explain

import (
	"rolewall/diag"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/resolver"
)

// Explainer answers questions about the hosts of one policy.
type Explainer struct {
	workspace *workspace.Workspace
	policy    *policy.Policy
	resolver  *resolver.Resolver
	targets   []string // names; none means the targets of each host
	from      source
}

// New returns an Explainer for the hosts of a workspace. source narrows every question to a source: an address, a
// prefix, a network or host of the policy, or "@role". An empty source does not. targets are the names of existing
// targets whose scripts answers show. Without any, answers show those of each host.
func New(w *workspace.Workspace, source string, targets []string) (*Explainer, error) {
	x := &Explainer{workspace: w, policy: w.Policy, resolver: resolver.New(w.Policy, w.Day), targets: targets}
	var err error
	x.from, err = x.readSource(source)
	return x, err
}

// resolve resolves one host. It returns every mistake of the policy.
func (x *Explainer) resolve(h *policy.Host) (*resolver.Resolution, error) {
	errs := &diag.List{}
	x.workspace.CheckTargets(errs)
	a := x.resolver.Resolve(h, errs)
	return a, errs.Err()
}
