package resolver

import (
	"maps"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// roleResult holds what one role opens on hosts of one context, or one service that hosts name themselves.
type roleResult struct {
	decisions []EndpointDecision
	requests  []*ruleset.Rule
	remarks   remarks
}

// remarks are names that are collected while requests are made.
type remarks struct {
	pinned   map[string]bool // services that a pin holds to a port
	unpinned map[string]bool // services without a pin in a static RPC policy
	leftOut  map[string]bool // address sets that lost prefixes because the host does not speak their family
}

func newRemarks() remarks { return remarks{map[string]bool{}, map[string]bool{}, map[string]bool{}} }

// add adds the names of other remarks.
func (r remarks) add(other remarks) {
	maps.Copy(r.pinned, other.pinned)
	maps.Copy(r.unpinned, other.unpinned)
	maps.Copy(r.leftOut, other.leftOut)
}

// resultKey names a role, or a service that the host names itself, for the hosts of one context.
type resultKey struct{ context, role, service string }

// roleResults returns the results of the host's roles, by role, after those of the services that it names itself. The
// remarks of all results are added to the host's.
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

// roleResult finds the result of a key or computes it. name is where the host names the role or service.
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
	if own.errs.Len() > 0 { // the messages name the host, so the next host must find its own
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

// computeResult decides on every endpoint of the role or service and makes the requests of the open ones.
func (hr *hostResolver) computeResult(key resultKey, name tomldoc.Text) *roleResult {
	result := &roleResult{remarks: hr.remarks}
	if key.role != "" {
		result.decisions = hr.decisions(hr.roleAssignments(name, key.role, nil, nil))
	} else {
		result.decisions = hr.decisions(hr.serviceAssignments(name))
	}
	for i := range result.decisions {
		if d := &result.decisions[i]; d.Open {
			d.Requests = ruleset.Identified(hr.request(*d)) // an ID is computed once for all hosts
			result.requests = append(result.requests, d.Requests...)
		}
	}
	return result
}
