package iptsave

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/readers/netfilter"
)

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
	if bits[0] == 0 { // no flag is compared
		m = nil
		if bits[1] != 0 != o.not {
			p.add(&netfilter.Never{})
		}
	}
	if m != nil {
		p.add(m)
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
