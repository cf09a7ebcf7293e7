// Package policy reads the admin's file: which host is what, and who may reach it.
package policy

import (
	"net/netip"
	"slices"

	"rolewall/catalog"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Policy is a policy file with everything it includes, checked: every name in it is known.
type Policy struct {
	Catalog  *catalog.Catalog          // with the policy's own roles and services
	Networks map[string][]netip.Prefix // named address sets, flattened
	File     *Level                    // what the file says for all hosts
	Roles    map[string]*Level         // audiences that roles name
	Groups   map[string]*Group
	Hosts    []*Host // by name
	Lint     Lint

	Templates []Template // of the folder in templates = "dir"

	own own
}

// Level is what a file, a group and a host can all say.
type Level struct {
	Name       string // "file", "groups.web", "hosts.dc1"
	Roles      *tomldoc.List
	Services   *tomldoc.List
	Features   *tomldoc.List
	Without    *tomldoc.List
	Exceptions []Exception
	Settings   Settings
}

// Group gives many hosts the same settings.
type Group struct {
	Level
	Hosts []tomldoc.Text
}

// Host is one host.
type Host struct {
	Level
	Name      string
	Addresses []netip.Addr
	Groups    []*Group // by name
	Location  tomldoc.Location
}

// SourceList is a list of networks, prefixes, "@role", "@same", "any" or "none".
type SourceList struct{ List *tomldoc.List }

// Exception is an exception.
type Exception struct {
	Traffic  ruleset.Traffic
	RPC      ruleset.RPCKind // EndpointMapper or none
	From     SourceList
	Terms    ruleset.Allow
	Level    string // where it stands
	Location tomldoc.Location
}

// RPC is an [rpc] table.
type RPC struct {
	Mode     ruleset.RPCMode
	Range    *ruleset.PortRange
	Fallback string // dynamic, range or closed; empty if unsaid
	Pins     []Pin
	Mixed    bool
	Location tomldoc.Location
}

// Pin holds a service to a port.
type Pin struct {
	Service tomldoc.Text
	Port    uint16
}

// Range is the port as a range.
func (p Pin) Range() ruleset.PortRange { return ruleset.PortRange{First: p.Port, Last: p.Port} }

// levels are the levels that speak for a host, nearest first.
func (h *Host) levels(file *Level) []*Level {
	out := []*Level{&h.Level}
	for _, g := range h.Groups {
		out = append(out, &g.Level)
	}
	return append(out, file)
}

// Levels are the levels that speak for the host, nearest first: its own, its groups', the file's.
func (p *Policy) Levels(h *Host) []*Level { return h.levels(p.File) }

// OS returns the edition of the host's system.
func (p *Policy) OS(h *Host) ruleset.OS {
	for _, l := range p.Levels(h) {
		if l.Settings.OS != nil {
			return l.Settings.OS.Value
		}
	}
	return ruleset.DefaultOS
}

// Host finds a host by its exact name.
func (p *Policy) Host(name string) (*Host, bool) {
	i := slices.IndexFunc(p.Hosts, func(h *Host) bool { return h.Name == name })
	if i < 0 {
		return nil, false
	}
	return p.Hosts[i], true
}
