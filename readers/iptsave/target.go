package iptsave

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/readers/netfilter"
)

// idle holds the targets that do not change whether a packet reaches the host.
var idle = []string{
	"LOG", "NFLOG", "ULOG", "TCPMSS", "TCPOPTSTRIP", "AUDIT", "TRACE", "CHECKSUM", "DSCP", "TOS", "ECN", "CLASSIFY", "SECMARK", "CONNSECMARK", "RATEEST",
	"TEE", "IDLETIMER", "LED", "HL", "TTL", "SNAT", "MASQUERADE",
}

// target reads -j or -g with its options.
func (p *parser) target(words []word) {
	name, opts := words[1].text, options(words[2:])
	if p.table.Chain(name) != nil {
		kind := netfilter.Jump
		if words[0].text == "-g" || words[0].text == "--goto" {
			kind = netfilter.Goto
		}
		p.add(&netfilter.Verdict{Kind: kind, Chain: name})
		return
	}
	switch name {
	case "ACCEPT":
		p.add(&netfilter.Verdict{Kind: netfilter.Accept})
	case "DROP", "REJECT", "TARPIT":
		p.add(&netfilter.Verdict{Kind: netfilter.Drop})
	case "RETURN":
		p.add(&netfilter.Verdict{Kind: netfilter.Return})
	case "QUEUE", "NFQUEUE":
		p.add(&netfilter.Verdict{Kind: netfilter.Queue, Why: "a program decides (" + join(words) + ")"})
	case "SYNPROXY", "TPROXY":
		p.add(&netfilter.Verdict{Kind: netfilter.Queue, Why: "a proxy answers (" + join(words) + ")"})
	case "NOTRACK":
		p.add(&netfilter.Notrack{})
	case "CT":
		if slices.ContainsFunc(opts, func(o option) bool { return o.name == "--notrack" }) {
			p.add(&netfilter.Notrack{})
		}
	case "MARK":
		p.setMark(opts, words)
	case "CONNMARK":
		p.setConnMark(opts, words)
	case "DNAT", "REDIRECT", "NETMAP":
		p.nat(name, opts, words)
	case "SET":
		for _, o := range opts {
			if o.name == "--add-set" || o.name == "--del-set" {
				p.add(&netfilter.Fill{Set: o.arg(), Ipset: true})
			}
		}
	default:
		if slices.Contains(idle, name) {
			if name == "SNAT" || name == "MASQUERADE" { // they end the evaluation of the nat table
				p.add(&netfilter.Verdict{Kind: netfilter.Accept})
			}
			return
		}
		if strings.ToUpper(name) != name {
			p.errorf(words[1].column, "there is no target and no chain %q in table %s", name, p.table.Name)
			return
		}
		p.add(&netfilter.Verdict{Kind: netfilter.Undecided, Why: "depends on a target that rolewall does not follow (" + join(words) + ")"})
	}
}

// setMark reads the forms in which iptables sets marks.
func (p *parser) setMark(opts []option, words []word) {
	for _, o := range opts {
		value, mask, err := markOf(o.arg())
		if err != nil {
			p.errorf(o.at, "%q is not a mark of 32 bits", o.arg())
			return
		}
		s := &netfilter.SetMark{Mask: mask, Value: value}
		switch o.name {
		case "--set-xmark":
		case "--set-mark":
			s.Mask = mask | value
		case "--and-mark":
			s.Mask, s.Value = ^value, 0
		case "--or-mark":
			s.Mask = value
		case "--xor-mark":
			s.Mask = 0
		default:
			s = &netfilter.SetMark{Unknown: true}
		}
		p.add(s)
	}
}

// setConnMark reads options that copy marks between packets and connections.
func (p *parser) setConnMark(opts []option, words []word) {
	s := &netfilter.SetMark{Connection: true, Mask: ^uint32(0)}
	masks := [2]uint64{1<<32 - 1, 1<<32 - 1}
	for _, o := range opts {
		switch o.name {
		case "--save-mark":
			s.Copy = true
		case "--restore-mark":
			s.Copy, s.Connection = true, false
		case "--nfmask", "--ctmask":
			n, err := strconv.ParseUint(o.arg(), 0, 32)
			if err != nil {
				p.errorf(o.at, "%q is not a mask of 32 bits", o.arg())
				return
			}
			masks[map[string]int{"--nfmask": 0, "--ctmask": 1}[o.name]] = n
		case "--set-xmark", "--set-mark", "--mask":
			value, mask, err := markOf(o.arg())
			if err != nil {
				p.errorf(o.at, "%q is not a mark of 32 bits", o.arg())
				return
			}
			s.Value, s.Mask = value, mask
		default:
			s.Unknown = true
		}
	}
	if s.Copy && masks[0] != masks[1] {
		s = &netfilter.SetMark{Connection: s.Connection, Unknown: true}
	} else if s.Copy {
		s.Mask = uint32(masks[0])
	}
	p.add(s)
}

// nat reads the new destination of a connection.
func (p *parser) nat(name string, opts []option, words []word) {
	n := &netfilter.NAT{Redirect: name == "REDIRECT"}
	for _, o := range opts {
		ok := true
		switch o.name {
		case "--to-destination":
			ok = p.destination(n, o.arg())
		case "--to-ports":
			n.First, n.Last, ok = portRange(o.arg())
		case "--random", "--persistent":
		default:
			n.Unknown = "depends on where the packet is led to (" + join(words) + ")"
		}
		if !ok {
			p.errorf(o.at, "%q is not a destination with ports from 0 to 65535", o.arg())
			return
		}
	}
	if name == "NETMAP" {
		n.Unknown = "depends on where the packet is led to (" + join(words) + ")"
	}
	p.add(n)
}

// destination reads "10.9.0.7:22", "10.9.0.7-10.9.0.9:1-5", "[fd00::7]:22", ":22".
func (p *parser) destination(n *netfilter.NAT, text string) bool {
	address, ports := text, ""
	if p.ipv6 {
		if rest, found := strings.CutPrefix(text, "["); found {
			address, ports, _ = strings.Cut(rest, "]")
			ports = strings.TrimPrefix(ports, ":")
		}
	} else {
		address, ports, _ = strings.Cut(text, ":")
	}
	if ports != "" {
		var ok bool
		ports, _, _ = strings.Cut(ports, "/") // removes the base of shifted ranges
		if n.First, n.Last, ok = portRange(ports); !ok {
			return false
		}
	}
	if address == "" {
		return true
	}
	first, last, isRange := strings.Cut(address, "-")
	if !isRange {
		last = first
	}
	a, err1 := netip.ParseAddr(strings.Trim(first, "[]"))
	b, err2 := netip.ParseAddr(strings.Trim(last, "[]"))
	if err1 != nil || err2 != nil || a.Is4() == p.ipv6 || b.Is4() == p.ipv6 {
		return false
	}
	n.Address = []netfilter.Span{{First: netfilter.Address(a), Last: netfilter.Address(b)}}
	return true
}

func portRange(text string) (first, last uint16, ok bool) {
	a, b, isRange := strings.Cut(text, "-")
	if !isRange {
		b = a
	}
	x, err1 := strconv.ParseUint(a, 10, 16)
	y, err2 := strconv.ParseUint(b, 10, 16)
	return uint16(x), uint16(y), err1 == nil && err2 == nil && x <= y
}
