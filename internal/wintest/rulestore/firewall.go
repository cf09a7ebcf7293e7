// Package rulestore models the two rule stores of Windows for tests: Windows Firewall and IPSec. The commands of
// netsh change a store. A store tells which packets it allows, and prints its rules as netsh does, in several
// languages.
package rulestore

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/internal/wintest/netsh"
)

// Firewall is the local store of Windows Firewall: rules, whose names are labels and need not be unique, and the state
// of each profile.
type Firewall struct {
	Rules    []netsh.Rule
	Profiles map[string]Profile
}

// Profile is what a profile does with packets that no rule matches.
type Profile struct {
	On         bool
	Inbound    string // blockinbound, blockinboundalways or allowinbound
	Outbound   string // allowoutbound or blockoutbound
	LogDropped bool
}

// NewFirewall returns the store of a new Windows: on, inbound closed, outbound open.
func NewFirewall(rules ...netsh.Rule) *Firewall {
	f := &Firewall{Rules: rules, Profiles: map[string]Profile{}}
	for _, name := range netsh.ProfileNames {
		f.Profiles[name] = Profile{On: true, Inbound: "blockinbound", Outbound: "allowoutbound"}
	}
	return f
}

// Clone copies the store.
func (f *Firewall) Clone() *Firewall {
	c := &Firewall{Rules: slices.Clone(f.Rules), Profiles: map[string]Profile{}}
	for name, p := range f.Profiles {
		c.Profiles[name] = p
	}
	return c
}

// Admits reports whether the packet is allowed. A profile that is off allows everything. A block rule wins over
// every allow rule. The default of the profile decides on packets that no rule matches.
func (f *Firewall) Admits(p Packet) bool {
	profile := f.Profiles[p.Profile]
	if !profile.On {
		return true
	}
	if profile.Inbound == "blockinboundalways" {
		return false
	}
	allowed := profile.Inbound == "allowinbound"
	for _, r := range f.Rules {
		if Matches(r, p) {
			if r.Block {
				return false
			}
			allowed = true
		}
	}
	return allowed
}

// Effect returns the store as text for comparisons: two stores with equal effect allow the same packets.
// Descriptions, rules that are off and copies of a rule are left out. Names are kept, since scripts find rules by
// name.
func (f *Firewall) Effect() string {
	var lines []string
	for name, p := range f.Profiles {
		lines = append(lines, fmt.Sprintf("profile %s %+v", name, p))
	}
	for _, r := range f.Rules {
		if r.Disabled {
			continue
		}
		r.Description = ""
		icmp := "any"
		if r.ICMP != nil {
			icmp = r.ICMP.String()
		}
		r.ICMP = nil
		lines = append(lines, fmt.Sprintf("rule %+v icmp %s", r, icmp))
	}
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "\n")
}

// find lists the indexes of the rules of a name; all is every rule.
func (f *Firewall) find(name string) []int {
	var out []int
	for i, r := range f.Rules {
		if strings.EqualFold(name, "all") || strings.EqualFold(name, r.Name) {
			out = append(out, i)
		}
	}
	return out
}

// NoMatch is what netsh says, in English, when no rule has the name.
const NoMatch = "\r\nNo rules match the specified criteria.\r\n"

// Run does what a statement asks; files holds saved stores by path. It returns what netsh prints and its exit code.
func (f *Firewall) Run(s netsh.Statement, files map[string]*Firewall, language Language) (string, int) {
	const done = "Ok.\r\n\r\n"
	switch s := s.(type) {
	case netsh.AddRule:
		f.Rules = append(f.Rules, s.Rule) // a name that is taken is not an obstacle
		return done, 0
	case netsh.DeleteRule:
		return f.change(s.Name, func(found []int) {
			for _, i := range slices.Backward(found) {
				f.Rules = slices.Delete(f.Rules, i, i+1)
			}
		})
	case netsh.EnableRule:
		return f.change(s.Name, func(found []int) {
			for _, i := range found {
				f.Rules[i].Disabled = !s.Enabled
			}
		})
	case netsh.ShowRules:
		found := f.find(s.Name)
		if len(found) == 0 {
			return NoMatch, 1
		}
		var rules []netsh.Rule
		for _, i := range found {
			rules = append(rules, f.Rules[i])
		}
		return language.List(rules, s.Verbose), 0
	case netsh.SetProfile:
		for _, name := range s.Profiles {
			f.Profiles[name] = changed(s, f.Profiles[name])
		}
		return done, 0
	case netsh.ShowProfiles:
		return f.showProfiles(s.What, language), 0
	case netsh.SaveStore:
		files[strings.ToLower(s.File)] = f.Clone()
		return done, 0
	case netsh.LoadStore:
		saved := files[strings.ToLower(s.File)]
		if saved == nil {
			return "The system cannot find the file specified.\r\n", 1
		}
		*f = *saved.Clone()
		return done, 0
	}
	return "The following command was not found.\r\n", 1
}

func (f *Firewall) change(name string, do func(found []int)) (string, int) {
	found := f.find(name)
	if len(found) == 0 {
		return NoMatch, 1
	}
	do(found)
	return "Ok.\r\n\r\n", 0
}

func changed(s netsh.SetProfile, p Profile) Profile {
	if s.State != "" {
		p.On = s.State == "on"
	}
	if s.Inbound != "" {
		p.Inbound, p.Outbound = s.Inbound, s.Outbound
	}
	if s.Logging == "droppedconnections" {
		p.LogDropped = s.Value == "enable"
	}
	return p
}

func (f *Firewall) showProfiles(what string, language Language) string {
	var b strings.Builder
	for _, name := range netsh.ProfileNames {
		p := f.Profiles[name]
		fmt.Fprintf(&b, "\r\n%s\r\n%s\r\n", name, strings.Repeat("-", 70))
		if what == "firewallpolicy" {
			fmt.Fprintf(&b, "%-38s%s,%s\r\n", language.Policy, p.Inbound, p.Outbound)
		}
	}
	return b.String() + "Ok.\r\n\r\n"
}
