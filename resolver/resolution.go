package resolver

import (
	"slices"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Resolution is a rule set with the road to every rule: what was asked for, and what became of it.
type Resolution struct {
	RuleSet    *ruleset.RuleSet
	Exceptions []Exception

	shares []*roleResult
	job    *hostResolver
}

// Exception is an exception that speaks for the host.
type Exception struct {
	*policy.Exception
	Expired  bool            // its last day is over: it asks for nothing
	Requests []*ruleset.Rule // what it asks for, before merging; none where host and senders share no address family
}

// Account resolves a host as Resolve does, and keeps the road. Hosts with equal inputs get the same account; nil where
// mistakes are noted in errs.
func (r *Resolver) Account(h *policy.Host, errs *diag.List) *Resolution {
	context := r.context(h)
	key := context + rolesKey(h)
	alone := len(h.Exceptions) > 0 // exceptions say where they stand
	r.mu.Lock()
	known, p := r.accounts[key], r.parts[key]
	r.mu.Unlock()
	if known != nil && !alone {
		return known
	}
	own := &diag.List{}
	if p == nil {
		p = r.part(h, context, own)
	}
	a := p.with(h, own)
	if own.Len() > 0 {
		errs.Join(own)
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if alone {
		if r.parts[key] == nil && r.keep.take(&r.keep.answers, key, len(p.rules)) {
			r.parts[key] = p
		}
		return a
	}
	if first := r.accounts[key]; first != nil { // another goroutine was faster
		return first
	}
	if r.keep.take(&r.keep.answers, key, len(a.RuleSet.Inbound)+len(a.Exceptions)) {
		r.accounts[key], r.shared[a.RuleSet] = a, r.keep.isShared(key)
	}
	return a
}

// RuleOf is the rule of the set into which a request went.
func (a *Resolution) RuleOf(asked *ruleset.Rule) (*ruleset.Rule, bool) {
	i := slices.IndexFunc(a.RuleSet.Inbound, func(r *ruleset.Rule) bool { return r.Alike(asked) && r.Remote.Contains(asked.Remote) })
	if i < 0 {
		return nil, false
	}
	return a.RuleSet.Inbound[i], true
}

// AudienceSources are those whom one audience lets reach an endpoint.
type AudienceSources struct {
	Audience ruleset.Audience
	From     ruleset.Sources  // of both families, whatever the host speaks
	Location tomldoc.Location // where the policy names them; the host, where it is silent
	Default  bool             // the policy is silent: peers are the hosts with the same role
}

// AudienceSources says who may reach an endpoint of h, one of the hosts of the account: an entry for each audience that may;
// none where the policy names no audience at all and so anyone may.
func (a *Resolution) AudienceSources(h *policy.Host, d *EndpointDecision) []AudienceSources {
	j := *a.job
	j.h, j.errs, j.quiet = h, &diag.List{}, true // mistakes are for who asks for a rule set
	clients, peers, management, named := j.audienceLists(d.grant)
	if !named {
		return nil
	}
	var out []AudienceSources
	add := func(audience ruleset.Audience, s policy.Scalar) {
		switch {
		case s.Value != nil:
			out = append(out, AudienceSources{audience, j.sources(s, d.grant), s.Location, false})
		case audience == ruleset.Peers:
			out = append(out, AudienceSources{audience, j.peers(s, d.grant), j.h.Location, true})
		}
	}
	everyone := d.Endpoint.Audience == ruleset.Clients
	if everyone {
		add(ruleset.Clients, clients)
	}
	if everyone || d.Endpoint.Audience == ruleset.Peers {
		add(ruleset.Peers, peers)
	}
	if everyone || d.Endpoint.Audience == ruleset.Management {
		add(ruleset.Management, management)
	}
	return out
}

// Sources turns a list of senders, as a [[deny]] names them, into addresses.
func (r *Resolver) Sources(list policy.SourceList, errs *diag.List) ruleset.Sources {
	return (&hostResolver{r: r, errs: errs}).sourceList(list, assignment{})
}
