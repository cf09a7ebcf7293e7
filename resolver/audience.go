package resolver

import (
	"net/netip"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// audienceSources is whom an endpoint is open to, and the names of its own audience's networks.
type audienceSources struct {
	from     ruleset.Sources
	networks []string
	mistake  *diag.List // the first that was found in the lists; nil or empty where all is right
}

// audienceKey is equal where senders are: the lists, by their place in the policy, and the role that @same stands for.
type audienceKey struct {
	clients, peers, management *tomldoc.List
	through                    string
	audience                   ruleset.Audience
}

// audienceSources answers for an endpoint. Most endpoints of a fleet share a few answers, which are kept. All mistakes are told
// to the host that asks first, and one to every other, so that it gets no rule set either.
func (j *hostResolver) audienceSources(g assignment, e *catalog.Endpoint) audienceSources {
	clients, peers, management, named := j.audienceLists(g)
	if !named {
		return audienceSources{from: ruleset.Anyone(), networks: []string{"any"}}
	}
	key := audienceKey{listKey(clients), listKey(peers), listKey(management), g.innermostRole(), e.Audience}
	if key.through == "" {
		key.through = serviceKey(g.service.Name)
	}
	j.r.mu.Lock()
	known, has := j.r.senders[key]
	j.r.mu.Unlock()
	if has {
		j.errs.Join(known.mistake)
		return known
	}
	own := *j
	own.errs = &diag.List{}
	from, networks := own.computeSources(g, e, clients, peers, management)
	j.errs.Join(own.errs)
	found := audienceSources{from, networks, own.errs.First()}
	j.r.mu.Lock()
	defer j.r.mu.Unlock()
	if len(j.r.senders) < leastRoom {
		j.r.senders[key] = found
	}
	return found
}

// listKey tells lists of senders apart by their place in the policy; nil where there is none.
func listKey(s policy.Scalar) *tomldoc.List {
	list, _ := s.Value.(policy.SourceList)
	return list.List
}

// computeSources works the answer out. Clients' endpoints are open to peers and management too.
func (j *hostResolver) computeSources(g assignment, e *catalog.Endpoint, clients, peers, management policy.Scalar) (ruleset.Sources, []string) {
	switch e.Audience {
	case ruleset.Management:
		s := j.sources(management, g)
		return s, s.Names()
	case ruleset.Peers:
		s := j.peers(peers, g)
		return s, s.Names()
	}
	s := j.sources(clients, g)
	if s.IsAnyone() {
		return s, s.Names()
	}
	return s.Union(j.peers(peers, g)).Union(j.sources(management, g)), s.Names()
}

// audienceLists finds the three lists for a grant, each from the nearest level: host, groups, the roles it came through,
// file. named is false where no level names any.
func (j *hostResolver) audienceLists(g assignment) (clients, peers, management policy.Scalar, named bool) {
	levels := j.r.p.Levels(j.h)
	file := levels[len(levels)-1]
	levels = slices.Clone(levels[:len(levels)-1])
	for _, role := range g.roles() {
		if l, has := j.r.p.Roles[role]; has {
			levels = append(levels, l)
		}
	}
	levels = append(levels, file)
	find := func(key string) policy.Scalar {
		for _, l := range levels {
			if s, given := l.Scalars["audience."+key]; given {
				return s
			}
		}
		return policy.Scalar{}
	}
	clients, peers, management = find("clients"), find("peers"), find("management")
	named = clients.Value != nil || peers.Value != nil || management.Value != nil
	if named && (clients.Value == nil || management.Value == nil) {
		given, missing := clients, "management"
		if clients.Value == nil {
			given, missing = management, "clients"
			if management.Value == nil {
				given = peers
			}
		}
		j.errs.Add(given.Location.Pos(), `say who: networks, ["any"] or ["none"]`, "the audience of host %s does not name %s", j.h.Name, missing)
	}
	return clients, peers, management, named
}

// peers are the hosts with the same role where the policy does not say.
func (j *hostResolver) peers(s policy.Scalar, g assignment) ruleset.Sources {
	if s.Value == nil {
		return ruleset.NewSources(j.same(g, j.h.Location, `, or peers = ["none"] in [audience]`)...)
	}
	return j.sources(s, g)
}

// sources turns a list of senders into addresses.
func (j *hostResolver) sources(s policy.Scalar, g assignment) ruleset.Sources {
	list, _ := s.Value.(policy.SourceList)
	return j.sourceList(list, g)
}

func (j *hostResolver) sourceList(list policy.SourceList, g assignment) ruleset.Sources {
	var sets []ruleset.AddressSet
	for x := range list.List.All() {
		role, isRole := strings.CutPrefix(x.Value, "@")
		switch {
		case x.Value == "any":
			return ruleset.Anyone()
		case x.Value == "none":
		case x.Value == "@same":
			sets = append(sets, j.same(g, x.Location, "")...)
		case isRole:
			sets = append(sets, j.memberSet("@"+role, role, x.Location, ""))
		default:
			prefixes, isName := j.r.p.Networks[x.Value]
			if !isName {
				prefixes = []netip.Prefix{parsePrefix(x.Value)}
			}
			sets = append(sets, ruleset.AddressSet{Name: x.Value, Prefixes: prefixes})
		}
	}
	all := ruleset.NewSources(sets...)
	for _, p := range all.Prefixes() {
		if p.Bits() == 0 {
			j.errs.Add(list.List.Location().Pos(), `say ["any"]`, "these networks are together everyone: %s", p)
		}
	}
	return all
}

// parsePrefix reads a prefix or an address that the policy reader has accepted.
func parsePrefix(s string) netip.Prefix {
	if addr, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen())
	}
	return netip.MustParsePrefix(s)
}

// same are the hosts with the role that brought the service, or with the service where the host names it itself.
func (j *hostResolver) same(g assignment, at tomldoc.Location, more string) []ruleset.AddressSet {
	if role := g.innermostRole(); role != "" {
		return []ruleset.AddressSet{j.memberSet("@"+role, role, at, more)}
	}
	return []ruleset.AddressSet{j.memberSet("@"+g.service.Name, serviceKey(g.service.Name), at, more)}
}

// memberSet is the addresses of all hosts with a role. A member without addresses is a mistake, for it would be shut
// out without a word. All of them are named once; every other host that asks is told of one.
func (j *hostResolver) memberSet(name, key string, at tomldoc.Location, more string) ruleset.AddressSet {
	set := ruleset.AddressSet{Name: name}
	members := j.r.members()[key]
	if len(members) == 0 {
		j.errs.Add(at.Pos(), "", "%s is nobody: no host has the role", name)
	}
	all, told := !j.quiet && j.r.asksFirst(key+"\n"+more), false // a role and a service may have one name
	for _, m := range members {
		if len(m.Addresses) == 0 && (all || !told) {
			told = true
			j.errs.Add(m.Location.Pos(), `addresses = ["10.1.0.10"]`+more, "host %s has no addresses, which %s needs", m.Name, name)
		}
		for _, a := range m.Addresses {
			set.Prefixes = append(set.Prefixes, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return set
}

// asksFirst reports whether nobody has asked that before.
func (r *Resolver) asksFirst(question string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked[question] {
		return false
	}
	r.asked[question] = true
	return true
}
