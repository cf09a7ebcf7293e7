package explain

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/policy/hostpattern"
	"rolewall/ruleset"
)

// source is the source that a question is about.
type source struct {
	text string // as the call names it; empty if the question names no source
	set  ruleset.Sources
}

// readSource reads an address, a prefix, the name of a network or host of the policy, "@role" or "@host". An empty
// text returns no source.
func (x *Explainer) readSource(text string) (source, error) {
	if text == "" {
		return source{}, nil
	}
	prefixes, err := x.prefixesOf(text)
	return source{text, ruleset.NewSources(ruleset.AddressSet{Name: text, Prefixes: prefixes})}, err
}

// prefixesOf returns the addresses that a text stands for.
func (x *Explainer) prefixesOf(text string) ([]netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return []netip.Prefix{single(addr.Unmap().WithZone(""))}, nil
	}
	if p, err := netip.ParsePrefix(text); err == nil {
		if p != p.Masked() {
			return nil, diag.Errorf(fmt.Sprintf("write %s, or %s for the one address", p.Masked(), p.Addr()), "prefix %s has host bits set", text)
		}
		return []netip.Prefix{p}, nil
	}
	if members, isMembers := strings.CutPrefix(text, "@"); isMembers {
		return x.membersOf(members)
	}
	prefixes, isNetwork := x.policy.Networks[text]
	switch h := x.workspace.HostCalled(text); {
	case isNetwork && h != nil:
		return nil, diag.Errorf("--from @"+h.Name+" is the host; ask about the network by its prefixes", "%q is a network and a host", text)
	case isNetwork:
		return prefixes, nil
	case h != nil:
		return x.addressesOf(text, h)
	}
	names := slices.Concat(slices.Collect(maps.Keys(x.policy.Networks)), x.workspace.HostNames())
	return nil, diag.Errorf(diag.SuggestOrList(text, names), "--from must be an address, a prefix, a network or a host of the policy, or @role, not %q", text)
}

// membersOf returns the addresses of the hosts of a role, or of one host, for a name with "@".
func (x *Explainer) membersOf(name string) ([]netip.Prefix, error) {
	if _, isRole := x.policy.Catalog.Role(name); isRole {
		var hosts []*policy.Host
		for _, h := range x.policy.Hosts {
			if x.policy.Matches(hostpattern.Pattern("@"+name), h) {
				hosts = append(hosts, h)
			}
		}
		if len(hosts) == 0 {
			return nil, diag.Errorf("", "no host has the role %s", name)
		}
		return x.addressesOf("@"+name, hosts...)
	}
	if h := x.workspace.HostCalled(name); h != nil {
		return x.addressesOf("@"+name, h)
	}
	return nil, diag.Errorf(x.policy.Catalog.SuggestRole(name, "@"), "@%s is neither a role nor a host", name)
}

// addressesOf returns the addresses of hosts. It reports a host without addresses, since the answer would leave it
// out.
func (x *Explainer) addressesOf(text string, hosts ...*policy.Host) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, h := range hosts {
		if len(h.Addresses) == 0 {
			return nil, diag.Errorf(`addresses = ["10.1.0.10"] in hosts.`+h.Name+", or ask about an address", "host %s has no addresses, which --from %s needs", h.Name, text)
		}
		for _, a := range h.Addresses {
			out = append(out, single(a))
		}
	}
	return out, nil
}

func single(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

// shareOf returns how much of the source is allowed, in the families of the host.
func (s source) shareOf(allowed ruleset.Sources, families ruleset.Families) Share {
	heard := s.set.Restrict(families)
	switch {
	case heard.IsNobody():
		return None
	case allowed.Contains(heard) && heard.Equal(s.set):
		return All
	case allowed.Overlaps(heard):
		return Part
	}
	return None
}

// networksOf returns the names of the policy's networks that contain all of the source, sorted.
func networksOf(p *policy.Policy, s source) []string {
	var out []string
	for name, prefixes := range p.Networks {
		if ruleset.NewSources(ruleset.AddressSet{Prefixes: prefixes}).Contains(s.set) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
