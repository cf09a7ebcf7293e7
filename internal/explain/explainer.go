// Package explain answers why a port of a host is open or closed, and on which hosts it is open. An answer is a value: the
// verdict, the rules that match with the path over roles and services that leads to each, the lines of the scripts, and for
// closed traffic the reasons with what would open it. Package report writes answers.
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
	targets   []string // names; none are those of each host
	from      source
}

// New returns an Explainer for the hosts of a workspace. A source that is not empty narrows every question to it: an
// address, a prefix, a network or a host of the policy, or "@role". Targets name the scripts whose lines an answer shows, by default
// those of each host. They must exist.
func New(w *workspace.Workspace, source string, targets []string) (*Explainer, error) {
	x := &Explainer{workspace: w, policy: w.Policy, resolver: resolver.New(w.Policy, w.Day), targets: targets}
	var err error
	x.from, err = x.readSource(source)
	return x, err
}

// resolve resolves one host. It returns every mistake of the policy that it finds.
func (x *Explainer) resolve(h *policy.Host) (*resolver.Resolution, error) {
	errs := &diag.List{}
	x.workspace.CheckTargets(errs)
	a := x.resolver.Resolve(h, errs)
	return a, errs.Err()
}
