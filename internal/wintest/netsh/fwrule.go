package netsh

import "rolewall/ruleset"

// Rule is a rule of Windows Firewall. The zero value of a field is what netsh calls "any".
type Rule struct {
	Name, Description string
	Outbound          bool
	Block             bool
	Disabled          bool
	Profiles          []string // of domain, private, public
	Program           string   // as stored, with variables unexpanded
	Service           string
	Protocol          ruleset.Protocol // AnyProtocol for any
	ICMP              *ruleset.ICMPType
	LocalPort         PortSet
	RemotePort        PortSet
	LocalIP, RemoteIP []AddressRange
	Keywords          []string // of remoteip: localsubnet, ...
}

// PortSet is a value of localport or remoteport: a keyword, or numbers and ranges, or everything.
type PortSet struct {
	Keyword string // "RPC", "RPC-EPMap", "IPHTTPS", "Teredo"
	Ports   ruleset.Ports
}

// IsAny reports whether the set holds every port.
func (s PortSet) IsAny() bool { return s.Keyword == "" && len(s.Ports) == 0 }

// String writes the set as netsh takes it.
func (s PortSet) String() string {
	switch {
	case s.Keyword != "":
		return s.Keyword
	case len(s.Ports) == 0:
		return "any"
	}
	return s.Ports.String()
}
