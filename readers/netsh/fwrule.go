package netsh

import "rolewall/ruleset"

// Rule is a rule of Windows Firewall. What netsh takes for "any" is the zero value.
type Rule struct {
	Name, Description string
	Outbound          bool
	Block             bool
	Disabled          bool
	Profiles          []string // of domain, private, public
	Program           string   // as it is stored, variables unexpanded
	Service           string
	Protocol          ruleset.Protocol // AnyProtocol for any
	ICMP              *ruleset.ICMPType
	LocalPort         PortSet
	RemotePort        PortSet
	LocalIP, RemoteIP []AddressRange
	Keywords          []string // of remoteip: localsubnet, ...
}

// PortSet is what localport and remoteport take: a keyword, numbers and ranges, or everything.
type PortSet struct {
	Keyword string // "RPC", "RPC-EPMap", "IPHTTPS", "Teredo"
	Ports   ruleset.Ports
}

// IsAny reports whether s is every port.
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
