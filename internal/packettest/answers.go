//go:build linux

package packettest

import (
	"net/netip"

	"rolewall/ruleset"
)

// Answers reports whether explain, --who, [[deny]] and diff say that a packet is allowed, by a rule or by an
// opening besides the rules. Tests that know the targets give it to a Lab, which compares it with the kernel.
type Answers func(rs *ruleset.RuleSet, p ruleset.Packet) bool

// open reports what the answers say; true where none were given.
func (a Answers) open(e expectation, p ruleset.Packet) bool { return a == nil || a(e.rs, p) }

// ruleSetPacket is the packet as a rule sees it.
func (p packet) ruleSetPacket() ruleset.Packet {
	a := p.arrival()
	return ruleset.Packet{Protocol: ruleset.Protocol(p.protocol), Port: a.dport, Remote: p.from, Type: a.typ, Code: a.code}
}

// untold returns the ports that were open and that the answers call closed.
func (a Answers) untold(e expectation, got *portSet, p ruleset.Protocol, from netip.Addr) *portSet {
	rules := *e.rs
	rules.Settings.Linux.Interfaces = nil // interfaces are not part of the rules under test
	told := (expectation{&rules}).ports(p, from)
	var out portSet
	for port, in := range got {
		out[port] = in && !told[port] && !a.open(e, ruleset.Packet{Protocol: p, Port: uint16(port), Remote: from})
	}
	return &out
}
