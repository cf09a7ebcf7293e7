package ruleset

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Traffic is a protocol with its ports or ICMP types. It is everything that a rule says about packets except their
// sources. The zero value is protocol 0, the IPv6 hop-by-hop options.
type Traffic struct {
	Protocol Protocol
	Ports    Ports      // TCP and UDP only, where it is never empty
	ICMP     []ICMPType // ICMP and ICMPv6 only, where it is never empty; sorted
}

// ParseTraffic reads what String writes: tcp/445, udp/53,88, tcp/49152-65535, icmp/8, icmp/3:4, icmpv6/128, gre,
// protocol/112, any. Upper case is allowed. Ports run from 1 to 65535, ICMP types and codes from 0 to 255. The
// error names the part that is wrong, in words for an administrator.
func ParseTraffic(s string) (Traffic, error) {
	name, numbers, hasNumbers := strings.Cut(strings.ToLower(s), "/")
	if !hasNumbers && strings.Trim(name, "0123456789") == "" {
		return Traffic{}, fmt.Errorf("%q does not name a protocol", s)
	}
	isNumber := name == "protocol"
	if isNumber {
		name = numbers
	}
	p, err := ParseProtocol(name)
	switch {
	case err != nil:
		return Traffic{}, err
	case isNumber && (p.HasPorts() || p.HasTypes()):
		return Traffic{}, fmt.Errorf("protocol %d needs its ports or types", p)
	case isNumber:
		return Traffic{Protocol: p}, nil
	case p.HasPorts():
		ports, err := ParsePorts(numbers)
		return Traffic{Protocol: p, Ports: ports}, err
	case p.HasTypes():
		types, err := parseICMPTypes(numbers)
		return Traffic{Protocol: p, ICMP: types}, err
	case hasNumbers:
		return Traffic{}, fmt.Errorf("%s has no ports", name)
	}
	return Traffic{Protocol: p}, nil
}

// String returns the form in which people ask about traffic: "tcp/445", "udp/53,88", "icmp/8", "icmp/3:0-4",
// "gre", "protocol/112", "any".
func (t Traffic) String() string {
	switch {
	case t.Protocol.HasPorts():
		return t.Protocol.String() + "/" + t.Ports.String()
	case t.Protocol.HasTypes():
		return t.Protocol.String() + "/" + icmpText(t.ICMP)
	}
	name := t.Protocol.String()
	if name == strconv.Itoa(int(t.Protocol)) {
		return "protocol/" + name
	}
	return name
}

// Contains reports whether t covers every packet that u covers. AnyProtocol contains all traffic.
func (t Traffic) Contains(u Traffic) bool {
	of := t.Intervals()
	return !slices.ContainsFunc(u.Intervals(), func(i Interval) bool {
		return !slices.ContainsFunc(of, func(j Interval) bool { return j.Contains(i) })
	})
}

// Overlaps reports whether a packet can belong to both t and u. Every protocol overlaps AnyProtocol.
func (t Traffic) Overlaps(u Traffic) bool {
	of := t.Intervals()
	return slices.ContainsFunc(u.Intervals(), func(i Interval) bool { return slices.ContainsFunc(of, i.Overlaps) })
}

// Compare orders traffic by protocol, ports and ICMP types.
func (t Traffic) Compare(u Traffic) int {
	if t.Protocol != u.Protocol {
		return cmp.Compare(t.Protocol, u.Protocol)
	}
	if c := t.Ports.Compare(u.Ports); c != 0 {
		return c
	}
	return slices.CompareFunc(t.ICMP, u.ICMP, ICMPType.Compare)
}

// parseICMPTypes reads a list of "8", "3:4" and "3:0-4", separated by commas.
func parseICMPTypes(s string) ([]ICMPType, error) {
	var out []ICMPType
	for part := range strings.SplitSeq(s, ",") {
		first, last, isRange := strings.Cut(part, "-")
		t, err := ParseICMPType(first)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		if !isRange {
			continue
		}
		end, err := strconv.ParseUint(last, 10, 8)
		if err != nil || !t.HasCode || int(end) < int(t.Code) {
			return nil, fmt.Errorf("ICMP codes %q are not a range such as 3:0-4", part)
		}
		for code := int(t.Code) + 1; code <= int(end); code++ {
			out = append(out, ICMPType{Type: t.Type, Code: uint8(code), HasCode: true})
		}
	}
	slices.SortFunc(out, ICMPType.Compare)
	return slices.Compact(out), nil
}

// icmpText writes sorted types. Consecutive codes are written as a range.
func icmpText(types []ICMPType) string {
	var out []string
	for i := 0; i < len(types); {
		end := i + 1
		for end < len(types) && types[end-1].precedes(types[end]) {
			end++
		}
		text := types[i].String()
		if end-i > 1 {
			text += fmt.Sprintf("-%d", types[end-1].Code)
		}
		out = append(out, text)
		i = end
	}
	return strings.Join(out, ",")
}

// precedes reports whether u is the same type with the next code.
func (t ICMPType) precedes(u ICMPType) bool {
	return t.HasCode && u.HasCode && t.Type == u.Type && int(t.Code)+1 == int(u.Code)
}
