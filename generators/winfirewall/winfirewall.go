// Package winfirewall turns a rule set into rules of Windows Firewall, in no tool's language. The targets for
// netsh, Group Policy, PowerShell and DSC write these rules. So a host gets the same rules from each target, and a
// mistake in one target shows as a difference from the others.
//
// One rule of the rule set can become several, for two reasons: netsh writes a rule for each ICMP type, and lists
// of addresses must stay short. The rules are bound to the program and the service that listen.
package winfirewall

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Group is the group in which Windows shows the rules, if the target can express a group.
const Group = "rolewall"

// Rule is one rule of Windows Firewall that allows inbound traffic. An empty field is no condition. Why, From and
// Notes contain free text of the policy, which a target must clean for its language.
type Rule struct {
	What      string // the traffic in a few words: "tcp 445", "icmp 3:4 part 2 of 3"
	ID        string // ID of the rule in the rule set; empty in the baseline
	Label     string // see ruleset.Rule.Labels
	Why       string
	From      string // names of the sources
	Notes     []string
	Protocol  ruleset.Protocol
	Ports     ruleset.Ports // empty with RPC
	RPC       bool          // the ports that the RPC runtime assigns to the listener
	FromPorts ruleset.Ports
	ICMP      *ruleset.ICMPType
	Remote    []Address
	Listener  ruleset.Listener // program and service to which the rule is bound
	Profiles  []string         // domain, private, public
}

// Place is what rules depend on besides the rule itself.
type Place struct {
	OS       ruleset.OS
	Families ruleset.Families
	profiles string // joined by commas
}

// Writer turns the rules of one rule set into rules of Windows Firewall.
type Writer struct {
	Place
	sources map[reach][][]Address // cached, since most rules have the same sources
}

// NewWriter returns the writer of a rule set.
func NewWriter(rs *ruleset.RuleSet) Writer {
	return Writer{Place{rs.OS, rs.Families, strings.Join(rs.Settings.Advfirewall.Profile, ",")}, map[reach][][]Address{}}
}

// Rules returns the rules for a whole rule set. The baseline comes first if no other rules apply.
func Rules(rs *ruleset.RuleSet) []Rule {
	w := NewWriter(rs)
	var out []Rule
	if Alone(rs.Settings) {
		out = BaselineRules(rs)
	}
	for _, r := range rs.Inbound {
		out = append(out, w.Rules(r)...)
	}
	return out
}

// Rules returns the rules that one rule becomes: one for each ICMP type and each part of a long list of sources.
// It returns none if the host has none of the rule's families.
func (w Writer) Rules(r *ruleset.Rule) []Rule {
	to := reach{r.Remote, r.FamiliesOn(w.Families), r.Protocol.Families(), mayBeUnspecified(r)}
	if to.families.None() {
		return nil
	}
	parts, known := w.sources[to]
	if !known {
		parts = to.parts()
		w.sources[to] = parts
	}
	listener, notes := bound(w.OS, r.Listener)
	base := Rule{
		ID: r.ID, Label: r.Labels()[0], Why: ruleset.ReasonText(r.Reasons), From: strings.Join(r.Remote.Names(), ", "), Notes: notes, Listener: listener,
		FromPorts: r.FromPorts,
	}
	if w.profiles != "" {
		base.Profiles = strings.Split(w.profiles, ",")
	}
	var out []Rule
	for _, m := range matches(r) {
		for i, remote := range parts {
			one := base
			one.What, one.Protocol, one.Ports, one.RPC, one.ICMP, one.Remote = m.What, m.Protocol, m.Ports, m.RPC, m.ICMP, remote
			one.Notes = slices.Concat(notes, m.Notes)
			if len(parts) > 1 {
				one.What += fmt.Sprintf(" part %d of %d", i+1, len(parts))
			}
			out = append(out, one)
		}
	}
	return out
}

// matches returns the traffic of a rule. Dynamic RPC is written by keyword, whatever the range is. The firewall
// then opens only the ports that the RPC runtime assigned to the listener.
func matches(r *ruleset.Rule) []Rule {
	switch {
	case byKeyword(r):
		m := Rule{What: "tcp RPC " + listenerName(r.Listener), Protocol: ruleset.TCP, RPC: true}
		if r.Listener.IsZero() {
			m.What = "tcp RPC"
			m.Notes = []string{"the listener is not known: these senders reach the dynamic RPC ports of every program"}
		}
		return []Rule{m}
	case r.Protocol.HasPorts():
		m := Rule{What: r.What(), Protocol: r.Protocol, Ports: r.Ports}
		if len(r.FromPorts) > 0 {
			m.What += " from port " + r.FromPorts.String()
		}
		if r.IPsecOnly {
			m.Notes = []string{"L2TP comes inside IPsec and is seen here once that is taken off; bare packets come in as well"}
		}
		return []Rule{m}
	case r.Protocol.HasTypes():
		var out []Rule
		for _, t := range r.ICMP {
			out = append(out, Rule{What: r.Protocol.String() + " " + t.String(), Protocol: r.Protocol, ICMP: &t})
		}
		return out
	case r.Protocol == ruleset.AnyProtocol:
		return []Rule{{What: "any protocol", Protocol: r.Protocol}}
	}
	return []Rule{{What: "protocol " + r.Protocol.String(), Protocol: r.Protocol}}
}

// byKeyword reports whether the rule is written with the keyword RPC. The keyword exists only for TCP.
func byKeyword(r *ruleset.Rule) bool { return r.RPC == ruleset.Dynamic && r.Protocol == ruleset.TCP }

// UsesKeyword reports whether a rule of the set is written with the keyword RPC.
func UsesKeyword(rs *ruleset.RuleSet) bool { return slices.ContainsFunc(rs.Inbound, byKeyword) }

// Editions returns the editions from first on. They have Windows Firewall in the form that came with Windows 2008.
func Editions(first ruleset.OS) []ruleset.OS {
	return slices.DeleteFunc(ruleset.AllOS(), func(o ruleset.OS) bool { return !o.IsWindows() || o.Before(first) })
}

// Capabilities returns what Windows Firewall can express, by any target.
func Capabilities() target.Capabilities {
	return target.Capabilities{
		PortRanges: true, IPv4: true, IPv6: true, Sources: true, Protocols: true, AnyProtocol: true,
		ICMPTypes: true, ICMPCodes: true, Listener: true, FromPorts: true, RPCKeyword: true,
	}
}

// PortList returns ports as texts. Ranges are written as such, but number by number for Windows 2008, which has no
// ranges.
func PortList(os ruleset.OS, ports ruleset.Ports) []string {
	if !os.Before(ruleset.Windows2008R2) {
		return ports.Strings()
	}
	var numbers []string
	for _, p := range ports {
		for n := int(p.First); n <= int(p.Last); n++ {
			numbers = append(numbers, fmt.Sprint(n))
		}
	}
	return numbers
}
