// Package rulestring reads the rules of Windows Firewall in the form in which the registry and Group Policy hold them:
//
//	v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=445|RA4=10.3.0.0/24|App=System|Name=SMB|
//
// The grammar is that of [MS-GPFAS], section 2.2.2, with the keywords of [MS-FASP]. Parse returns an error for a
// value that the grammar does not have, for a token that is given twice and may appear once, and for text that is
// cut off. It keeps unknown tokens in Rule.Other, since they may narrow the rule. Rule.Void returns why Windows
// ignores a rule.
package rulestring

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// Action is what a rule does with its traffic.
type Action string

// The actions. ByPass allows traffic that IPsec has authenticated, even if another rule blocks it.
const (
	Allow  Action = "Allow"
	Block  Action = "Block"
	ByPass Action = "ByPass"
)

// Version is the version of the policy that a rule is written in, such as {2, 10} for v2.10.
type Version struct{ Major, Minor int }

// String writes "v2.10".
func (v Version) String() string { return fmt.Sprintf("v%d.%d", v.Major, v.Minor) }

// Rule is a parsed rule string. An empty list is no condition.
type Rule struct {
	Version   Version
	Action    Action
	Active    bool // false if no token says so
	Direction ruleset.Direction
	Protocol  ruleset.Protocol // AnyProtocol if no token names one
	Profiles  []string         // domain, private or public, in the order of the text; empty is every profile

	LocalPorts, RemotePorts ruleset.Ports      // united with LocalWords and RemoteWords
	LocalWords, RemoteWords []string           // keywords in place of ports, such as RPC, RPC-EPMap, mDNS
	ICMP                    []ruleset.ICMPType // in the order of the text; a type without a code means all codes

	Local, Remote           []netip.Prefix // united with LocalNames and RemoteNames; a range is written as prefixes
	LocalNames, RemoteNames []AddressName  // keywords in place of addresses

	Interfaces     []string // GUIDs
	InterfaceTypes []string // Lan, Wireless, RemoteAccess

	App, Svc          string // the program with its variables, and the short name of the service; "*" is every service
	Name, Desc, Group string
	Edge              bool
	Defer             string // App or User, used with Edge
	Other             []Token

	seen map[string]int // number of times that each token appears
}

// AddressName is a keyword for addresses of one family, such as LocalSubnet.
type AddressName struct {
	Name   string
	Family ruleset.Families
}

// Token is a token that this package does not know.
type Token struct{ Key, Value string }

// Has reports whether the text has a token.
func (r *Rule) Has(key string) bool { return r.seen[key] > 0 }

// Traffic returns protocol, ports and ICMP types. It returns false if the rule has keywords for ports, which it
// leaves out.
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

// limitText is more than a registry value of a policy can hold.
const limitText = 1 << 16

// Parse reads a rule string. Its errors are worded for an administrator and quote only a part of the text.
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

// union returns the ports, or nil if there are none.
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

// short returns the beginning of a text, for messages.
func short(text string) string {
	if len(text) > 60 {
		return text[:60] + "..."
	}
	return text
}
