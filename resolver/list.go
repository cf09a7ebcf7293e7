package resolver

import (
	"strings"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
)

// listKey is equal for lists of sources that mean the same addresses, wherever they are in the policy.
type listKey struct {
	names     string // in order; empty if the policy names no peers
	same      string // the role or service that "@same" means, if the list has "@same"
	isPeers   bool
	peerRoles string // of the endpoint, for peers
}

// Sources returns the addresses of a list of sources, such as the one of a [[deny]]. It adds mistakes to errs.
func (r *Resolver) Sources(list policy.SourceList, errs *diag.List) ruleset.Sources {
	key := listKey{names: namesKey(list)}
	if known, has := r.list(key); has {
		return known
	}
	own := &diag.List{}
	found := (&hostResolver{resolver: r, errs: own}).sourceList(list, assignment{})
	if own.Len() > 0 {
		errs.Join(own)
		return found
	}
	return r.keepList(key, found)
}

// listed returns the sources of one list of an audience for an endpoint. Results are cached and shared.
func (hr *hostResolver) listed(audience ruleset.Audience, s *policy.Setting[policy.SourceList], d *EndpointDecision) ruleset.Sources {
	list := s.Get()
	key := listKey{names: namesKey(list)}
	if s == nil || list.List.Has("@same") {
		key.same = d.assignment.through()
	}
	if key.isPeers = audience == ruleset.Peers; key.isPeers {
		key.peerRoles = d.Endpoint.PeerRoleNames()
	}
	if known, has := hr.resolver.list(key); has {
		return known
	}
	if key.isPeers {
		return hr.resolver.keepList(key, hr.peers(s, d.assignment, d.Endpoint))
	}
	return hr.resolver.keepList(key, hr.sources(s, d.assignment))
}

// namesKey joins the names of a list. No name contains a line break.
func namesKey(list policy.SourceList) string { return strings.Join(list.List.Values(), "\n") }

func (r *Resolver) list(key listKey) (ruleset.Sources, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, has := r.lists[key]
	return found, has
}

// keepList caches the sources of a list and returns them.
func (r *Resolver) keepList(key listKey, found ruleset.Sources) ruleset.Sources {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.lists) >= maxKept {
		clear(r.lists)
	}
	r.lists[key] = found
	return found
}
