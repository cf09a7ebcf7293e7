package resolver

import (
	"iter"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// roleResult is what one role lets in, or one service that hosts name themselves. Hosts that differ in their roles alone have
// the shares of the roles that they have in common.
type roleResult struct {
	decisions []EndpointDecision
	requests  []*ruleset.Rule
	said
}

// said is what turns up while requests are made, by name.
type said struct {
	pinned   map[string]bool // services held to a port
	unpinned map[string]bool // services that a static RPC policy forgets
	leftOut  map[string]bool // address sets that lost prefixes to the host's families
}

func newSaid() said { return said{map[string]bool{}, map[string]bool{}, map[string]bool{}} }

// shareKey is equal for equal shares: hosts of one context let the same in for a role or a service.
type shareKey struct{ context, role, service string }

// shares lists those of a host, in the order of roles, services that it names itself first.
func (j *hostResolver) shares(context string) []*roleResult {
	type named struct {
		key  shareKey
		name tomldoc.Text
	}
	all := make([]named, 0, 16) // enough for most hosts
	add := func(key shareKey, name tomldoc.Text) {
		if !slices.ContainsFunc(all, func(n named) bool { return n.key == key }) {
			all = append(all, named{key, name})
		}
	}
	for _, l := range j.r.p.Levels(j.h) {
		for name := range l.Roles.All() {
			add(shareKey{context, name.Value, ""}, name)
		}
		for name := range l.Services.All() {
			s, _ := j.r.p.Catalog.Service(name.Value)
			add(shareKey{context, "", s.Name}, name)
		}
	}
	slices.SortStableFunc(all, func(a, b named) int { return strings.Compare(a.key.role, b.key.role) })
	out := make([]*roleResult, len(all))
	for i, n := range all {
		out[i] = j.share(n.key, n.name)
	}
	return out
}

// share finds a share, or works it out. at is where the host names it.
func (j *hostResolver) share(key shareKey, at tomldoc.Text) *roleResult {
	r := j.r
	r.mu.Lock()
	known := r.shares[key]
	r.mu.Unlock()
	if known != nil {
		return known
	}
	own := *j
	own.errs, own.said = &diag.List{}, newSaid()
	s := &roleResult{said: own.said}
	if key.role != "" {
		s.decisions = own.decisions(own.roleGrants(at, key.role, nil, nil))
	} else {
		s.decisions = own.decisions(own.serviceGrants(at))
	}
	for i := range s.decisions {
		if d := &s.decisions[i]; d.Open {
			d.Requests = ruleset.Identified(own.request(*d)) // once for all hosts
			s.requests = append(s.requests, d.Requests...)
		}
	}
	if own.errs.Len() > 0 { // they name the host
		j.errs.Join(own.errs)
		return s
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shares[key] == nil && r.keep.take(&r.keep.shares, key.context, len(s.decisions)+len(s.requests)) {
		r.shares[key] = s
	}
	return s
}

// serviceGrants is what a service brings that the host or one of its groups names.
func (j *hostResolver) serviceGrants(name tomldoc.Text) []assignment {
	s, _ := j.r.p.Catalog.Service(name.Value)
	if !s.Has(j.os) {
		j.errs.Add(name.Location.Pos(), "it exists on "+catalog.OSNames(s.List()), "service %s does not exist on %s (host %s)", s.Name, j.os, j.h.Name)
		return nil
	}
	return []assignment{{service: s}}
}

// Endpoints are those of every endpoint of every service of the host. Hosts share them: they are not to be changed.
func (a *Resolution) Endpoints() iter.Seq[*EndpointDecision] {
	return func(yield func(*EndpointDecision) bool) {
		for _, s := range a.shares {
			for i := range s.decisions {
				if !yield(&s.decisions[i]) {
					return
				}
			}
		}
	}
}
