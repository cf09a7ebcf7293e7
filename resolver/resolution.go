package resolver

import (
	"iter"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Resolution is the rule set of a host with the provenance of every rule: each endpoint and exception, what it requested,
// and why an endpoint is closed. Hosts share resolutions: nothing in them may be changed.
type Resolution struct {
	RuleSet    *ruleset.RuleSet
	Exceptions []Exception // from the host, its groups and the file, in this order

	results []*roleResult
	host    *hostResolver
}

// Exception is an exception of the policy that applies to the host.
type Exception struct {
	*policy.Exception
	Expired  bool            // its last day is over: it requests nothing
	Requests []*ruleset.Rule // before merging; none where host and sources share no address family
}

// Endpoints returns the decisions on every endpoint of every service of the host, by role; services that the host names
// itself come first.
func (r *Resolution) Endpoints() iter.Seq[*EndpointDecision] {
	return func(yield func(*EndpointDecision) bool) {
		for _, result := range r.results {
			for i := range result.decisions {
				if !yield(&result.decisions[i]) {
					return
				}
			}
		}
	}
}

// RuleOf returns the rule of the rule set into which a request was merged; false for a request of another host.
func (r *Resolution) RuleOf(request *ruleset.Rule) (*ruleset.Rule, bool) {
	for _, x := range ruleset.WithTraffic(r.RuleSet.Inbound, request) {
		if isInto(request, x) {
			return x, true
		}
	}
	return nil, false
}

// isInto reports whether a request can have been merged into a rule.
func isInto(request, rule *ruleset.Rule) bool {
	return rule.Alike(request) && rule.Remote.Contains(request.Remote)
}

// AudienceSources are the sources that one audience of the policy allows to reach an endpoint.
type AudienceSources struct {
	Audience ruleset.Audience
	From     ruleset.Sources  // of both families, whatever the host speaks
	Location tomldoc.Location // where the policy names them; the host, where it names none
	Default  bool             // the policy names no peers: they are the hosts with the same role
	Same     bool             // the list names @same
	Unmet    bool             // peers of a service of which nothing is for peers: they are clients because the policy names them
}

// AudienceSources returns who may reach an endpoint of h, one of the hosts of the resolution: one entry for each audience
// that may, none where the policy names no audience at all and so anyone may.
func (r *Resolution) AudienceSources(h *policy.Host, d *EndpointDecision) []AudienceSources {
	hr := *r.host
	hr.host, hr.errs, hr.quiet = h, &diag.List{}, true // mistakes are reported to whoever resolves the host
	clients, peers, management, named := hr.audienceLists(d.assignment)
	if !named {
		return nil
	}
	var out []AudienceSources
	add := func(audience ruleset.Audience, s *policy.Setting[policy.SourceList]) {
		x := AudienceSources{Audience: audience, Location: hr.host.Location}
		switch {
		case s != nil:
			x.Location, x.Same = s.Location, s.Value.List.Has("@same")
		case audience != ruleset.Peers:
			return
		}
		x.From = hr.listed(audience, s, d)
		if audience == ruleset.Peers {
			x.Default, x.Unmet = s == nil, !d.assignment.meetsPeers
		}
		out = append(out, x)
	}
	everyone := d.Endpoint.Audience == ruleset.Clients
	if everyone {
		add(ruleset.Clients, clients)
	}
	if d.Endpoint.Audience == ruleset.Peers || everyone && (peers != nil || d.assignment.meetsPeers) {
		add(ruleset.Peers, peers)
	}
	if everyone || d.Endpoint.Audience == ruleset.Management {
		add(ruleset.Management, management)
	}
	return out
}
