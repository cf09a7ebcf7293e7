package iptsave

import (
	"slices"

	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
)

// depends holds the modules whose result a file does not tell, with the condition of their rules. Own means that
// each rule has a condition of its own.
var depends = map[string]netfilter.Maybe{
	"limit":     {Kind: capture.Rate, Text: "open to the first packets: a rate limit", Own: true},
	"hashlimit": {Kind: capture.Rate, Text: "open to the first packets: a rate limit for each source", Own: true},
	"connlimit": {Kind: capture.Rate, Text: "open to the first connections: a limit of connections", Own: true},
	"quota":     {Kind: capture.Rate, Text: "open until a quota is used up", Own: true},
	"connbytes": {Kind: capture.Rate, Text: "depends on how much a connection has carried", Own: true},
	"time":      {Kind: capture.Time, Text: "depends on the time"},
	"mac":       {Kind: capture.Other, Text: "depends on the link address of the source"},
	"physdev":   {Kind: capture.Other, Text: "depends on the port of a bridge"},
	"socket":    {Kind: capture.Program, Text: "depends on the sockets of programs"},
	"string":    {Kind: capture.Other, Text: "depends on what packets carry"},
	"u32":       {Kind: capture.Other, Text: "depends on bytes of the packet"},
	"bpf":       {Kind: capture.Program, Text: "a program of BPF decides"},
	"cgroup":    {Kind: capture.Program, Text: "depends on the control group of a program"},
	"statistic": {Kind: capture.Other, Text: "depends on chance", Own: true},
	"length":    {Kind: capture.Other, Text: "depends on the length of the packet"},
	"dscp":      {Kind: capture.Other, Text: "depends on the DSCP, which the source chooses"},
	"tos":       {Kind: capture.Other, Text: "depends on the type of service, which the source chooses"},
	"osf":       {Kind: capture.Other, Text: "depends on the system of the source"},
	"geoip":     {Kind: capture.Set, Text: "depends on a table of countries that is not in the files"},
}

// never holds the modules that never match the first packet of a connection to the host.
var never = []string{"owner", "helper", "rt"}

// module reads the options of a module.
func (p *parser) module(name string, opts []option, words []word) {
	switch {
	case name == "comment":
		for _, o := range opts {
			p.rule.Comment = o.arg()
		}
		return
	case name == "recent":
		p.recent(opts, words)
		return
	case name == "policy":
		p.policy(opts, words)
		return
	case name == "rpfilter":
		p.rpfilter(opts, words)
		return
	case slices.Contains(never, name):
		if name == "rt" || !slices.ContainsFunc(opts, func(o option) bool { return o.not }) { // without a routing header not even "not" matches
			p.add(&netfilter.Never{})
		}
		return
	case name == "set":
		p.set(opts, words)
		return
	case name == "ah" && len(opts) == 0:
		p.is(netfilter.AuthHeader, false, 1)
		return
	}
	if m, known := depends[name]; known {
		m.Text += " (" + join(words) + ")"
		p.add(&m)
		return
	}
	if !slices.Contains([]string{"tcp", "udp", "sctp", "dccp", "udplite", "multiport", "conntrack", "state", "icmp", "icmp6", "addrtype", "iprange", "mark", "connmark", "pkttype", "hl", "ttl"}, name) {
		p.unknown(words)
		return
	}
	for _, o := range opts {
		if !p.moduleOption(name, o, opts) {
			p.unknown([]word{{text: "-m " + name + " " + o.text()}})
		}
	}
}

// moduleOption reads an option of a module that this package understands. It returns false for an unknown option.
func (p *parser) moduleOption(module string, o option, all []option) bool {
	switch o.name {
	case "--sport", "--source-port", "--dport", "--destination-port":
		f := netfilter.Dport
		if o.name[2] == 's' {
			f = netfilter.Sport
		}
		if s, ok := p.port(o, o.arg()); ok {
			p.match(f, o.not, s)
		}
	case "--sports", "--source-ports":
		p.ports(netfilter.Sport, o)
	case "--dports", "--destination-ports":
		p.ports(netfilter.Dport, o)
	case "--tcp-flags":
		p.tcpFlags(o)
	case "--syn":
		p.add(&netfilter.Match{Fields: []netfilter.Field{netfilter.TCPFlags}, Mask: netfilter.Number(0x17), Not: o.not, Set: netfilter.Values(netfilter.One(netfilter.Number(2)))})
	case "--state", "--ctstate":
		p.states(o)
	case "--icmp-type", "--icmpv6-type":
		p.icmp(o)
	case "--src-type", "--dst-type":
		p.addressType(o, all)
	case "--limit-iface-in":
	case "--src-range", "--dst-range":
		p.ranges(o)
	case "--mark":
		p.mark(module, o)
	case "--pkt-type":
		n, known := map[string]uint64{"unicast": netfilter.PacketHost, "broadcast": netfilter.PacketBroadcast, "multicast": netfilter.PacketMulticast}[o.arg()]
		if known {
			p.is(netfilter.PacketType, o.not, n)
		}
		return known
	case "--hl-eq", "--ttl-eq", "--hl-lt", "--ttl-lt", "--hl-gt", "--ttl-gt":
		return p.hopLimit(o)
	case "--ctstatus", "--ctproto", "--ctorigdst", "--ctorigdstport", "--ctorigsrc", "--ctdir":
		return p.conntrack(o)
	default:
		return false
	}
	return true
}
