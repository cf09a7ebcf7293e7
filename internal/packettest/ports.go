//go:build linux

package packettest

import "rolewall/ruleset"

// portSet has a member for every port.
type portSet [65536]bool

// minus lists the ranges of ports that s has and t has not.
func (s *portSet) minus(t *portSet) ruleset.Ports {
	var out ruleset.Ports
	for port := range s {
		if !s[port] || t[port] {
			continue
		}
		if n := len(out); n > 0 && int(out[n-1].Last) == port-1 {
			out[n-1].Last = uint16(port)
			continue
		}
		out = append(out, ruleset.PortRange{First: uint16(port), Last: uint16(port)})
	}
	return out
}
