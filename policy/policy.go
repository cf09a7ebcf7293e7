// Package policy reads the administrator's file, which says what every host is and who may reach it.
//
// Load reads a file with everything that it includes and returns a Policy in which every name is known. Three levels apply to a
// host: the host itself, its groups and the file. Lists of roles, services, features and exceptions unite over the levels;
// for each of the Settings the nearest level that gives it decides (Effective). Fields describes every key.
package policy

import (
	"net/netip"
	"slices"

	"rolewall/catalog"
	"rolewall/policy/folders"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Policy is a policy file with everything that it includes. Every name in it is known.
type Policy struct {
	Catalog  *catalog.Catalog          // with the policy's own roles and services
	Networks map[string][]netip.Prefix // named address sets, flattened
	File     *Level                    // the level that applies to all hosts
	Roles    map[string]*Level         // audiences that roles name
	Groups   map[string]*Group
	Hosts    []*Host // by name
	Lint     Lint
	Ignores  []Ignore // what drift does not report for a while

	Templates []folders.Template // of the folder in templates = "dir"

	own own
}

// Level holds what a file, a group or a host gives.
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

// Exception opens traffic beside the roles of a host.
type Exception struct {
	Traffic ruleset.Traffic
	RPC     ruleset.RPCKind // EndpointMapper or none
	From    SourceList
	ruleset.Qualifiers
	Terms    ruleset.Allow
	Level    string // the name of the level that has it
	Location tomldoc.Location
}

// RPC is an [rpc] table: how RPC services are reached beyond the endpoint mapper.
type RPC struct {
	Mode     ruleset.RPCMode
	Range    *ruleset.PortRange
	Fallback string // dynamic, range or closed; empty where none is given
	Pins     []Pin
	Mixed    bool
	Location tomldoc.Location
}

// Pin holds a service to a port.
type Pin struct {
	Service tomldoc.Text
	Port    uint16
}

// Range returns the port as a range.
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
