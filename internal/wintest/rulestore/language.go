package rulestore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rolewall/internal/wintest/netsh"
	"rolewall/ruleset"
)

// Language holds the words with which the model's netsh speaks. Labels and most values are translated in Windows;
// protocols, port keywords and addresses are not.
type Language struct {
	Labels  []string // in the order of labelOrder
	Yes, No string
	In, Out string
	Allow   string
	Block   string
	Any     string
	Local   string // source of a local rule
	Policy  string // label of the profile's defaults
	Colon   string // behind a label, where it is not the usual one
	Padded  bool   // lines end in blanks, as nobody promises that they do not
}

// The labels of a listed rule, in their order.
const (
	labelName = iota
	labelDescription
	labelEnabled
	labelDirection
	labelProfiles
	labelGrouping
	labelLocalIP
	labelRemoteIP
	labelProtocol
	labelLocalPort
	labelRemotePort
	labelEdge
	labelProgram
	labelService
	labelInterfaces
	labelSecurity
	labelSource
	labelAction
)

// English is netsh in English.
func English() Language {
	return Language{
		Labels: []string{
			"Rule Name", "Description", "Enabled", "Direction", "Profiles", "Grouping", "LocalIP", "RemoteIP", "Protocol", "LocalPort",
			"RemotePort", "Edge traversal", "Program", "Service", "InterfaceTypes", "Security", "Rule source", "Action",
		},
		Yes: "Yes", No: "No", In: "In", Out: "Out", Allow: "Allow", Block: "Block", Any: "Any", Local: "Local Setting", Policy: "Firewall Policy",
	}
}

// List prints rules as `show rule` does.
func (l Language) List(rules []netsh.Rule, verbose bool) string {
	var b strings.Builder
	for _, r := range rules {
		b.WriteString("\r\n")
		l.line(&b, labelName, r.Name)
		b.WriteString(strings.Repeat("-", 70) + "\r\n")
		if verbose && r.Description != "" {
			l.line(&b, labelDescription, r.Description)
		}
		l.line(&b, labelEnabled, pick(!r.Disabled, l.Yes, l.No))
		l.line(&b, labelDirection, pick(!r.Outbound, l.In, l.Out))
		l.line(&b, labelProfiles, profilesText(r.Profiles))
		l.line(&b, labelGrouping, "")
		l.line(&b, labelLocalIP, l.addresses(r.LocalIP, nil))
		l.line(&b, labelRemoteIP, l.addresses(r.RemoteIP, r.Keywords))
		l.traffic(&b, r)
		l.line(&b, labelEdge, l.No)
		if verbose {
			l.owner(&b, r)
		}
		l.line(&b, labelAction, pick(!r.Block, l.Allow, l.Block))
	}
	return b.String() + "\r\nOk.\r\n\r\n"
}

func (l Language) line(b *strings.Builder, label int, value string) {
	line := strings.TrimRight(fmt.Sprintf("%-38s%s", l.Labels[label]+cmp.Or(l.Colon, ":"), value), " ")
	if l.Padded {
		line += "   "
	}
	b.WriteString(line + "\r\n")
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func profilesText(profiles []string) string {
	if len(profiles) == 0 {
		return "Domain,Private,Public"
	}
	var out []string
	for _, p := range profiles {
		out = append(out, strings.ToUpper(p[:1])+p[1:])
	}
	return strings.Join(out, ",")
}

func (l Language) addresses(list []netsh.AddressRange, keywords []string) string {
	if len(list) == 0 && len(keywords) == 0 {
		return l.Any
	}
	var out []string
	for _, r := range list {
		out = append(out, r.String())
	}
	return strings.Join(append(out, keywords...), ",")
}

// traffic prints protocol and ports; ICMP has a table of types instead of ports.
func (l Language) traffic(b *strings.Builder, r netsh.Rule) {
	names := map[ruleset.Protocol]string{ruleset.TCP: "TCP", ruleset.UDP: "UDP", ruleset.ICMP: "ICMPv4", ruleset.ICMPv6: "ICMPv6", ruleset.AnyProtocol: l.Any}
	name, ok := names[r.Protocol]
	if !ok {
		name = r.Protocol.String()
		if i := slices.Index([]ruleset.Protocol{ruleset.GRE, ruleset.ESP, ruleset.AH}, r.Protocol); i >= 0 {
			name = fmt.Sprint(uint16(r.Protocol))
		}
	}
	l.line(b, labelProtocol, name)
	switch {
	case r.Protocol.HasPorts():
		l.line(b, labelLocalPort, pick(r.LocalPort.IsAny(), l.Any, r.LocalPort.String()))
		l.line(b, labelRemotePort, pick(r.RemotePort.IsAny(), l.Any, r.RemotePort.String()))
	case r.ICMP != nil:
		fmt.Fprintf(b, "%38s%-8s%s\r\n", "", "Type", "Code")
		code := l.Any
		if r.ICMP.HasCode {
			code = fmt.Sprint(r.ICMP.Code)
		}
		fmt.Fprintf(b, "%38s%-8d%s\r\n", "", r.ICMP.Type, code)
	}
}

func (l Language) owner(b *strings.Builder, r netsh.Rule) {
	if r.Program != "" {
		l.line(b, labelProgram, r.Program)
	}
	if r.Service != "" {
		l.line(b, labelService, r.Service)
	}
	l.line(b, labelInterfaces, l.Any)
	l.line(b, labelSecurity, "NotRequired")
	l.line(b, labelSource, l.Local)
}
