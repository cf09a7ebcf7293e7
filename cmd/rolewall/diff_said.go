package main

import (
	"cmp"

	"rolewall/compare"
	"rolewall/generators"
	"rolewall/policy"
)

// said is what the policy says of a host beside its rule set.
func (s *session) said(h *policy.Host, filters map[string]bool) *compare.Said {
	out := &compare.Said{Access: cmp.Or(policy.Value[string](s.policy, h, "access"), "network")}
	targets, _ := s.targetsOf(h, selection{}) // a host on which none runs has none
	for _, g := range targets {
		name := g.Info().Name
		out.Targets = append(out.Targets, name)
		if filters[name] {
			out.Filters = append(out.Filters, name)
		}
	}
	return out
}

// filters are the targets whose scripts may filter packets, by name. A built-in one that does says what it lets in
// beside the rules; what a site's own template makes, nobody knows but the site.
func (s *session) filters() map[string]bool {
	out, builtIn := map[string]bool{}, generators.All()
	for _, g := range s.targets {
		info := g.Info()
		_, isOurs := builtIn.Lookup(info.Name)
		out[info.Name] = !isOurs || len(info.Baseline) > 0
	}
	return out
}
