package wintest_test

import (
	"net/netip"

	"rolewall/internal/wintest/netsh"
	"rolewall/ruleset"
)

// openingOf is what an inbound allow rule lets in, as a rule of a rule set without ID and reasons. It is false for rules
// that open nothing, and for those that a rule set has no words for: keywords among the senders, conditions on local
// addresses or on the sender's port.
func openingOf(r netsh.Rule) (*ruleset.Rule, bool) {
	if r.Outbound || r.Block || r.Disabled || len(r.Keywords) > 0 || len(r.LocalIP) > 0 || !r.RemotePort.IsAny() {
		return nil, false
	}
	out := &ruleset.Rule{
		Traffic: ruleset.Traffic{Protocol: r.Protocol, Ports: r.LocalPort.Ports}, Remote: sourcesOf(r.RemoteIP),
		Listener: ruleset.Listener{Program: r.Program, Service: r.Service},
	}
	switch r.LocalPort.Keyword {
	case "":
	case "RPC":
		out.RPC = ruleset.Dynamic
	default:
		return nil, false
	}
	if r.ICMP != nil {
		out.ICMP = []ruleset.ICMPType{*r.ICMP}
	}
	return out, true
}

// withUnspecified lets a range that begins where the first source can be begin at the unspecified address, at which the store
// allows none.
func withUnspecified(r netsh.AddressRange) netsh.AddressRange {
	switch r.First {
	case netip.MustParseAddr("0.0.0.1"):
		r.First = netip.IPv4Unspecified()
	case netip.MustParseAddr("1::"):
		r.First = netip.IPv6Unspecified()
	}
	return r
}

func sourcesOf(ranges []netsh.AddressRange) ruleset.Sources {
	if len(ranges) == 0 {
		return ruleset.Anyone()
	}
	var prefixes []netip.Prefix
	for _, r := range ranges {
		prefixes = append(prefixes, withUnspecified(r).Prefixes()...)
	}
	return ruleset.NewSources(ruleset.AddressSet{Prefixes: prefixes})
}

// filterOpening is what a permit filter lets in to this host, without the mirror. It is false for filters of the host's own
// traffic.
func filterOpening(f netsh.Filter) (*ruleset.Rule, bool) {
	if !f.Destination.Me || f.Source.Port != 0 {
		return nil, false
	}
	return filterRule(f, f.Source, f.Destination.Port), true
}

// filterReach is what a permit filter lets the host begin, From being the destination. It is false for others.
func filterReach(f netsh.Filter) (*ruleset.Rule, bool) {
	if !f.Source.Me || f.Source.Port != 0 {
		return nil, false
	}
	return filterRule(f, f.Destination, f.Destination.Port), true
}

func filterRule(f netsh.Filter, other netsh.Side, port uint16) *ruleset.Rule {
	out := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: f.Protocol}, Remote: ruleset.Anyone()}
	if !other.Any {
		out.Remote = sourcesOf([]netsh.AddressRange{other.Net})
	}
	if port != 0 {
		out.Ports = ruleset.Ports{{First: port, Last: port}}
	}
	return out
}
