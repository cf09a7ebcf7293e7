package main

import (
	"cmp"

	"rolewall/compare"
	"rolewall/policy"
)

// said is what the policy says of a host beside its rule set.
func (s *session) said(h *policy.Host) *compare.Said {
	out := &compare.Said{Access: cmp.Or(policy.Value[string](s.policy, h, "access"), "network")}
	targets, _ := s.targetsOf(h, selection{}) // a host on which none runs has none
	for _, g := range targets {
		info := g.Info()
		out.Targets = append(out.Targets, info.Name)
		if info.Filter {
			out.Filters = append(out.Filters, info.Name)
		}
	}
	return out
}
