//go:build linux

package packettest

import (
	"net/netip"
	"slices"

	"rolewall/generators/nftables"
	contract "rolewall/generators/target"
	"rolewall/ruleset"
)

// answersOpen reports whether explain, --who, [[deny]] and diff know that the packet gets in: by a rule, or by an opening
// beside the rules. Both Linux filters have the same openings.
func (e expectation) answersOpen(p ruleset.Packet) bool {
	return e.rs.Allows(p) || slices.ContainsFunc(contract.Openings(nftables.New(), e.rs), func(o contract.Opening) bool { return o.Allows(p) })
}

// ruleSetPacket is the packet as a rule sees it.
func (p packet) ruleSetPacket() ruleset.Packet {
	a := p.arrival()
	return ruleset.Packet{Protocol: ruleset.Protocol(p.protocol), Port: a.dport, Remote: p.from, Type: a.typ, Code: a.code}
}

// untold returns the ports that got in and that answers call closed.
func (e expectation) untold(got *portSet, p ruleset.Protocol, from netip.Addr) *portSet {
	rules := *e.rs
	rules.Settings.Linux.Interfaces = nil // which is no matter of rules
	told := (expectation{&rules}).ports(p, from)
	var out portSet
	for port, in := range got {
		out[port] = in && !told[port] && !e.answersOpen(ruleset.Packet{Protocol: p, Port: uint16(port), Remote: from})
	}
	return &out
}
