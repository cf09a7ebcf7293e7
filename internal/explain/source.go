package explain

import (
	"fmt"
	"net/netip"
	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
	"slices"
)

// source is the source that a question is about.
type source struct {
	text string // as the call names it; empty where the question is about no source
	set  ruleset.Sources
}

// readSource reads an address, a prefix or the name of a network of the policy. An empty text is not a source.
func (x *Explainer) readSource(text string) (source, error) {
	if text == "" {
		return source{}, nil
	}
	set := ruleset.AddressSet{Name: text}
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap().WithZone("")
		set.Prefixes = []netip.Prefix{netip.PrefixFrom(addr, addr.BitLen())}
	} else if p, err := netip.ParsePrefix(text); err == nil {
		if p != p.Masked() {
			return source{}, diag.Errorf(fmt.Sprintf("write %s, or %s for the one address", p.Masked(), p.Addr()), "prefix %s has host bits set", text)
		}
		set.Prefixes = []netip.Prefix{p}
	} else if prefixes, known := x.policy.Networks[text]; known {
		set.Prefixes = prefixes
	} else {
		var names []string
		for name := range x.policy.Networks {
			names = append(names, name)
		}
		return source{}, diag.Errorf(diag.SuggestOrList(text, names), "--from must be an address, a prefix or a network of the policy, not %q", text)
	}
	return source{text, ruleset.NewSources(set)}, nil
}

// shareOf returns how much of the source is among the allowed ones, in the families that the host speaks.
func (s source) shareOf(allowed ruleset.Sources, families ruleset.Families) Share {
	heard := s.set.Restrict(families)
	switch {
	case heard.IsNobody():
		return None
	case allowed.Contains(heard) && heard.Equal(s.set):
		return All
	case allowed.IsAnyone() || overlap(allowed, heard):
		return Part
	}
	return None
}

// overlap reports whether a prefix of a overlaps one of b.
func overlap(a, b ruleset.Sources) bool {
	return slices.ContainsFunc(a.Prefixes(), func(p netip.Prefix) bool { return slices.ContainsFunc(b.Prefixes(), p.Overlaps) })
}

// networksOf returns the names of the networks of the policy that hold all of the source, sorted.
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
