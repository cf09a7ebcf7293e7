package iptsave

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
	"rolewall/ruleset"
)

// parser reads the arguments of a rule, behind the name of the chain.
type parser struct {
	*reader
	words []word
	rule  *netfilter.Rule
}

func (p *parser) add(e ...netfilter.Expr) { p.rule.Exprs = append(p.rule.Exprs, e...) }

// maybe gives the rule a condition.
func (p *parser) maybe(kind capture.Kind, text string, own bool) {
	p.add(&netfilter.Maybe{Kind: kind, Text: text, Own: own})
}

// unknown gives the rule a condition for words that this package does not know.
func (p *parser) unknown(words []word) {
	p.maybe(capture.Other, "depends on a match that rolewall does not follow ("+join(words)+")", true)
}

func join(words []word) string {
	var out []string
	for _, w := range words {
		out = append(out, w.text)
	}
	return strings.Join(out, " ")
}

// begins holds the words that begin a part of a rule.
var begins = []string{"-m", "--match", "-j", "--jump", "-g", "--goto", "-p", "--protocol", "-s", "--source", "-d", "--destination", "-i", "--in-interface", "-o", "--out-interface", "-f"}

// parse splits the words into parts and reads each. People write options in another order than iptables-save.
func (p *parser) parse() {
	start := 0
	for i := 1; i <= len(p.words); i++ {
		if i < len(p.words) && (p.words[i].quoted || !slices.Contains(begins, p.words[i].text)) {
			continue
		}
		end := i
		if i < len(p.words) && p.words[i-1].text == "!" && !p.words[i-1].quoted {
			end = i - 1 // it negates the next part
		}
		p.part(p.words[start:end])
		start = end
	}
}

func (p *parser) part(words []word) {
	if len(words) == 0 {
		return
	}
	first := words[0]
	switch {
	case first.quoted:
	case (first.text == "-m" || first.text == "--match") && len(words) > 1:
		p.module(words[1].text, options(words[2:]), words)
		return
	case slices.Contains([]string{"-j", "--jump", "-g", "--goto"}, first.text) && len(words) > 1:
		p.target(words)
		return
	case first.text == "-m", first.text == "-j", first.text == "-g":
		p.errorf(first.column, "%s needs a name", first.text)
		return
	}
	list := options(words)
	for _, o := range list {
		if !p.basic(o) && !p.moduleOption("", o, list) {
			p.unknown([]word{{text: o.text()}})
		}
	}
}

// option is an option with its arguments.
type option struct {
	name string
	not  bool
	args []word
	at   int // its column
}

func (o option) arg() string {
	if len(o.args) == 0 {
		return ""
	}
	return o.args[0].text
}

func (o option) text() string {
	text := o.name
	if o.not {
		text = "! " + text
	}
	if len(o.args) > 0 {
		text += " " + join(o.args)
	}
	return text
}

// options groups words into options. "!" comes before the option that it negates.
func options(words []word) []option {
	var out []option
	not := false
	for _, w := range words {
		switch {
		case !w.quoted && w.text == "!":
			not = true
		case !w.quoted && strings.HasPrefix(w.text, "-") && !isNegative(w.text):
			out = append(out, option{name: w.text, not: not, at: w.column})
			not = false
		case len(out) == 0:
			out = append(out, option{name: w.text, at: w.column})
		default:
			last := &out[len(out)-1]
			last.args = append(last.args, w)
		}
	}
	return out
}

func isNegative(text string) bool {
	return len(text) > 1 && text[1] >= '0' && text[1] <= '9' && text != "-4" && text != "-6"
}

// match adds a match with a set inside the rule.
func (p *parser) match(f netfilter.Field, not bool, spans ...netfilter.Span) {
	p.add(&netfilter.Match{Fields: []netfilter.Field{f}, Not: not, Set: netfilter.Values(spans...)})
}

func (p *parser) is(f netfilter.Field, not bool, n uint64) {
	p.match(f, not, netfilter.One(netfilter.Number(n)))
}

// basic reads an option that needs no module. It returns false for any other option.
func (p *parser) basic(o option) bool {
	switch o.name {
	case "-4":
		if p.ipv6 {
			p.add(&netfilter.Never{})
		}
	case "-6":
		if !p.ipv6 {
			p.add(&netfilter.Never{})
		}
	case "-p", "--protocol":
		p.headerProtocol(o)
	case "-s", "--source":
		p.addresses(netfilter.Saddr, o)
	case "-d", "--destination":
		p.addresses(netfilter.Daddr, o)
	case "-i", "--in-interface", "-o", "--out-interface":
		f := netfilter.InInterface
		if o.name == "-o" || o.name == "--out-interface" {
			f = netfilter.OutInterface
		}
		p.iface(f, o)
	case "-f":
		p.is(netfilter.FragOffset, !o.not, 0)
	case "-c":
	default:
		return false
	}
	return true
}

func (p *parser) iface(f netfilter.Field, o option) {
	name := o.arg()
	if name == "" {
		p.errorf(o.at, "%s needs the name of an interface", o.name)
		return
	}
	if start, wild := strings.CutSuffix(name, "+"); wild {
		name = start + "*"
	}
	p.add(&netfilter.Match{Fields: []netfilter.Field{f}, Not: o.not, Set: netfilter.Names(name)})
}

func (p *parser) protocol(f netfilter.Field, o option) {
	name := o.arg()
	if name == "all" || name == "0" {
		return
	}
	if n, known := netfilter.ProtocolNumber(name); known {
		p.is(f, o.not, uint64(n))
		return
	}
	if _, err := strconv.Atoi(name); err == nil {
		p.errorf(o.at, "protocol %s is outside 0-255", name)
		return
	}
	p.maybe(capture.Other, "depends on the protocol "+name+", whose number rolewall does not know", false)
}

// headerProtocol reads -p. For nf_tables the authentication header of IPv6 is a protocol. For the legacy back end
// it is a header before the protocol.
func (p *parser) headerProtocol(o option) {
	if n, _ := netfilter.ProtocolNumber(o.arg()); !p.ipv6 || ruleset.Protocol(n) != ruleset.AH || p.world == netfilter.IptablesNft {
		p.protocol(netfilter.Protocol, o)
		return
	}
	switch {
	case p.world != netfilter.IptablesLegacy:
		p.maybe(capture.Other, "depends on the back end of ip6tables: with nf_tables -p ah is an authentication header, with the legacy one it is nothing", true)
	case !o.not:
		p.add(&netfilter.Never{})
	}
}

// addresses reads a list of addresses, prefixes and masks.
func (p *parser) addresses(f netfilter.Field, o option) {
	var spans []netfilter.Span
	for a := range strings.SplitSeq(o.arg(), ",") {
		s, ok := p.prefix(a)
		if !ok {
			p.errorf(o.at, "%q is not an %s address or prefix", a, p.familyName())
			return
		}
		if s == nil { // a mask whose ones are not together
			p.unknown([]word{{text: o.text()}})
			return
		}
		spans = append(spans, *s)
	}
	p.match(f, o.not, spans...)
}

func (p *parser) familyName() string {
	if p.ipv6 {
		return "IPv6"
	}
	return "IPv4"
}

// prefix reads an address, a prefix, or an address with a mask. It returns nil for a mask whose ones are not
// together.
func (p *parser) prefix(text string) (*netfilter.Span, bool) {
	addr, mask, hasMask := strings.Cut(text, "/")
	a, err := netip.ParseAddr(addr)
	if err != nil || a.Is4() == p.ipv6 || a.Zone() != "" {
		return nil, false
	}
	if a.Is4In6() {
		a = netip.AddrFrom16(a.As16())
	}
	bits := a.BitLen()
	if hasMask {
		if m, err := netip.ParseAddr(mask); err == nil && m.Is4() == a.Is4() {
			n, whole := maskBits(m)
			if !whole {
				return nil, true
			}
			bits = n
		} else if n, err := strconv.Atoi(mask); err == nil && n >= 0 && n <= bits {
			bits = n
		} else {
			return nil, false
		}
	}
	s := netfilter.PrefixSpan(netip.PrefixFrom(a, bits))
	return &s, true
}

// maskBits returns the number of ones in a mask. It returns false if the ones are not together.
func maskBits(m netip.Addr) (int, bool) {
	n, ended := 0, false
	for _, b := range m.AsSlice() {
		for bit := 7; bit >= 0; bit-- {
			switch one := b>>bit&1 == 1; {
			case one && ended:
				return 0, false
			case one:
				n++
			default:
				ended = true
			}
		}
	}
	return n, true
}

// port reads "22", "a:b", ":b", "a:".
func (p *parser) port(o option, text string) (netfilter.Span, bool) {
	first, last, isRange := strings.Cut(text, ":")
	a, b := uint64(0), uint64(65535)
	var err1, err2 error
	if first != "" || !isRange {
		a, err1 = portNumber(first)
	}
	switch {
	case !isRange:
		b = a
	case last != "":
		b, err2 = portNumber(last)
	}
	if err1 != nil || err2 != nil || b < a {
		p.errorf(o.at, "%q is not a port or a range of ports from 0 to 65535", text)
		return netfilter.Span{}, false
	}
	return netfilter.Span{First: netfilter.Number(a), Last: netfilter.Number(b)}, true
}

func portNumber(text string) (uint64, error) {
	if n, known := serviceNames[text]; known {
		return n, nil
	}
	return strconv.ParseUint(text, 10, 16)
}

// serviceNames are names that people write in their own files. iptables-save writes numbers.
var serviceNames = map[string]uint64{"ssh": 22, "domain": 53, "http": 80, "https": 443, "ntp": 123, "smtp": 25, "ftp": 21}
