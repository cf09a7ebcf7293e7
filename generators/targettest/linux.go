package generators

import (
	"net/netip"

	"rolewall/ruleset"
)

// linuxRule is a request of a role for one kind of traffic.
func linuxRule(p ruleset.Protocol, ports, app, service string, from ruleset.Sources) *ruleset.Rule {
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

func linuxSources(name string, prefixes ...string) ruleset.Sources {
	set := ruleset.AddressSet{Name: name}
	for _, p := range prefixes {
		set.Prefixes = append(set.Prefixes, netip.MustParsePrefix(p))
	}
	return ruleset.NewSources(set)
}

// linuxSet is a rule set of the given requests on a host that speaks both families.
func linuxSet(requests ...*ruleset.Rule) *ruleset.RuleSet {
	return &ruleset.RuleSet{
		Host: "dc1", OS: ruleset.Linux, Roles: []string{"domain-controller"},
		RPC:      ruleset.RPC{Mode: ruleset.RPCDynamic, Ranges: []ruleset.PortRange{{First: 49152, Last: 65535}}},
		Families: ruleset.Families{IPv4: true, IPv6: true}, Inbound: ruleset.Merge(requests),
	}
}

// linuxSample has everything that a Linux target can be asked to say.
func linuxSample() *ruleset.RuleSet {
	anyone, office := ruleset.Anyone(), linuxSources("office", "10.20.0.0/16", "fd00:20::/48")
	branch := linuxSources("branch", "10.30.0.0/16", "10.40.0.0/24").Union(office)
	six := linuxSources("lab", "fd00:77::/48")
	scanner := linuxSources("10.3.0.7/32", "10.3.0.7/32")
	exception := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.AnyProtocol}, Remote: scanner, Reasons: []ruleset.Reason{{
		Networks: []string{"10.3.0.7/32"}, At: "hosts.dc1",
		Allow: &ruleset.Allow{Reason: `x" ; accept comment "y`, Owner: "secops", Expires: "2027-03-31"},
	}}}
	rpc := linuxRule(ruleset.TCP, "49152-65535", "RPC", "LSASS", office)
	rpc.RPC = ruleset.Dynamic
	ping := linuxRule(ruleset.ICMP, "", "Ping", "ping", office)
	ping.ICMP = []ruleset.ICMPType{{Type: 13}, {Type: 3, Code: 4, HasCode: true}}
	info := linuxRule(ruleset.ICMPv6, "", "Node information", "ping", office)
	info.ICMP = []ruleset.ICMPType{{Type: 139}}
	decrypted := linuxRule(ruleset.UDP, "1701", "L2TP", "RemoteAccess", anyone)
	decrypted.IPsecOnly = true
	return linuxSet(
		linuxRule(ruleset.TCP, "53", "DNS", "DNS", anyone), linuxRule(ruleset.UDP, "53", "DNS", "DNS", anyone),
		linuxRule(ruleset.TCP, "88", "Kerberos", "kdc", office), linuxRule(ruleset.UDP, "88", "Kerberos", "kdc", office),
		linuxRule(ruleset.TCP, "135", "RPC", "RpcSs", office), linuxRule(ruleset.TCP, "389", "LDAP", "LSASS", office),
		linuxRule(ruleset.TCP, "3268-3269", "Global catalog", "LSASS", office), rpc,
		linuxRule(ruleset.TCP, "50000", "Portal", "PortalApi", office),
		linuxRule(ruleset.UDP, "137", "NetBIOS names", "LSASS", branch), linuxRule(ruleset.UDP, "138", "NetBIOS datagrams", "LSASS", branch),
		linuxRule(ruleset.TCP, "5985", "WinRM", "WinRM", six),
		linuxRule(ruleset.GRE, "", "GRE", "RemoteAccess", office), linuxRule(ruleset.AH, "", "AH", "RemoteAccess", anyone),
		decrypted,
		ping, info, exception,
	)
}
