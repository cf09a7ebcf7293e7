// Package targettest holds what the tests of the targets share: sample rule sets, hostile texts, and programs that read
// scripts. Only tests import it.
package targettest

import (
	"fmt"
	"net/netip"
	"strings"

	"rolewall/ruleset"
)

// LinuxRule is a request of a role for one kind of traffic.
func LinuxRule(p ruleset.Protocol, ports, app, service string, from ruleset.Sources) *ruleset.Rule {
	r := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: p}, Remote: from, Reasons: []ruleset.Reason{{
		Role: "domain-controller", Service: service, App: app, Audience: ruleset.Clients,
		Networks: from.Names(), Source: "KB-2023",
	}}}
	if ports != "" {
		set, err := ruleset.ParsePorts(ports)
		if err != nil {
			panic(err)
		}
		r.Ports = set
	}
	return r
}

// Network returns the sources of one named network.
func Network(name string, prefixes ...string) ruleset.Sources {
	set := ruleset.AddressSet{Name: name}
	for _, p := range prefixes {
		set.Prefixes = append(set.Prefixes, netip.MustParsePrefix(p))
	}
	return ruleset.NewSources(set)
}

// LinuxSet returns a rule set of the given requests on a host with both families.
func LinuxSet(requests ...*ruleset.Rule) *ruleset.RuleSet {
	return &ruleset.RuleSet{
		Host: "dc1", OS: ruleset.Linux, Roles: []string{"domain-controller"},
		RPC:      ruleset.RPC{Mode: ruleset.RPCDynamic, Ranges: []ruleset.PortRange{{First: 49152, Last: 65535}}},
		Families: ruleset.Families{IPv4: true, IPv6: true}, Inbound: ruleset.Merge(requests),
	}
}

// ManySources returns a rule set that opens a port to each of n networks. The first network holds all others.
func ManySources(n int) *ruleset.RuleSet {
	requests := []*ruleset.Rule{LinuxRule(ruleset.TCP, "22", "SSH", "ssh", Network("all", "10.0.0.0/8", "fd00::/8"))}
	for i := 1; i < n; i++ {
		from := Network(fmt.Sprintf("net-%d", i), fmt.Sprintf("10.0.%d.0/24", i), fmt.Sprintf("fd00:%x::/32", i))
		requests = append(requests, LinuxRule(ruleset.TCP, fmt.Sprint(1000+i), "App", "service", from))
	}
	return LinuxSet(requests...)
}

// LinuxSample returns a rule set with everything that a Linux target can express.
func LinuxSample() *ruleset.RuleSet {
	anyone, office := ruleset.Anyone(), Network("office", "10.20.0.0/16", "fd00:20::/48")
	branch := Network("branch", "10.30.0.0/16", "10.40.0.0/24").Union(office)
	six := Network("lab", "fd00:77::/48")
	scanner := Network("10.3.0.7/32", "10.3.0.7/32")
	exception := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.AnyProtocol}, Remote: scanner, Reasons: []ruleset.Reason{{
		Networks: []string{"10.3.0.7/32"}, At: "hosts.dc1",
		Allow: &ruleset.Allow{Reason: `x" ; accept comment "y`, Owner: "secops", Expires: "2027-03-31"},
	}}}
	rpc := LinuxRule(ruleset.TCP, "49152-65535", "RPC", "LSASS", office)
	rpc.RPC = ruleset.Dynamic
	ping := LinuxRule(ruleset.ICMP, "", "Ping", "ping", office)
	ping.ICMP = []ruleset.ICMPType{{Type: 13}, {Type: 3, Code: 4, HasCode: true}}
	info := LinuxRule(ruleset.ICMPv6, "", "Node information", "ping", office)
	info.ICMP = []ruleset.ICMPType{{Type: 139}}
	decrypted := LinuxRule(ruleset.UDP, "1701", "L2TP", "RemoteAccess", anyone)
	decrypted.IPsecOnly = true
	return LinuxSet(
		LinuxRule(ruleset.TCP, "53", "DNS", "DNS", anyone), LinuxRule(ruleset.UDP, "53", "DNS", "DNS", anyone),
		LinuxRule(ruleset.TCP, "88", "Kerberos", "kdc", office), LinuxRule(ruleset.UDP, "88", "Kerberos", "kdc", office),
		LinuxRule(ruleset.TCP, "135", "RPC", "RpcSs", office), LinuxRule(ruleset.TCP, "389", "LDAP", "LSASS", office),
		LinuxRule(ruleset.TCP, "3268-3269", "Global catalog", "LSASS", office), rpc,
		LinuxRule(ruleset.TCP, "50000", "Portal", "PortalApi", office),
		LinuxRule(ruleset.UDP, "137", "NetBIOS names", "LSASS", branch), LinuxRule(ruleset.UDP, "138", "NetBIOS datagrams", "LSASS", branch),
		LinuxRule(ruleset.TCP, "5985", "WinRM", "WinRM", six),
		LinuxRule(ruleset.GRE, "", "GRE", "RemoteAccess", office), LinuxRule(ruleset.AH, "", "AH", "RemoteAccess", anyone),
		decrypted,
		ping, info, exception,
		Narrowed(LinuxRule(ruleset.UDP, "67", "DHCP for guests", "dnsmasq", anyone), ruleset.Qualifiers{Interfaces: []string{"docker0", "virbr*"}}),
		Narrowed(LinuxRule(ruleset.UDP, "1-65535", "Answers", "wsd", office), ruleset.Qualifiers{FromPorts: ruleset.Ports{{First: 1900, Last: 1900}, {First: 3702, Last: 3702}}}),
		Narrowed(LinuxRule(ruleset.TCP, "22", "SSH", "ssh", anyone), ruleset.Qualifiers{Limit: ruleset.Limit{Count: 10, Unit: "minute"}}),
	)
}

// WindowsRule is a request of a role.
func WindowsRule(p ruleset.Protocol, ports, app, service string, l ruleset.Listener, from ruleset.Sources) *ruleset.Rule {
	r := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: p}, Remote: from, Listener: l, Reasons: []ruleset.Reason{{
		Role: "domain-controller", Service: service, App: app, Audience: ruleset.Clients, Networks: from.Names(), Source: "KB-2023",
	}}}
	if ports != "" {
		set, err := ruleset.ParsePorts(ports)
		if err != nil {
			panic(err)
		}
		r.Ports = set
	}
	return r
}

// Narrowed sets the qualifiers of a request.
func Narrowed(r *ruleset.Rule, q ruleset.Qualifiers) *ruleset.Rule {
	r.Qualifiers = q
	return r
}

// WithRPC sets the RPC kind of a request.
func WithRPC(kind ruleset.RPCKind, r *ruleset.Rule) *ruleset.Rule {
	r.RPC = kind
	return r
}

// WithICMP adds ICMP types to a request.
func WithICMP(r *ruleset.Rule, types ...string) *ruleset.Rule {
	for _, t := range types {
		typ, err := ruleset.ParseICMPType(t)
		if err != nil {
			panic(err)
		}
		r.ICMP = append(r.ICMP, typ)
	}
	return r
}

// Owners of sockets.
var (
	Lsass   = ruleset.Listener{Program: `%SystemRoot%\System32\lsass.exe`}
	Rpcss   = ruleset.Listener{Program: `%SystemRoot%\System32\svchost.exe`, Service: "RpcSs"}
	Spooler = ruleset.Listener{Program: `%SystemRoot%\System32\spoolsv.exe`, Service: "Spooler"}
	Kernel  = ruleset.Listener{Program: "System"}
)

// WindowsSet returns a rule set of these requests for the edition, with its families.
func WindowsSet(os ruleset.OS, requests ...*ruleset.Rule) *ruleset.RuleSet {
	return &ruleset.RuleSet{
		Host: "dc1", OS: os, Roles: []string{"domain-controller"}, Families: os.Families(),
		RPC:     ruleset.RPC{Mode: ruleset.RPCDynamic, Ranges: []ruleset.PortRange{os.DynamicRange()}},
		Inbound: ruleset.Merge(requests),
	}
}

// Office is a network with an address in each family.
var Office = Network("office", "10.20.0.0/16", "fd00:20::/48")

// Hostile is free text that tries to be a command.
var Hostile = []string{
	`x" & del C:\ & rem "`, "%PATH% %~f0 %1 %%p", "a ^", "a | b > c < d", "!LINE! ^!", "two\r\nlines", `ends in \`,
	strings.Repeat("long ", 80), "Серверная Иванова", "=,;()[]{}", "/? what is this", "name=all dir=out", "@HOST@", "",
}

// HostileTexts try to end the comment around them. The last ones end a here-document and a line of it.
var HostileTexts = []string{
	`x" ; accept comment "y`,
	"one\n\t\ttcp dport 1-65535 accept\n",
	"one\r-A ROLEWALL-IN -j ACCEPT",
	"%PATH% & del & ^",
	"$(reboot) `reboot` ${x}",
	strings.Repeat("long ", 80),
	"сканер уязвимостей",
	"ends in a backslash \\",
	"} } flush ruleset",
	"\nRULES\ntouch /tmp/rolewall-broke-out\n",
	"\u2028-A ROLEWALL-IN -j ACCEPT",
	"\x00 and \xff",
}

// FrontMatter is a front matter with all capabilities.
const FrontMatter = `+++
title = "trial"
file = "trial.txt"
comment = "# "
port_ranges = true
ipv4 = true
ipv6 = true
sources = true
protocols = true
any_protocol = true
icmp_types = true
icmp_codes = true
listener = true
outbound = true
+++
`
