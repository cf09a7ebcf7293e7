// Package ruleset holds the neutral answer to the question "what may reach this host". It knows no firewall
// language. Targets write rule sets in such a language, and analyses compare and explain them.
//
// A RuleSet holds the rules of one host. A Rule allows Traffic (a protocol with its ports or ICMP types) from
// Sources (anyone, or named address sets). Whatever no rule allows is denied. Merge turns requests into rules and
// gives each rule an ID. Scripts, explain and diff show these IDs. Equal rules have equal IDs on every host and in
// every version of the program.
//
//   - ParseTraffic and Traffic.String read and write the form that people type: tcp/445, icmp/8, gre.
//   - RuleSet.Match and RuleSet.Allows check a Packet against the rules.
//   - Ports, Interval, Prefixes and Sources have exact set arithmetic: union, difference, containment.
package ruleset

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// RPC is the host's RPC policy.
type RPC struct {
	Mode   RPCMode
	Ranges []PortRange // the ports that are opened for dynamic endpoints; empty if none are
	Pins   []Pin       // services that are pinned to one port, by service
}

// Pin holds an RPC service to one port. The other fields come from the catalog and say how to configure the
// service.
type Pin struct {
	Service string // registry name
	Title   string // what is pinned, such as "AD replication, LSA and SAM RPC"
	Port    uint16
	Kind    string // registry, command, or another word for settings that no script can write
	Place   string // registry key, or the command with N in place of the port
	Value   string // name of the registry value
	Type    string // REG_DWORD, REG_MULTI_SZ
	Restart string // when it takes effect: "reboot", "restart service", "immediate"
}

// RPCMode is how clients reach RPC services beyond the endpoint mapper.
type RPCMode string

// The modes. The README says what each of them opens.
const (
	RPCDynamic RPCMode = "dynamic"
	RPCRange   RPCMode = "range"
	RPCStatic  RPCMode = "static"
	RPCClosed  RPCMode = "closed"
)

// RuleSet is what one host allows.
type RuleSet struct {
	Host     string
	OS       OS
	Roles    []string // as named by the host and its groups, sorted
	Features []string // features that the host itself switches on, sorted
	RPC      RPC
	Families Families
	Inbound  []*Rule // merged, sorted
	Outbound []*Rule // what a stateless filter must allow out; Remote is the destination
	Settings Settings
	Notes    []string // facts for the header of a script
	Warnings []string // facts for the header and for stderr

	digest string // set by WithDigest
}

// WithDigest returns a copy that keeps its digest, since several targets print it. After this call, nothing that
// is part of the digest may change.
func (rs *RuleSet) WithDigest() *RuleSet {
	known := *rs
	known.digest = rs.Digest()
	return &known
}

// Empty returns a rule set with the host facts of rs and without rules.
func (rs *RuleSet) Empty() *RuleSet {
	bare := *rs
	bare.Inbound, bare.Outbound, bare.digest = nil, nil, ""
	return &bare
}

// Digest returns "sha256:" and the hash of families, rules, outbound rules, settings and pins in canonical JSON.
// Host, reasons and labels are not part of it. It identifies a rule set. It does not prove that a file is
// unedited.
func (rs *RuleSet) Digest() string {
	if rs.digest != "" {
		return rs.digest
	}
	type rule struct {
		Identity string `json:"rule"`
	}
	canonical := struct {
		Families []string `json:"families"`
		Rules    []rule   `json:"rules"`
		Outbound []rule   `json:"outbound"`
		Settings Settings `json:"settings"`
		Pins     []string `json:"pins,omitempty"`
	}{Families: rs.Families.Names(), Settings: rs.Settings}
	for _, r := range rs.Inbound {
		canonical.Rules = append(canonical.Rules, rule{r.identity()})
	}
	for _, r := range rs.Outbound {
		canonical.Outbound = append(canonical.Outbound, rule{r.identity()})
	}
	for _, p := range rs.RPC.Pins {
		canonical.Pins = append(canonical.Pins, fmt.Sprintf("%s %d", strings.ToLower(p.Service), p.Port))
	}
	text, err := json.Marshal(canonical)
	if err != nil {
		panic("ruleset: " + err.Error()) // only strings and numbers are encoded
	}
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// FamiliesOf returns the address families in which the rule opens something on this host.
func (rs *RuleSet) FamiliesOf(r *Rule) Families {
	return r.FamiliesOn(rs.Families)
}

// managementPorts are the TCP ports by which a host is usually administered: SSH, RDP, WinRM over HTTP and HTTPS.
var managementPorts = []uint16{22, 3389, 5985, 5986}

// AllowsManagement reports whether a rule allows administration: an endpoint for management, or one of TCP 22,
// 3389, 5985, 5986.
func (rs *RuleSet) AllowsManagement() bool {
	return slices.ContainsFunc(rs.Inbound, func(r *Rule) bool {
		if slices.ContainsFunc(r.Reasons, func(x Reason) bool { return x.Audience == Management }) {
			return true
		}
		return (r.Protocol == TCP || r.Protocol == AnyProtocol) && slices.ContainsFunc(managementPorts, func(p uint16) bool {
			return r.Protocol == AnyProtocol || r.Ports.Contains(Ports{{p, p}})
		})
	})
}
