package ruleset

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Protocol is an IANA protocol number, 0 to 255, or AnyProtocol.
type Protocol uint16

// The protocols that have a name in policies and scripts.
const (
	ICMP        Protocol = 1
	TCP         Protocol = 6
	UDP         Protocol = 17
	GRE         Protocol = 47
	ESP         Protocol = 50
	AH          Protocol = 51
	ICMPv6      Protocol = 58
	AnyProtocol Protocol = 256
)

// String returns the name of the protocol as the json target prints it: tcp, udp, icmp, icmpv6, gre, esp, ah, any,
// or the number.
func (p Protocol) String() string {
	switch p {
	case ICMP:
		return "icmp"
	case TCP:
		return "tcp"
	case UDP:
		return "udp"
	case GRE:
		return "gre"
	case ESP:
		return "esp"
	case AH:
		return "ah"
	case ICMPv6:
		return "icmpv6"
	case AnyProtocol:
		return "any"
	}
	return strconv.Itoa(int(p))
}

// Text returns the protocol as people write it in a question: gre, protocol/2.
func (p Protocol) Text() string {
	name := p.String()
	if name == strconv.Itoa(int(p)) {
		return "protocol/" + name
	}
	return name
}

// ParseProtocol reads what String writes.
func ParseProtocol(s string) (Protocol, error) {
	for _, p := range []Protocol{ICMP, TCP, UDP, GRE, ESP, AH, ICMPv6, AnyProtocol} {
		if p.String() == s {
			return p, nil
		}
	}
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil {
		return 0, fmt.Errorf("unknown protocol %q", s)
	}
	return Protocol(n), nil
}

// HasPorts reports whether the protocol has ports.
func (p Protocol) HasPorts() bool { return p == TCP || p == UDP }

// HasTypes reports whether the protocol has ICMP types.
func (p Protocol) HasTypes() bool { return p == ICMP || p == ICMPv6 }

// Families returns the address families that have the protocol: ICMP is for IPv4, ICMPv6 is for IPv6, all others
// are for both.
func (p Protocol) Families() Families {
	return Families{IPv4: p != ICMPv6, IPv6: p != ICMP}
}

// ICMPType is an ICMP or ICMPv6 type, with one code or with all of its codes.
type ICMPType struct {
	Type    uint8
	Code    uint8
	HasCode bool // false means all codes of Type
}

// String writes "8" or "3:4".
func (t ICMPType) String() string {
	if t.HasCode {
		return fmt.Sprintf("%d:%d", t.Type, t.Code)
	}
	return strconv.Itoa(int(t.Type))
}

// ParseICMPType reads "8" or "3:4"; numbers run from 0 to 255.
func ParseICMPType(s string) (ICMPType, error) {
	typ, code, hasCode := strings.Cut(s, ":")
	t, err := strconv.ParseUint(typ, 10, 8)
	if err != nil {
		return ICMPType{}, fmt.Errorf("ICMP type %q is not a number from 0 to 255", typ)
	}
	if !hasCode {
		return ICMPType{Type: uint8(t)}, nil
	}
	c, err := strconv.ParseUint(code, 10, 8)
	if err != nil {
		return ICMPType{}, fmt.Errorf("ICMP code %q is not a number from 0 to 255", code)
	}
	return ICMPType{Type: uint8(t), Code: uint8(c), HasCode: true}, nil
}

// Compare orders types by number. A type without a code comes before the same type with one.
func (t ICMPType) Compare(u ICMPType) int {
	key := func(x ICMPType) int {
		k := int(x.Type) << 9
		if x.HasCode {
			k += 1 + int(x.Code)
		}
		return k
	}
	return cmp.Compare(key(t), key(u))
}
