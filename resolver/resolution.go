package resolver

import (
	"iter"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Resolution is the rule set of a host with the provenance of every rule: each endpoint and exception, its
// requests, and why an endpoint is closed. Hosts share resolutions, so do not change them.
type Resolution struct {
	RuleSet    *ruleset.RuleSet
	Exceptions []Exception // from the host, its groups and the file, in this order

	results []*roleResult
	host    *hostResolver
}

// Exception is an exception of the policy that applies to the host.
type Exception struct {
	*policy.Exception
	Expired  bool            // its last day is over, so it makes no request
	Requests []*ruleset.Rule // before merging; none if the host and the sources have no address family in common
}

// Endpoints yields the decision on every endpoint of every service of the host, ordered by role. Services that the
// host names itself come first.
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

// RuleOf returns the rule into which a request was merged. It returns false for a request of another host.
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

// AudienceSources holds the sources of one audience that may reach an endpoint.
type AudienceSources struct {
	Audience ruleset.Audience
	From     ruleset.Sources  // of both families, even if the host has only one
	Location tomldoc.Location // where the policy names them; the host if it does not
	Default  bool             // the policy names no peers, so they are the hosts with the same role
	Same     bool             // the list names @same
	Unmet    bool             // the service has no endpoint for peers: they are clients because the policy names them
}

// AudienceSources returns the sources that may reach an endpoint of h, with one entry for each audience. h is one
// of the hosts of the resolution. It returns none if the policy names no audience at all; then anyone may reach
// the endpoint.
func (r *Resolution) AudienceSources(h *policy.Host, d *EndpointDecision) []AudienceSources {
	hr := *r.host
	hr.host, hr.errs, hr.quiet = h, &diag.List{}, true // mistakes are reported when the host is resolved
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
