package lint

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"rolewall/internal/term"
	"rolewall/policy"
	"rolewall/ruleset"
)

// owners returns the hosts that have each address.
func owners(hosts []*policy.Host) map[netip.Addr][]*policy.Host {
	out := map[netip.Addr][]*policy.Host{}
	for _, h := range hosts {
		for _, a := range h.Addresses {
			out[a] = append(out[a], h)
		}
	}
	return out
}

// sharedAddress looks for addresses that several hosts have. The finding is at the first of these hosts.
func sharedAddress(v *hostCheck) {
	for _, a := range v.Addresses {
		all := v.linter.owners[a]
		if len(all) < 2 {
			continue
		}
		what := a.String() + " is the address of " + term.FewOf(hostNames(all[:min(len(all), 5)]), len(all), 4)
		v.reportAt(all[0].Location, "correct one of them", what, withPlaces(func() []place {
			var others []place
			for _, h := range all[1:] {
				others = append(others, place{h.Location, "host " + h.Name + " has it too"})
			}
			return others
		}))
	}
}

func hostNames(hosts []*policy.Host) []string {
	out := make([]string, len(hosts))
	for i, h := range hosts {
		out[i] = h.Name
	}
	return out
}

// noteHome records whether a network of the host's rules contains an address of the host. It skips hosts without
// addresses and hosts whose rules name no network.
func noteHome(v *hostCheck) {
	networks := v.facts.networks
	if len(networks) == 0 || len(v.Addresses) == 0 {
		return
	}
	if !holds(networks, v.Addresses) {
		v.linter.homeless = append(v.linter.homeless, homelessHost{v.Host, v.RuleSet.Roles})
		return
	}
	v.linter.held = append(v.linter.held, v.Name)
	for _, role := range v.RuleSet.Roles {
		v.linter.heldRoles[role] = true
	}
}

// holds reports whether networks hold one of the addresses.
func holds(networks ruleset.Prefixes, addresses []netip.Addr) bool {
	return slices.ContainsFunc(addresses, func(a netip.Addr) bool { return len(networks.Overlapping(netip.PrefixFrom(a, a.BitLen()))) > 0 })
}

// homelessHost is a host whose address is in none of the networks that its rules name.
type homelessHost struct {
	*policy.Host
	roles []string
}

// homeless reports hosts that are in none of the networks of their rules, while other hosts are: hosts that are in
// no network of the policy at all, and hosts of a role whose other hosts are in such a network.
func homeless(w *policyCheck) {
	if len(w.held) == 0 {
		return
	}
	slices.Sort(w.held)
	known := ruleset.NewPrefixes(slices.Concat(slices.Collect(maps.Values(w.p.Networks))...)...)
	for _, x := range w.homeless {
		h := x.Host
		if holds(known, h.Addresses) && !slices.ContainsFunc(x.roles, func(r string) bool { return w.heldRoles[r] }) {
			continue
		}
		w.note(w.code, h, key{what: "no network of its rules holds its address, while those of other hosts hold theirs (" + term.Few(w.held, 3) + ")"}, h.Location,
			"look for a mistyped address, or add the network of the host to the audience", nil)
	}
}

// networksOf returns the named networks that the rules allow, without addresses of hosts, @role and @host.
func networksOf(rules []*ruleset.Rule) ruleset.Prefixes {
	seen := map[*netip.Prefix]bool{}
	var out []netip.Prefix
	for _, r := range rules {
		for _, set := range r.Remote.Sets() {
			if len(set.Prefixes) > 0 && !strings.HasPrefix(set.Name, "@") && set.Name != "link-local" && !seen[&set.Prefixes[0]] {
				seen[&set.Prefixes[0]] = true
				out = append(out, set.Prefixes...)
			}
		}
	}
	return ruleset.NewPrefixes(out...)
}
