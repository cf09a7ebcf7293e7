// Package ruleset is the neutral answer to "what may reach this host". It knows no firewall's language: targets write
// rule sets in a language, analyses compare and explain them.
//
// A RuleSet holds the rules of one host. A Rule allows Traffic (a protocol with its ports or ICMP types) from Sources (anyone,
// or named address sets). Whatever no rule allows is denied. Merge makes rules of requests and gives each an ID, which
// scripts, explain and diff name; equal rules have equal IDs on every host and in every version of the program.
//
//   - ParseTraffic and Traffic.String read and write the form that people type: tcp/445, icmp/8, gre.
//   - RuleSet.Match and RuleSet.Allows try a Packet.
//   - Ports, Interval, Prefixes and Sources are the arithmetic: union, difference, containment. It is exact.
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
	Ranges []PortRange // what dynamic endpoints are opened as; empty when none are
	Pins   []Pin       // services held to one port, by service
}

// Pin holds an RPC service to one port; the other fields say how to configure the service, from the catalog.
type Pin struct {
	Service string // registry name
	Title   string // what is pinned, "AD replication, LSA and SAM RPC"
	Port    uint16
	Kind    string // registry, command, or another word of the catalog for settings that no script can write
	Place   string // registry key, or the command with N for the port
	Value   string // name of the registry value
	Type    string // REG_DWORD, REG_MULTI_SZ
	Restart string // "reboot", "restart service", "immediate": when it takes effect
}

// RPCMode is how RPC services are reached beyond the endpoint mapper.
type RPCMode string

// The modes; see the README for what each opens.
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
	Roles    []string // as the host and its groups name them, sorted
	Features []string // switched on by the host itself, sorted
	RPC      RPC
	Families Families
	Inbound  []*Rule // merged, sorted
	Outbound []*Rule // what a stateless filter must allow out; Remote is then the destination
	Settings Settings
	Notes    []string // facts for the header of a script
	Warnings []string // facts for the header and for stderr

	digest string // where it has been worked out: see WithDigest
}

// WithDigest returns a copy that remembers its digest, since several targets print it. Nothing that goes into the digest may
// change from then on.
func (rs *RuleSet) WithDigest() *RuleSet {
	known := *rs
	known.digest = rs.Digest()
	return &known
}

// Empty returns a rule set with the facts about the host in rs, and no rules.
func (rs *RuleSet) Empty() *RuleSet {
	bare := *rs
	bare.Inbound, bare.Outbound, bare.digest = nil, nil, ""
	return &bare
}

// Digest returns "sha256:" and the hash over families, rules, outbound rules, settings and pins in canonical JSON, without
// host, reasons and labels. It identifies a rule set; it never proves that a file is unedited.
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

// FamiliesOf are the families in which the rule opens something on this host.
func (rs *RuleSet) FamiliesOf(r *Rule) Families {
	return r.FamiliesOn(rs.Families)
}

// managementPorts are the TCP ports by which a host is usually administered: SSH, RDP, WinRM over HTTP and HTTPS.
var managementPorts = []uint16{22, 3389, 5985, 5986}

// LetsManagementIn reports whether a rule allows administration: an endpoint for management, or one of TCP 22,
// 3389, 5985, 5986.
func (rs *RuleSet) LetsManagementIn() bool {
	return slices.ContainsFunc(rs.Inbound, func(r *Rule) bool {
		if slices.ContainsFunc(r.Reasons, func(x Reason) bool { return x.Audience == Management }) {
			return true
		}
		return (r.Protocol == TCP || r.Protocol == AnyProtocol) && slices.ContainsFunc(managementPorts, func(p uint16) bool {
			return r.Protocol == AnyProtocol || r.Ports.Contains(Ports{{p, p}})
		})
	})
}
