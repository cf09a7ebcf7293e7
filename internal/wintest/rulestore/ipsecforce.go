package rulestore

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/internal/wintest/netsh"
	"rolewall/ruleset"
)

// Filters are the filters in force, each with what it does: true blocks.
func (s *IPsec) Filters() map[netsh.Filter]bool {
	out := map[netsh.Filter]bool{}
	p := s.Policies[s.Assigned]
	if p == nil {
		return out
	}
	for _, r := range p.Rules {
		for _, f := range s.Lists[r.List] {
			out[f] = s.Actions[r.Action]
		}
	}
	return out
}

// Effect is the policy in force as text, for comparisons; names have none.
func (s *IPsec) Effect() string {
	if s.Assigned == "" {
		return "open"
	}
	lines := []string{fmt.Sprintf("default rule %v", s.Policies[s.Assigned].DefaultRule)}
	for f, block := range s.Filters() {
		lines = append(lines, fmt.Sprintf("%+v block=%v", f, block))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Admits reports whether an inbound packet is allowed. The most specific filter decides. A mirrored filter counts
// as two. A packet that no filter matches is allowed.
func (s *IPsec) Admits(p Packet) bool {
	best, admitted := -1, true
	for f, block := range s.Filters() {
		if !matches(f, p) {
			continue
		}
		if w := weight(f); w > best || w == best && block {
			best, admitted = w, !block
		}
	}
	return admitted
}

// matches reports whether the filter, or its mirror, matches a packet to this host.
func matches(f netsh.Filter, p Packet) bool {
	if f.Protocol != ruleset.AnyProtocol && f.Protocol != p.Protocol {
		return false
	}
	toUs := func(from, to netsh.Side) bool {
		return (to.Me || to.Any) && (to.Port == 0 || to.Port == p.Port) && sideHolds(from, p.Source) && (from.Port == 0 || from.Port == p.SourcePort)
	}
	return toUs(f.Source, f.Destination) || f.Mirrored && toUs(f.Destination, f.Source)
}

func sideHolds(s netsh.Side, a netip.Addr) bool { return s.Any || !s.Me && s.Net.Contains(a) }

// weight orders filters by how specific they are: addresses before the protocol, the protocol before ports.
func weight(f netsh.Filter) int {
	w := 0
	for _, s := range []netsh.Side{f.Source, f.Destination} {
		if !s.Any && !s.Me {
			w += 1000 + 10*s.Net.Prefixes()[0].Bits()
		}
		if s.Port != 0 {
			w++
		}
	}
	if f.Protocol != ruleset.AnyProtocol {
		w += 5
	}
	return w
}
