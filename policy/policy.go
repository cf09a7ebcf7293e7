// Package policy reads the administrator's file, which says what every host is and which sources may reach it.
//
// Load reads a file and everything that it includes. In the Policy that it returns, every name is known. Three
// levels apply to a host: the host itself, its groups and the file. Lists of roles, services, features and
// exceptions are united over the levels. A setting has the value of the nearest level that gives it (Effective).
// Package fields describes every key.
package policy

import (
	"net/netip"
	"slices"

	"rolewall/catalog"
	"rolewall/policy/folders"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Policy is a policy file and everything that it includes. Every name in it is known.
type Policy struct {
	Catalog  *catalog.Catalog          // with the roles and services that the policy defines
	Networks map[string][]netip.Prefix // named address sets, with the names inside them expanded
	File     *Level                    // the level that applies to all hosts
	Roles    map[string]*Level         // audiences given for roles
	Groups   map[string]*Group
	Hosts    []*Host // by name
	Lint     Lint
	Ignores  []Ignore // differences that drift does not report

	Templates []folders.Template // of the folder in templates = "dir"

	own own
}

// Level holds what a file, a group or a host sets.
type Level struct {
	Name       string // "file", "groups.web", "hosts.dc1"
	Roles      *tomldoc.List
	Services   *tomldoc.List
	Features   *tomldoc.List
	Without    *tomldoc.List
	Exceptions []Exception
	Settings   Settings

	RoleAudiences map[string]*Level // audiences of single roles on the hosts of a group or on a host, by role
}

// Group gives many hosts the same settings.
type Group struct {
	Level
	Hosts []tomldoc.Text // names, patterns, "@role" and "os:windows"
}

// Host is one host.
type Host struct {
	Level
	Name      string
	Addresses []netip.Addr
	Groups    []*Group // by name
	Location  tomldoc.Location
}

// SourceList is a list of networks, prefixes, "@role", "@host", "@same", "any" or "none".
type SourceList struct{ List *tomldoc.List }

// Exception opens traffic besides the roles of a host.
type Exception struct {
	Traffic ruleset.Traffic
	RPC     ruleset.RPCKind // EndpointMapper or none
	From    SourceList
	ruleset.Qualifiers
	Terms    ruleset.Allow
	Level    string // name of the level that it is in
	Location tomldoc.Location
}

// RPC is an [rpc] table. It says how clients reach RPC services beyond the endpoint mapper.
type RPC struct {
	Mode     ruleset.RPCMode
	Range    *ruleset.PortRange
	Fallback string // dynamic, range or closed; empty if not given
	Pins     []Pin
	Mixed    bool
	Location tomldoc.Location
}

// Pin holds a service to one port.
type Pin struct {
	Service tomldoc.Text
	Port    uint16
}

// Range returns the port as a range of one port.
func (p Pin) Range() ruleset.PortRange { return ruleset.PortRange{First: p.Port, Last: p.Port} }

// levels returns the levels that apply to a host, the nearest first.
func (h *Host) levels(file *Level) []*Level {
	out := []*Level{&h.Level}
	for _, g := range h.Groups {
		out = append(out, &g.Level)
	}
	return append(out, file)
}

// Levels returns the levels that apply to the host, the nearest first: its own, its groups', the file's.
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

// Targets returns the list of targets that the nearest level of a host gives, or nil where none does.
func (p *Policy) Targets(h *Host) *Setting[*tomldoc.List] {
	for _, l := range p.Levels(h) {
		if l.Settings.Targets != nil {
			return l.Settings.Targets
		}
	}
	return nil
}

// Host returns the host with exactly this name.
func (p *Policy) Host(name string) (*Host, bool) {
	i := slices.IndexFunc(p.Hosts, func(h *Host) bool { return h.Name == name })
	if i < 0 {
		return nil, false
	}
	return p.Hosts[i], true
}
