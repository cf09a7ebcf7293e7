package iptsave

import (
	"slices"
	"strconv"
	"strings"

	"net/netip"

	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
)

// depends are the modules whose outcome a file does not tell, with what their rules depend on. Own says that each rule counts
// for itself.
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

// never are the modules that the first packet of a connection to the host does not satisfy.
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
		if !slices.ContainsFunc(opts, func(o option) bool { return o.not }) {
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

// moduleOption reads an option of a module that is followed. It reports whether the option is known.
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

func (p *parser) ports(f netfilter.Field, o option) {
	var spans []netfilter.Span
	for text := range strings.SplitSeq(o.arg(), ",") {
		s, ok := p.port(o, text)
		if !ok {
			return
		}
		spans = append(spans, s)
	}
	p.match(f, o.not, spans...)
}

// flagBits are the flags of TCP.
var flagBits = map[string]uint64{"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ALL": 63, "NONE": 0}

func (p *parser) tcpFlags(o option) {
	if len(o.args) != 2 {
		p.errorf(o.at, "--tcp-flags needs the flags to look at and those that are set")
		return
	}
	var bits [2]uint64
	for i, a := range o.args {
		for name := range strings.SplitSeq(a.text, ",") {
			n, known := flagBits[name]
			if !known {
				p.errorf(a.column, "TCP has no flag %q", name)
				return
			}
			bits[i] |= n
		}
	}
	m := &netfilter.Match{Fields: []netfilter.Field{netfilter.TCPFlags}, Mask: netfilter.Number(bits[0]), Not: o.not, Set: netfilter.Values(netfilter.One(netfilter.Number(bits[1])))}
	if bits[0] == 0 { // no flag is looked at
		m = nil
		if bits[1] != 0 != o.not {
			p.add(&netfilter.Never{})
		}
	}
	if m != nil {
		p.add(m)
	}
}

// stateBits are the states of connection tracking. SNAT and DNAT are states to iptables alone.
var stateBits = map[string]uint64{
	"INVALID": netfilter.StateInvalid, "ESTABLISHED": netfilter.StateEstablished, "RELATED": netfilter.StateRelated,
	"NEW": netfilter.StateNew, "UNTRACKED": netfilter.StateUntracked,
}

func (p *parser) states(o option) {
	var spans []netfilter.Span
	dnat, others := false, false
	for name := range strings.SplitSeq(o.arg(), ",") {
		switch n, known := stateBits[name]; {
		case known:
			spans = append(spans, netfilter.One(netfilter.Number(n)))
			others = true
		case name == "DNAT":
			dnat = true
		case name == "SNAT": // comes after the host has judged the packet
			others = true
		default:
			p.errorf(o.at, "connection tracking has no state %q", name)
			return
		}
	}
	switch {
	case dnat && others:
		p.unknown([]word{{text: o.text()}})
	case dnat:
		p.add(&netfilter.Match{Fields: []netfilter.Field{netfilter.CtStatus}, Any: true, Not: o.not, Set: netfilter.Values(netfilter.One(netfilter.Number(netfilter.StatusDNAT)))})
	default:
		p.match(netfilter.CtState, o.not, spans...)
	}
}

func (p *parser) icmp(o option) {
	text := o.arg()
	if text == "any" || text == "255" && o.name == "--icmp-type" {
		return
	}
	typ, code, hasCode := strings.Cut(text, "/")
	t, err := strconv.ParseUint(typ, 10, 8)
	c, err2 := uint64(0), error(nil)
	if hasCode {
		c, err2 = strconv.ParseUint(code, 10, 8)
	}
	if err != nil || err2 != nil {
		p.errorf(o.at, "%q is not a type of ICMP from 0 to 255, or a type and code such as 3/4", text)
		return
	}
	if !hasCode {
		p.is(netfilter.ICMPType, o.not, t)
		return
	}
	if o.not {
		p.add(&netfilter.Match{Fields: []netfilter.Field{netfilter.ICMPType, netfilter.ICMPCode}, Not: true,
			Set: &netfilter.Set{Elements: []netfilter.Element{{Key: []netfilter.Key{{Span: netfilter.One(netfilter.Number(t))}, {Span: netfilter.One(netfilter.Number(c))}}}}}})
		return
	}
	p.is(netfilter.ICMPType, false, t)
	p.is(netfilter.ICMPCode, false, c)
}

// addressTypes are the kinds of addresses.
var addressTypes = map[string]uint64{
	"UNSPEC": netfilter.TypeUnspec, "UNICAST": netfilter.TypeUnicast, "LOCAL": netfilter.TypeLocal, "BROADCAST": netfilter.TypeBroadcast,
	"ANYCAST": netfilter.TypeAnycast, "MULTICAST": netfilter.TypeMulticast, "BLACKHOLE": netfilter.TypeOther, "UNREACHABLE": netfilter.TypeOther,
	"PROHIBIT": netfilter.TypeOther, "THROW": netfilter.TypeOther, "NAT": netfilter.TypeOther, "XRESOLVE": netfilter.TypeOther,
}

func (p *parser) addressType(o option, all []option) {
	f := netfilter.DaddrType
	switch {
	case o.name == "--src-type":
		f = netfilter.SaddrType
	case slices.ContainsFunc(all, func(x option) bool { return x.name == "--limit-iface-in" }):
		f = netfilter.DaddrTypeIn
	}
	var spans []netfilter.Span
	for name := range strings.SplitSeq(o.arg(), ",") {
		n, known := addressTypes[name]
		if !known {
			p.errorf(o.at, "%q is not a type of addresses", name)
			return
		}
		spans = append(spans, netfilter.One(netfilter.Number(n)))
	}
	p.match(f, o.not, spans...)
}

func (p *parser) ranges(o option) {
	f := netfilter.Saddr
	if o.name == "--dst-range" {
		f = netfilter.Daddr
	}
	first, last, isRange := strings.Cut(o.arg(), "-")
	if !isRange {
		last = first
	}
	a, err1 := netip.ParseAddr(first)
	b, err2 := netip.ParseAddr(last)
	if err1 != nil || err2 != nil || a.Is4() == p.ipv6 || b.Is4() == p.ipv6 || b.Less(a) {
		p.errorf(o.at, "%q is not a range of %s addresses", o.arg(), p.familyName())
		return
	}
	p.match(f, o.not, netfilter.Span{First: netfilter.Address(a), Last: netfilter.Address(b)})
}

func (p *parser) mark(module string, o option) {
	f := netfilter.PacketMark
	if module == "connmark" {
		f = netfilter.ConnMark
	}
	value, mask, err := markOf(o.arg())
	if err != nil {
		p.errorf(o.at, "%q is not a mark of 32 bits", o.arg())
		return
	}
	m := &netfilter.Match{Fields: []netfilter.Field{f}, Not: o.not, Set: netfilter.Values(netfilter.One(netfilter.Number(uint64(value))))}
	if mask != ^uint32(0) {
		m.Mask = netfilter.Number(uint64(mask))
	}
	p.add(m)
}

// markOf reads "0x1", "0x1/0xff".
func markOf(text string) (value, mask uint32, err error) {
	v, m, hasMask := strings.Cut(text, "/")
	a, err := strconv.ParseUint(v, 0, 32)
	b := uint64(1<<32 - 1)
	if err == nil && hasMask {
		b, err = strconv.ParseUint(m, 0, 32)
	}
	return uint32(a), uint32(b), err
}

func (p *parser) hopLimit(o option) bool {
	n, err := strconv.ParseUint(o.arg(), 10, 8)
	if err != nil {
		return false
	}
	s := netfilter.One(netfilter.Number(n))
	switch {
	case strings.HasSuffix(o.name, "-lt") && n > 0:
		s = netfilter.Span{Last: netfilter.Number(n - 1)}
	case strings.HasSuffix(o.name, "-gt"):
		s = netfilter.Span{First: netfilter.Number(n + 1), Last: netfilter.Number(255)}
	}
	p.match(netfilter.HopLimit, o.not, s)
	return true
}

// conntrack reads what connection tracking knows beside states.
func (p *parser) conntrack(o option) bool {
	switch o.name {
	case "--ctproto":
		p.protocol(netfilter.Protocol, o)
	case "--ctorigdst":
		p.addresses(netfilter.CtOrigDaddr, o)
	case "--ctorigsrc":
		p.addresses(netfilter.Saddr, o)
	case "--ctorigdstport":
		if s, ok := p.port(o, o.arg()); ok {
			p.match(netfilter.CtOrigDport, o.not, s)
		}
	case "--ctdir":
		p.is(netfilter.CtDirection, o.not, map[string]uint64{"REPLY": 1}[o.arg()])
	case "--ctstatus":
		bits := uint64(0)
		for name := range strings.SplitSeq(o.arg(), ",") {
			n, known := map[string]uint64{"NONE": 0, "EXPECTED": 1, "SEEN_REPLY": 2, "ASSURED": 4, "CONFIRMED": 8}[name]
			if !known {
				return false
			}
			bits |= n
		}
		if bits == 0 {
			return false
		}
		p.add(&netfilter.Match{Fields: []netfilter.Field{netfilter.CtStatus}, Any: true, Not: o.not, Set: netfilter.Values(netfilter.One(netfilter.Number(bits)))})
	}
	return true
}

// recent reads lists of sources that were seen. The first packet of a source is on none, and to be put on one always works.
func (p *parser) recent(opts []option, words []word) {
	for _, o := range opts {
		switch o.name {
		case "--set":
			if o.not {
				p.add(&netfilter.Never{})
			}
			return
		case "--rcheck", "--update", "--remove":
			p.maybe(capture.Rate, "depends on what the source sent before ("+join(words)+")", true)
			return
		}
	}
	p.unknown(words)
}

// policy reads what IPsec did to the packet.
func (p *parser) policy(opts []option, words []word) {
	in, tunnel, told, more := false, false, false, false
	for _, o := range opts {
		switch o.name {
		case "--dir":
			in = o.arg() == "in"
		case "--pol":
			told, tunnel = true, o.arg() == "ipsec" != o.not
		default:
			more = true
		}
	}
	if !in || !told {
		p.unknown(words)
		return
	}
	n := uint64(0)
	if tunnel {
		n = 1
	}
	p.is(netfilter.IPsecIn, false, n)
	if more {
		p.maybe(capture.Peer, "depends on the IPsec policy by which the packet came ("+join(words)+")", false)
	}
}

// rpfilter asks whether the way back to the source leads out of the interface.
func (p *parser) rpfilter(opts []option, words []word) {
	invert := false
	for _, o := range opts {
		switch o.name {
		case "--invert":
			invert = true
		case "--validmark":
		default:
			p.maybe(capture.Route, "depends on the route back to the source ("+join(words)+")", false)
			return
		}
	}
	p.is(netfilter.RPFilter, invert, 1)
}

// set asks a set of ipset.
func (p *parser) set(opts []option, words []word) {
	m := &netfilter.MatchIpset{}
	for _, o := range opts {
		if o.name == "--match-set" && len(o.args) == 2 {
			m.Name, m.Not = o.args[0].text, o.not
			m.Directions = strings.Split(o.args[1].text, ",")
		} else {
			m.Rest = join(words)
		}
	}
	if m.Name == "" {
		p.unknown(words)
		return
	}
	p.add(m)
}
