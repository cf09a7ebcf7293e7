package rulestore

import (
	"net/netip"
	"strings"

	"rolewall/internal/wintest/netsh"
	"rolewall/ruleset"
)

// Packet is an inbound packet, with what rules can match.
type Packet struct {
	Profile      string
	Source       netip.Addr
	Protocol     ruleset.Protocol
	Port         uint16 // destination
	SourcePort   uint16
	Type, Code   uint8
	Program      string // of the socket that would receive it
	Service      string
	IsDynamicRPC bool // the port is one that the RPC runtime assigned to the program
}

// Matches reports whether the rule matches the packet.
func Matches(r netsh.Rule, p Packet) bool {
	switch {
	case r.Disabled || r.Outbound:
		return false
	case len(r.Profiles) > 0 && !containsFold(r.Profiles, p.Profile):
		return false
	case r.Protocol != ruleset.AnyProtocol && r.Protocol != p.Protocol:
		return false
	case r.ICMP != nil && (r.ICMP.Type != p.Type || r.ICMP.HasCode && r.ICMP.Code != p.Code):
		return false
	case r.Program != "" && !strings.EqualFold(r.Program, p.Program):
		return false
	case r.Service != "" && !strings.EqualFold(r.Service, p.Service):
		return false
	}
	return holds(r.LocalPort, p.Port, p.IsDynamicRPC) && holds(r.RemotePort, p.SourcePort, false) && fromAllowed(r, p.Source)
}

func holds(s netsh.PortSet, port uint16, dynamicRPC bool) bool {
	switch {
	case s.IsAny():
		return true
	case s.Keyword == "RPC":
		return dynamicRPC
	case s.Keyword == "RPC-EPMap":
		return port == 135 || port == 593
	}
	return s.Ports.Contains(ruleset.Ports{{First: port, Last: port}})
}

func fromAllowed(r netsh.Rule, a netip.Addr) bool {
	if len(r.RemoteIP) == 0 && len(r.Keywords) == 0 {
		return true
	}
	for _, x := range r.RemoteIP {
		if x.Contains(a) {
			return true
		}
	}
	return false
}

func containsFold(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}
