package resolver

import (
	"cmp"
	"net/netip"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// audienceSources holds the sources that may reach an endpoint, and the names of the networks of the endpoint's
// audience.
type audienceSources struct {
	from     ruleset.Sources
	networks []string
	mistake  *diag.List // the first mistake in the lists; nil or empty if there is none
}

// audienceKey is equal for equal sources. It holds the lists, by their location in the policy, and the role that
// @same means.
type audienceKey struct {
	clients, peers, management *tomldoc.List
	through                    string
	audience                   ruleset.Audience
	peerRoles                  string // roles of the endpoint, in order
	meetsPeers                 bool
}

// audienceSources returns the sources of an endpoint. The endpoints of a fleet have only a few different results,
// so results are cached. The first host reports all mistakes. Every other host reports one, so that it has no rule
// set either.
func (hr *hostResolver) audienceSources(a assignment, e *catalog.Endpoint) audienceSources {
	clients, peers, management, named := hr.audienceLists(a)
	if !named {
		return audienceSources{from: ruleset.Anyone(), networks: []string{"any"}}
	}
	key := audienceKey{clients.Get().List, peers.Get().List, management.Get().List, a.through(), e.Audience, e.PeerRoleNames(), a.meetsPeers}
	hr.resolver.mu.Lock()
	known, has := hr.resolver.sources[key]
	hr.resolver.mu.Unlock()
	if has {
		hr.errs.Join(known.mistake)
		return known
	}
	own := *hr
	own.errs = &diag.List{}
	from, networks := own.computeSources(a, e, clients, peers, management)
	hr.errs.Join(own.errs)
	found := audienceSources{from, networks, own.errs.First()}
	hr.resolver.mu.Lock()
	defer hr.resolver.mu.Unlock()
	if len(hr.resolver.sources) >= maxKept {
		clear(hr.resolver.sources)
	}
	hr.resolver.sources[key] = found
	return found
}

// computeSources computes the sources of an endpoint. An endpoint for clients is open to management and peers,
// too.
func (hr *hostResolver) computeSources(a assignment, e *catalog.Endpoint, clients, peers, management *policy.Setting[policy.SourceList]) (ruleset.Sources, []string) {
	switch e.Audience {
	case ruleset.Management:
		s := hr.sources(management, a)
		return s, s.Names()
	case ruleset.Peers:
		s := hr.peers(peers, a, e)
		return s, s.Names()
	}
	s := hr.sources(clients, a)
	if s.IsAnyone() {
		return s, s.Names()
	}
	all := s.Union(hr.sources(management, a))
	if peers != nil || a.meetsPeers {
		all = all.Union(hr.peers(peers, a, e))
	}
	return all, s.Names()
}

// audienceLevels returns the levels that may name the audience of an assignment, the nearest first: what the host
// and its groups say about the roles of its path, the host, the groups, the roles of the path, the file.
func (hr *hostResolver) audienceLevels(a assignment) []*policy.Level {
	levels := hr.resolver.policy.Levels(hr.host)
	own, file := levels[:len(levels)-1], levels[len(levels)-1]
	out := make([]*policy.Level, 0, len(levels)+2)
	roles := a.roles()
	add := func(all map[string]*policy.Level) {
		for _, role := range roles {
			if l, has := all[role]; has {
				out = append(out, l)
			}
		}
	}
	for _, l := range own {
		add(l.RoleAudiences)
	}
	out = append(out, own...)
	add(hr.resolver.policy.Roles)
	return append(out, file)
}

// audienceLists returns the three lists of an assignment, each from the nearest level that has it. named is false
// if no level has any of them.
func (hr *hostResolver) audienceLists(a assignment) (clients, peers, management *policy.Setting[policy.SourceList], named bool) {
	for _, l := range hr.audienceLevels(a) {
		given := l.Settings.Audience
		clients, peers, management = cmp.Or(clients, given.Clients), cmp.Or(peers, given.Peers), cmp.Or(management, given.Management)
	}
	named = clients != nil || peers != nil || management != nil
	if named && (clients == nil || management == nil) {
		given, missing := clients, "management"
		if clients == nil {
			given, missing = management, "clients"
			if management == nil {
				given = peers
			}
		}
		hr.errs.Add(given.Location.Pos(), `say who: networks, ["any"] or ["none"]`, "the audience of host %s does not name %s", hr.host.Name, missing)
	}
	return clients, peers, management, named
}

// peers returns the peers that the policy names. If it names none, or "@same", they are the hosts with the same
// role, and the hosts of the roles that the catalog names for the endpoint. Roles that no host has are left out.
func (hr *hostResolver) peers(s *policy.Setting[policy.SourceList], a assignment, e *catalog.Endpoint) ruleset.Sources {
	list := s.Get()
	if s != nil && !list.List.Has("@same") {
		return hr.sourceList(list, a)
	}
	const more = `, or peers = ["none"] in [audience]`
	var found ruleset.Sources
	if s != nil {
		found = hr.sourceList(list, a)
	} else {
		found = ruleset.NewSources(hr.same(a, hr.host.Location, more)...)
	}
	for _, role := range e.PeerRoles {
		if len(hr.resolver.members()[role.Value]) > 0 {
			found = found.Union(ruleset.NewSources(hr.memberSet("@"+role.Value, role.Value, hr.host.Location, more)))
		}
	}
	return found
}

// sources returns the addresses of a list of sources.
func (hr *hostResolver) sources(s *policy.Setting[policy.SourceList], a assignment) ruleset.Sources {
	return hr.sourceList(s.Get(), a)
}

func (hr *hostResolver) sourceList(list policy.SourceList, a assignment) ruleset.Sources {
	var sets []ruleset.AddressSet
	for x := range list.List.All() {
		name, isMembers := strings.CutPrefix(x.Value, "@")
		switch {
		case x.Value == "any":
			return ruleset.Anyone()
		case x.Value == "none":
		case x.Value == "@same":
			sets = append(sets, hr.same(a, x.Location, "")...)
		case isMembers:
			sets = append(sets, hr.memberSet("@"+name, hr.membersKey(name), x.Location, ""))
		default:
			prefixes, isName := hr.resolver.policy.Networks[x.Value]
			if !isName {
				prefixes = []netip.Prefix{parsePrefix(x.Value)}
			}
			sets = append(sets, ruleset.AddressSet{Name: x.Value, Prefixes: prefixes})
		}
	}
	all := ruleset.NewSources(sets...)
	for _, p := range all.Prefixes() {
		if p.Bits() == 0 {
			hr.errs.Add(list.List.Location().Pos(), `say ["any"]`, "these networks are together everyone: %s", p)
		}
	}
	return all
}

// membersKey returns the key of the hosts behind a name with "@": those of a role, or a single host.
func (hr *hostResolver) membersKey(name string) string {
	if _, isRole := hr.resolver.policy.Catalog.Role(name); isRole {
		return name
	}
	return hostKey(name)
}

// parsePrefix reads a prefix or an address that the policy package has checked.
func parsePrefix(s string) netip.Prefix {
	if addr, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen())
	}
	return netip.MustParsePrefix(s)
}

// same returns the hosts with the role that lists the service. If the host names the service itself, it returns
// the hosts that do so, too.
func (hr *hostResolver) same(a assignment, at tomldoc.Location, more string) []ruleset.AddressSet {
	if role := a.innermostRole(); role != "" {
		return []ruleset.AddressSet{hr.memberSet("@"+role, role, at, more)}
	}
	return []ruleset.AddressSet{hr.memberSet("@"+a.service.Name, serviceKey(a.service.Name), at, more)}
}

// memberSet returns the addresses of all hosts with a role. It reports members without addresses, since the rules
// would silently leave them out. It reports all of them once. Every other host that asks reports one of them.
func (hr *hostResolver) memberSet(name, key string, at tomldoc.Location, more string) ruleset.AddressSet {
	set := ruleset.AddressSet{Name: name}
	members := hr.resolver.members()[key]
	if more != "" && len(members) == 1 && members[0] == hr.host && len(hr.host.Addresses) == 0 {
		return set // the list names no other source
	}
	if len(members) == 0 {
		hr.errs.Add(at.Pos(), "", "%s is nobody: no host has the role", name)
	}
	all, told := !hr.quiet && hr.resolver.asksFirst(key+"\n"+more), false // the key has the kind, since a role and a service may have the same name
	for _, m := range members {
		if len(m.Addresses) == 0 && (all || !told) {
			told = true
			hr.errs.Add(m.Location.Pos(), `addresses = ["10.1.0.10"]`+more, "host %s has no addresses, which %s needs", m.Name, name)
		}
		for _, a := range m.Addresses {
			set.Prefixes = append(set.Prefixes, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return set
}

// asksFirst reports whether this is its first call with the question.
func (r *Resolver) asksFirst(question string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reported[question] {
		return false
	}
	r.reported[question] = true
	return true
}
