//go:build linux

package packettest

import (
	"net/netip"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// expectation is what a host must allow: its rule set, and the baseline of the Linux targets. The baseline is
// written here again, so that a mistake in a generator is not repeated in its test.
type expectation struct{ rs *ruleset.RuleSet }

// ignores reports whether the host's settings exclude the network card that receives the probes.
func (e expectation) ignores() bool {
	governed := e.rs.Settings.Linux.Interfaces
	return len(governed) > 0 && !slices.ContainsFunc(governed, func(name string) bool {
		start, wild := strings.CutSuffix(name, "*")
		return name == tapLink || wild && strings.HasPrefix(tapLink, start)
	})
}

// admits reports whether the packet must be allowed.
func (e expectation) admits(p packet) bool {
	if e.ignores() {
		return true
	}
	if !e.speaks(p.from) {
		return false
	}
	if s := serverEnd(); (p.from == s.ipv4 || p.from == s.ipv6 || p.from == s.linkLocal) && !p.to.IsMulticast() {
		return false
	}
	a := p.arrival()
	if e.baseline(p, a) {
		return true
	}
	switch {
	case p.protocol == protoTCP || p.protocol == protoUDP:
		return e.opens(ruleset.Protocol(p.protocol), a.sport, a.dport, p.from)
	case p.protocol == protoICMP && p.from.Is4(), p.protocol == protoICMPv6 && !p.from.Is4():
		return e.rs.Allows(ruleset.Packet{Protocol: ruleset.Protocol(p.protocol), Type: a.typ, Code: a.code, Remote: p.from, Interface: tapLink})
	}
	return e.rs.Allows(ruleset.Packet{Protocol: ruleset.Protocol(p.protocol), Remote: p.from, Interface: tapLink})
}

// speaks reports whether the host has the address's family.
func (e expectation) speaks(a netip.Addr) bool {
	return a.Is4() && e.rs.Families.IPv4 || !a.Is4() && e.rs.Families.IPv6
}

// opens reports whether the rule set opens a port. A rule for packets through IPsec opens nothing here, since
// probes arrive without IPsec.
func (e expectation) opens(p ruleset.Protocol, source, port uint16, from netip.Addr) bool {
	return e.rs.Allows(ruleset.Packet{Protocol: p, Port: port, SourcePort: source, Remote: from, Interface: tapLink})
}

// ports returns the TCP or UDP ports that must be open to the address.
func (e expectation) ports(p ruleset.Protocol, from netip.Addr) *portSet {
	var set portSet
	if e.ignores() {
		for port := range set {
			set[port] = true
		}
		return &set
	}
	if !e.speaks(from) {
		return &set
	}
	for _, r := range e.rs.Inbound {
		if r.Protocol != p && r.Protocol != ruleset.AnyProtocol {
			continue
		}
		ports := r.Ports
		if r.Protocol == ruleset.AnyProtocol {
			ports = ruleset.Ports{{First: 0, Last: 65535}}
		}
		for _, x := range ports {
			one := *e.rs
			one.Inbound = []*ruleset.Rule{r}
			if !(expectation{&one}).opens(p, sweepPort, x.First, from) {
				continue
			}
			for port := int(x.First); port <= int(x.Last); port++ {
				set[port] = true
			}
		}
	}
	return &set
}

// baseline reports whether the packet is one that every host allows, whatever its rule set is.
func (e expectation) baseline(p packet, a arrival) bool {
	linkLocal := !p.from.Is4() && p.from.IsLinkLocalUnicast()
	neighbour := a.hops == 255
	switch {
	case p.protocol == protoICMP && p.from.Is4():
		return a.typ == 3 || a.typ == 11 || a.typ == 12 || a.typ == 8 && !e.rs.Settings.Linux.NoPing
	case p.protocol == protoIGMP && p.from.Is4():
		return true
	case p.protocol == protoICMPv6 && !p.from.Is4():
		switch a.typ {
		case 1, 2, 3, 4:
			return true
		case 128:
			return !e.rs.Settings.Linux.NoPing
		case 135, 136, 141, 142:
			return neighbour
		case 134:
			return neighbour && linkLocal
		case 130, 131, 132, 143:
			return linkLocal
		}
	case p.protocol == protoUDP:
		return p.to.Is6() && p.to.IsLinkLocalUnicast() && a.sport == 547 && a.dport == 546
	}
	return false
}
