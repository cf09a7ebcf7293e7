// Package rulestring reads the rules of Windows Firewall in the form in which the registry and Group Policy hold them:
//
//	v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=445|RA4=10.3.0.0/24|App=System|Name=SMB|
//
// The grammar is that of [MS-GPFAS], section 2.2.2, with the keywords of [MS-FASP]. Parse is strict about what it knows: a value
// that the grammar does not have, a token that may appear once and appears twice, and text that does not end are errors. A token
// that it does not know is kept in Rule.Other, since it may narrow the rule. Rule.Void lists what makes Windows ignore a rule.
package rulestring

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// Action is what becomes of the traffic of a rule.
type Action string

// The actions. ByPass allows what IPsec has authenticated, whatever else blocks it.
const (
	Allow  Action = "Allow"
	Block  Action = "Block"
	ByPass Action = "ByPass"
)

// Version is the version of the policy in which a rule is written: {2, 10} of v2.10.
type Version struct{ Major, Minor int }

// String writes "v2.10".
func (v Version) String() string { return fmt.Sprintf("v%d.%d", v.Major, v.Minor) }

// Rule is a rule as its string says it. An empty list is not a condition.
type Rule struct {
	Version   Version
	Action    Action
	Active    bool // false where no token says so
	Direction ruleset.Direction
	Protocol  ruleset.Protocol // AnyProtocol where no token names one
	Profiles  []string         // of domain, private, public, in the order of the text; empty is every profile

	LocalPorts, RemotePorts ruleset.Ports      // with their words, a union
	LocalWords, RemoteWords []string           // keywords in the place of ports: RPC, RPC-EPMap, mDNS
	ICMP                    []ruleset.ICMPType // in the order of the text; a type without a code is every code

	Local, Remote           []netip.Prefix // with their names, a union; a range is its prefixes
	LocalNames, RemoteNames []AddressName  // keywords in the place of addresses

	Interfaces     []string // GUIDs
	InterfaceTypes []string // Lan, Wireless, RemoteAccess

	App, Svc          string // the program with its variables, and the short name of the service; "*" is every service
	Name, Desc, Group string
	Edge              bool
	Defer             string // App or User, with Edge
	Other             []Token

	seen map[string]int // how often a token appears
}

// AddressName is a keyword for addresses, such as LocalSubnet, in one family.
type AddressName struct {
	Name   string
	Family ruleset.Families
}

// Token is a token that this package knows nothing of.
type Token struct{ Key, Value string }

// Has reports whether the text has a token.
func (r *Rule) Has(key string) bool { return r.seen[key] > 0 }

// Traffic returns protocol, ports and ICMP types. It reports false where keywords stand for ports, which it leaves out.
func (r *Rule) Traffic() (ruleset.Traffic, bool) {
	t := ruleset.Traffic{Protocol: r.Protocol}
	switch {
	case r.Protocol.HasPorts() && len(r.LocalWords) > 0:
		t.Ports = r.LocalPorts
		return t, false
	case r.Protocol.HasPorts() && len(r.LocalPorts) == 0:
		t.Ports = ruleset.Ports{{First: 1, Last: 65535}}
	case r.Protocol.HasPorts():
		t.Ports = r.LocalPorts
	case r.Protocol.HasTypes() && len(r.ICMP) == 0:
		for n := range 256 {
			t.ICMP = append(t.ICMP, ruleset.ICMPType{Type: uint8(n)})
		}
	case r.Protocol.HasTypes():
		t.ICMP = r.ICMP
	}
	return t, true
}

// limitText is more than the registry lets a value of a policy hold.
const limitText = 1 << 16

// Parse reads a rule string. The messages of its errors are fit for an administrator; they quote no more than a part of the text.
func Parse(text string) (*Rule, error) {
	if len(text) > limitText {
		return nil, fmt.Errorf("the rule has %d bytes, and a value of a policy holds %d", len(text), limitText)
	}
	head, rest, found := strings.Cut(text, "|")
	version, err := parseVersion(head)
	if err != nil || !found {
		return nil, fmt.Errorf("%q is not the version that begins a rule, such as v2.10", short(head))
	}
	if !strings.HasSuffix(text, "|") {
		return nil, fmt.Errorf("the rule does not end in |")
	}
	r := &Rule{Version: version, Protocol: ruleset.AnyProtocol, seen: map[string]int{}}
	for token := range strings.SplitSeq(strings.TrimSuffix(rest, "|"), "|") {
		key, value, found := strings.Cut(token, "=")
		if !found || key == "" {
			return nil, fmt.Errorf("%q is not a token such as Dir=In", short(token))
		}
		if r.seen[key]++; r.seen[key] > 1 && once[key] {
			return nil, fmt.Errorf("%s stands twice", key)
		}
		if err := r.token(key, value); err != nil {
			return nil, err
		}
	}
	for _, key := range []string{"Action", "Dir"} {
		if !r.Has(key) {
			return nil, fmt.Errorf("the rule has no %s", key)
		}
	}
	r.LocalPorts, r.RemotePorts = union(r.LocalPorts), union(r.RemotePorts)
	return r, nil
}

// union leaves no ports as none.
func union(p ruleset.Ports) ruleset.Ports {
	if len(p) == 0 {
		return nil
	}
	return ruleset.NewPorts(p...)
}

func parseVersion(text string) (Version, error) {
	major, minor, found := strings.Cut(strings.TrimPrefix(text, "v"), ".")
	a, err1 := number(major, 255)
	b, err2 := number(minor, 255)
	if !found || !strings.HasPrefix(text, "v") || err1 != nil || err2 != nil {
		return Version{}, fmt.Errorf("%q is not a version", short(text))
	}
	return Version{a, b}, nil
}

// number reads digits without a sign and without leading zeros.
func number(text string, high int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > high || strconv.Itoa(n) != text {
		return 0, fmt.Errorf("%q is not a number from 0 to %d", short(text), high)
	}
	return n, nil
}

// short is the beginning of a text, for messages.
func short(text string) string {
	if len(text) > 60 {
		return text[:60] + "..."
	}
	return text
}
