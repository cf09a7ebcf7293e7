package resolver

import (
	"fmt"
	"slices"

	"rolewall/catalog"
	"rolewall/ruleset"
)

// EndpointDecision says whether an endpoint of a service of the host is open, and if not, why.
type EndpointDecision struct {
	Role     string
	Via      []string
	Service  *catalog.Service
	Endpoint *catalog.Endpoint
	Open     bool
	Cause    Cause           // why it is closed; empty for an open endpoint
	Requests []*ruleset.Rule // requests of an open endpoint, before merging; none if no source is allowed

	assignment assignment
}

// Cause says why an endpoint is closed.
type Cause string

// The causes, in the order in which they are checked.
const (
	OtherEdition Cause = "edition"   // the row is for other editions
	Knowledge    Cause = "knowledge" // the row is shown but never opened
	TakenAway    Cause = "without"   // the policy removes the feature
	FeatureOff   Cause = "feature"   // nothing switches the feature on
	RPCPolicy    Cause = "rpc"       // the RPC policy leaves no port
)

// Why returns the cause in words that follow "because". It returns "" for an open endpoint.
func (d *EndpointDecision) Why() string {
	e := d.Endpoint
	switch d.Cause {
	case OtherEdition:
		return fmt.Sprintf("the row holds for other editions (%s)", catalog.OSNames(e.List()))
	case Knowledge:
		return "the row is kept as knowledge: " + e.Never
	case TakenAway:
		return "the policy takes the feature " + e.Feature + " away"
	case FeatureOff:
		return "the feature " + e.Feature + " is off"
	case RPCPolicy:
		if e.RPC == ruleset.EndpointMapper {
			return "the RPC policy leaves no port for the endpoint mapper to name"
		}
		return "the RPC policy closes dynamic ports"
	}
	return ""
}

// decisions makes the decision for every endpoint of the assigned services.
func (hr *hostResolver) decisions(assignments []assignment) []EndpointDecision {
	var out []EndpointDecision
	for _, a := range assignments {
		first := len(out)
		for i := range a.service.Endpoints {
			e := &a.service.Endpoints[i]
			if len(a.only) > 0 && !slices.Contains(a.only, e.Port()) {
				continue
			}
			d := EndpointDecision{Role: a.role, Via: a.via, Service: a.service, Endpoint: e, assignment: a}
			d.Cause = hr.closedBy(a, e)
			d.Open = d.Cause == ""
			out = append(out, d)
		}
		hr.closeRPC(out[first:])
	}
	hr.noteMeetings(out)
	return out
}

// noteMeetings sets meetsPeers in the assignments of the decisions. An endpoint for peers counts even if the RPC
// policy closes it, since the hosts still use the others.
func (hr *hostResolver) noteMeetings(ds []EndpointDecision) {
	meets := map[string]bool{}
	for i := range ds {
		d := &ds[i]
		role, _ := hr.resolver.policy.Catalog.Role(d.assignment.innermostRole())
		isForPeers := d.Endpoint.Audience == ruleset.Peers || len(d.Endpoint.PeerRoles) > 0
		if role != nil && role.Mutual || isForPeers && (d.Open || d.Cause == RPCPolicy) {
			meets[d.assignment.through()] = true
		}
	}
	for i := range ds {
		ds[i].assignment.meetsPeers = meets[ds[i].assignment.through()]
	}
}

// closedBy returns why an endpoint is closed, without looking at the RPC policy. It returns "" for an open one.
func (hr *hostResolver) closedBy(a assignment, e *catalog.Endpoint) Cause {
	if !e.Has(hr.os) {
		return OtherEdition
	}
	if hr.published(a, e) && !hr.without[e.Feature] {
		return ""
	}
	if e.Never != "" {
		return Knowledge
	}
	if e.Feature == "" {
		return ""
	}
	if hr.without[e.Feature] {
		return TakenAway
	}
	if hr.features[e.Feature] || a.features[e.Feature] || slices.Contains(a.only, e.Port()) {
		return ""
	}
	return FeatureOff
}

// published reports whether the feature as-published opens the row: the published article for the edition has the
// row, and the row is not an erratum.
func (hr *hostResolver) published(a assignment, e *catalog.Endpoint) bool {
	if !hr.features["as-published"] && !a.features["as-published"] || hr.without["as-published"] || e.Never == "erratum" {
		return false
	}
	if hr.os.Before(ruleset.Windows2008) {
		return slices.Contains(e.Sources, "KB-2004")
	}
	return slices.Contains(e.Sources, "KB-2020") || slices.Contains(e.Sources, "KB-2023")
}
