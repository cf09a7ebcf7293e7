//go:build linux

package packettest

import (
	"slices"
	"testing"

	"rolewall/generators/nftables"
	contract "rolewall/generators/target"
	"rolewall/ruleset"
)

// newAnsweringLab makes a lab that holds the answers of explain and the others against the kernel. Both Linux filters have the
// same openings.
func newAnsweringLab(t testing.TB) *Lab {
	t.Helper()
	l := NewLab(t)
	l.answers = func(rs *ruleset.RuleSet, p ruleset.Packet) bool {
		return rs.Allows(p) || slices.ContainsFunc(contract.Openings(nftables.New(), rs), func(o contract.Opening) bool { return o.Allows(p) })
	}
	return l
}
