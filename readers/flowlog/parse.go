package flowlog

import (
	"bytes"
	"net/netip"

	"rolewall/ruleset"
)

// number reads a decimal number up to max.
func number(b []byte, max uint64) (uint64, bool) {
	if len(b) == 0 || len(b) > 19 {
		return 0, false
	}
	var n uint64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, n <= max
}

func port(b []byte) (uint16, bool) {
	n, ok := number(b, 65535)
	return uint16(n), ok
}

func octet(b []byte) (uint8, bool) {
	n, ok := number(b, 255)
	return uint8(n), ok
}

// address reads an IP address without a zone. An IPv4 address mapped into IPv6 becomes IPv4.
func address(b []byte) (netip.Addr, bool) {
	if a, ok := ipv4(b); ok {
		return a, true
	}
	if len(b) > 64 || bytes.IndexByte(b, ':') < 0 {
		return netip.Addr{}, false
	}
	if i := bytes.IndexByte(b, '%'); i >= 0 {
		b = b[:i]
	}
	a, err := netip.ParseAddr(string(b))
	return a.Unmap(), err == nil
}

// ipv4 reads a dotted address. Every format calls it very often.
func ipv4(b []byte) (netip.Addr, bool) {
	if len(b) < 7 || len(b) > 15 {
		return netip.Addr{}, false
	}
	var out [4]byte
	part, value, digits := 0, 0, 0
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			value = value*10 + int(c-'0')
			digits++
			if value > 255 || digits > 3 {
				return netip.Addr{}, false
			}
		case c == '.' && digits > 0 && part < 3:
			out[part] = byte(value)
			part, value, digits = part+1, 0, 0
		default:
			return netip.Addr{}, false
		}
	}
	if part != 3 || digits == 0 {
		return netip.Addr{}, false
	}
	out[3] = byte(value)
	return netip.AddrFrom4(out), true
}

// protocol reads the name or number of a protocol, in any case.
func protocol(b []byte) (ruleset.Protocol, bool) {
	switch len(b) {
	case 0:
		return 0, false
	case 3:
		switch {
		case fold(b, "tcp"):
			return ruleset.TCP, true
		case fold(b, "udp"):
			return ruleset.UDP, true
		case fold(b, "gre"):
			return ruleset.GRE, true
		case fold(b, "esp"):
			return ruleset.ESP, true
		}
	}
	if n, ok := number(b, 255); ok {
		return ruleset.Protocol(n), true
	}
	for _, p := range protocolNames {
		if fold(b, p.name) {
			return p.number, true
		}
	}
	return 0, false
}

// protocolNames holds the names in logs besides the most common ones.
var protocolNames = []struct {
	name   string
	number ruleset.Protocol
}{
	{"icmp", ruleset.ICMP}, {"icmpv6", ruleset.ICMPv6}, {"icmp6", ruleset.ICMPv6}, {"ipv6-icmp", ruleset.ICMPv6}, {"ah", ruleset.AH},
	{"igmp", 2}, {"ipip", 4}, {"ipv6", 41}, {"ospf", 89}, {"pim", 103}, {"vrrp", 112}, {"sctp", 132}, {"udplite", 136}, {"dccp", 33},
}

// fold compares without regard to case. lower is in lower case.
func fold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// contains reports whether b contains a word, without regard to case. lower is in lower case.
func contains(b []byte, lower string) bool {
	for i := 0; i+len(lower) <= len(b); i++ {
		if fold(b[i:i+len(lower)], lower) {
			return true
		}
	}
	return false
}

// words splits a line at blanks into at most len(out) words and returns their number. Further words are left out.
func words(line []byte, out [][]byte) int {
	n := 0
	for n < len(out) {
		for len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
			line = line[1:]
		}
		if len(line) == 0 {
			break
		}
		i := bytes.IndexAny(line, " \t")
		if i < 0 {
			i = len(line)
		}
		out[n] = line[:i]
		n++
		line = line[i:]
	}
	return n
}
