package rulesetjson

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// LineView is a part of a rule that a simple language can write in one line.
type LineView struct {
	Family   string     // "ipv4" or "ipv6"
	Protocol string     // as in the rule
	Number   string     // IANA number of the protocol; empty for any
	From     SenderView // the only source of the line
	Ports    []PortView // at most max_ports; empty if the protocol has none
	PortList string     // Ports joined by commas
	First    string     // the lowest of Ports; empty if there are none
	Last     string     // the highest of Ports; empty if there are none
	Type     string     // ICMP type; empty for other protocols
	Code     string     // ICMP code; empty for all codes
}

// SenderView is one prefix of the sources, or anyone.
type SenderView struct {
	Prefix  string // "10.20.0.0/16"; "any" for anyone
	Anyone  bool   // every address is a source
	Single  bool   // the prefix is one address
	Address string // "10.20.0.0"; empty for anyone
	Length  int    // 16; 0 for anyone

	prefix netip.Prefix
}

// PortView is a port or a range.
type PortView struct {
	Text        string // "445", "49152-65535"
	First, Last int    // equal for a single port
	Range       bool   // whether First and Last differ
}

// Number returns the protocol's IANA number; empty for any.
func (r RuleView) Number() string {
	if r.rule.Protocol == ruleset.AnyProtocol {
		return ""
	}
	return strconv.Itoa(int(r.rule.Protocol))
}

// Label returns the first 8 digits of the ID, for comments; the whole ID if another rule of the host
// begins with the same digits.
func (r RuleView) Label() string { return strings.Join(r.rule.Labels(), " ") }

// PortList returns the ports joined by commas: "80,443,49152-65535".
func (r RuleView) PortList() string { return r.rule.Ports.String() }

// Ranges returns the ports with their bounds.
func (r RuleView) Ranges() []PortView {
	out := make([]PortView, len(r.rule.Ports))
	for i, p := range r.rule.Ports {
		out[i] = PortView{p.String(), int(p.First), int(p.Last), p.First != p.Last}
	}
	return out
}

// PortParts returns the ports split into lists of at most max_ports, each joined by commas; none if the protocol
// has no ports.
func (r RuleView) PortParts() []string {
	var out []string
	for _, part := range r.portParts() {
		out = append(out, portList(part))
	}
	return out
}

// Senders returns the prefixes of all address sets: the smallest list that covers all addresses, in the families
// in which the rule opens something; one element for anyone.
func (r RuleView) Senders() []SenderView {
	if r.rule.Remote.IsAnyone() {
		return []SenderView{{Prefix: "any", Anyone: true}}
	}
	var out []SenderView
	for _, p := range r.rule.Remote.Prefixes() {
		if p.Addr().Is4() && r.families.IPv4 || !p.Addr().Is4() && r.families.IPv6 {
			out = append(out, newSenderView(p))
		}
	}
	return out
}

// Lines splits the rule: a line has one address family, one source, at most max_ports ports and ranges, and one
// ICMP type. Together the lines allow exactly what the rule allows.
func (r RuleView) Lines() []LineView {
	var out []LineView
	sources, matches := r.Senders(), r.matches()
	for _, family := range r.families.Names() {
		for _, from := range sources {
			if !from.Anyone && from.prefix.Addr().Is4() != (family == "ipv4") {
				continue
			}
			for _, line := range matches {
				line.Family, line.From = family, from
				out = append(out, line)
			}
		}
	}
	return out
}

// matches returns the lines without family and source.
func (r RuleView) matches() []LineView {
	line := LineView{Protocol: r.Protocol, Number: r.Number()}
	var out []LineView
	for _, part := range r.portParts() {
		line.Ports, line.PortList = part, portList(part)
		line.First, line.Last = strconv.Itoa(part[0].First), strconv.Itoa(part[len(part)-1].Last)
		out = append(out, line)
	}
	for _, t := range r.rule.ICMP {
		line.Type, line.Code = strconv.Itoa(int(t.Type)), ""
		if t.HasCode {
			line.Code = strconv.Itoa(int(t.Code))
		}
		out = append(out, line)
	}
	if len(out) == 0 {
		out = append(out, line)
	}
	return out
}

// SplitPorts sets max_ports of a view, the largest number of ports and ranges in one list of PortParts and Lines.
// 0 means no limit.
func SplitPorts(v View, maxPorts int) {
	for _, rules := range [][]RuleView{v.Rules, v.Outbound} {
		for i := range rules {
			rules[i].maxPorts = maxPorts
		}
	}
}

func (r RuleView) portParts() [][]PortView {
	ranges := r.Ranges()
	if len(ranges) == 0 {
		return nil
	}
	size := len(ranges)
	if r.maxPorts > 0 {
		size = r.maxPorts
	}
	return slices.Collect(slices.Chunk(ranges, size))
}

func portList(ports []PortView) string {
	list := make([]string, len(ports))
	for i, p := range ports {
		list[i] = p.Text
	}
	return strings.Join(list, ",")
}

func newSenderView(p netip.Prefix) SenderView {
	return SenderView{Prefix: p.String(), Single: p.IsSingleIP(), Address: p.Addr().String(), Length: p.Bits(), prefix: p}
}

// Netmask returns "255.255.0.0"; empty for anyone.
func (s SenderView) Netmask() string {
	if s.Anyone {
		return ""
	}
	netmask, _ := Masks(s.prefix)
	return netmask
}

// Wildcard returns the inverted netmask, "0.0.255.255"; empty for anyone.
func (s SenderView) Wildcard() string {
	if s.Anyone {
		return ""
	}
	_, wildcard := Masks(s.prefix)
	return wildcard
}

// Masks returns the netmask of a prefix and the inverted netmask, written as addresses.
func Masks(p netip.Prefix) (netmask, wildcard string) {
	mask := net.CIDRMask(p.Bits(), p.Addr().BitLen())
	turned := make([]byte, len(mask))
	for i, b := range mask {
		turned[i] = ^b
	}
	a, _ := netip.AddrFromSlice(mask)
	b, _ := netip.AddrFromSlice(turned)
	return a.String(), b.String()
}
