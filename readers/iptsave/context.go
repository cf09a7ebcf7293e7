package iptsave

import (
	"strconv"
	"strings"

	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
)

// stateBits are the states of connection tracking. SNAT and DNAT are states only in iptables.
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
		case name == "SNAT": // applies only after the host has accepted the packet
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

// conntrack reads matches on connection tracking besides states.
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

// recent reads matches on lists of seen sources. The first packet of a source is on no list, and adding it always
// works.
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

// policy reads matches on the IPsec processing of a packet.
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

// rpfilter reads the match whether the route back to the source uses the same interface.
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

// set reads a match on a set of ipset.
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
