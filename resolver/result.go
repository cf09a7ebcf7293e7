package resolver

import (
	"maps"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// roleResult holds what one role opens on the hosts of one context. A service that hosts name themselves has a
// result of its own, too.
type roleResult struct {
	decisions []EndpointDecision
	requests  []*ruleset.Rule
	remarks   remarks
}

// remarks collects names while requests are made.
type remarks struct {
	pinned   map[string]bool // services that a pin holds to a port
	unpinned map[string]bool // services without a pin, with a static RPC policy
	leftOut  map[string]bool // address sets that lost prefixes, since the host does not have their family
}

func newRemarks() remarks { return remarks{map[string]bool{}, map[string]bool{}, map[string]bool{}} }

// add adds the names of other remarks.
func (r remarks) add(other remarks) {
	maps.Copy(r.pinned, other.pinned)
	maps.Copy(r.unpinned, other.unpinned)
	maps.Copy(r.leftOut, other.leftOut)
}

// resultKey identifies a role, or a service that the host names itself, and the context of its hosts.
type resultKey struct{ context, role, service string }

// roleResults returns the results of the services that the host names itself, then those of its roles, by role. It
// adds the remarks of all results to those of the host.
func (hr *hostResolver) roleResults(context string) []*roleResult {
	type named struct {
		key  resultKey
		name tomldoc.Text
	}
	all := make([]named, 0, 16) // enough for most hosts
	add := func(key resultKey, name tomldoc.Text) {
		if !slices.ContainsFunc(all, func(n named) bool { return n.key == key }) {
			all = append(all, named{key, name})
		}
	}
	for _, l := range hr.resolver.policy.Levels(hr.host) {
		for name := range l.Roles.All() {
			add(resultKey{context, name.Value, ""}, name)
		}
		for name := range l.Services.All() {
			s, _ := hr.resolver.policy.Catalog.Service(name.Value)
			add(resultKey{context, "", s.Name}, name)
		}
	}
	slices.SortStableFunc(all, func(a, b named) int { return strings.Compare(a.key.role, b.key.role) })
	out := make([]*roleResult, len(all))
	for i, n := range all {
		out[i] = hr.roleResult(n.key, n.name)
		hr.remarks.add(out[i].remarks)
	}
	return out
}

// roleResult returns the result of a key, from the cache if it is there. name is where the host names the role or
// service.
func (hr *hostResolver) roleResult(key resultKey, name tomldoc.Text) *roleResult {
	r := hr.resolver
	r.mu.Lock()
	known := r.results[key]
	r.mu.Unlock()
	if known != nil {
		return known
	}
	own := *hr
	own.errs, own.remarks = &diag.List{}, newRemarks()
	result := own.computeResult(key, name)
	if own.errs.Len() > 0 { // messages name the host, so each host must report its own
		hr.errs.Join(own.errs)
		return result
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.results) >= maxKept {
		clear(r.results)
	}
	r.results[key] = result
	return result
}

// computeResult makes the decisions for all endpoints of the role or service, and the requests of the open ones.
func (hr *hostResolver) computeResult(key resultKey, name tomldoc.Text) *roleResult {
	result := &roleResult{remarks: hr.remarks}
	if key.role != "" {
		result.decisions = hr.decisions(hr.roleAssignments(name, key.role, nil, nil))
	} else {
		result.decisions = hr.decisions(hr.serviceAssignments(name))
	}
	for i := range result.decisions {
		if d := &result.decisions[i]; d.Open {
			d.Requests = ruleset.Identified(hr.request(*d)) // computes each ID once for all hosts
			result.requests = append(result.requests, d.Requests...)
		}
	}
	return result
}
