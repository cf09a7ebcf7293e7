package ruleset

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// RPCKind says what the numbers of a rule stand for in Windows RPC.
type RPCKind string

// The kinds of RPC rules. NoRPC is an ordinary port.
const (
	NoRPC          RPCKind = ""
	EndpointMapper RPCKind = "endpoint-mapper" // TCP 135
	Dynamic        RPCKind = "dynamic"         // whatever ports the RPC run-time hands out, from the range in Ports
	Static         RPCKind = "static"          // a pinned port, or one fixed by the service
)

// Listener is the program that owns the socket, as Windows Firewall names it. The zero value is "not known".
type Listener struct {
	Program string // full path, environment variables kept, or "System" for the kernel
	Service string // short name of the Windows service, empty where a rule must not name one
}

// IsZero reports whether the listener is not known.
func (l Listener) IsZero() bool { return l == Listener{} }

// Rule allows one kind of traffic. Rule sets share rules: whoever needs another one changes a copy.
type Rule struct {
	ID        string    // 32 hex digits over the identity; set by Merge, which keeps one that is there
	Direction Direction // takes no part in the identity: each direction has a list of its own
	Traffic
	RPC        RPCKind
	IPsecOnly  bool     // allows only what leaves an IPsec tunnel, on targets that can tell
	Remote     Sources  // the sources of inbound, the destinations of outbound traffic; never nobody
	Listener   Listener // zero where unknown
	Qualifiers          // what narrows it further; zero for most
	Reasons    []Reason // sorted, at least one
	MergedFrom []string // IDs of the rules that WithoutListeners united into this one, sorted; empty elsewhere

	twins twins // of its rule set; nil in most
}

// identity is the text over which rules are the same rule: names of sources and reasons take no part.
func (r *Rule) identity() string {
	return r.channel() + "|" + r.Remote.Key()
}

// channel is the identity without the sources.
func (r *Rule) channel() string {
	b := append(append(make([]byte, 0, 128), r.Protocol.String()...), '|')
	b = append(r.Ports.append(b), '|')
	for i, t := range r.ICMP {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, t.String()...)
	}
	for _, part := range []string{string(r.RPC), strings.ToLower(r.Listener.Program), strings.ToLower(r.Listener.Service)} {
		b = append(append(b, '|'), part...)
	}
	if r.IPsecOnly { // a word for the few that are, so that all others keep their IDs
		b = append(b, "|decrypted"...)
	}
	if r.Qualified() {
		b = append(append(b, '|'), r.Only()...)
	}
	return string(b)
}

// Alike reports whether two rules are equal except in sources and reasons.
func (r *Rule) Alike(s *Rule) bool { return compareChannels(r, s) == 0 }

// compareChannels orders rules by their channels.
func compareChannels(r, s *Rule) int {
	if c := compareTraffic(r, s); c != 0 {
		return c
	}
	if r.IPsecOnly != s.IPsecOnly {
		return cmp.Compare(b2i(r.IPsecOnly), b2i(s.IPsecOnly))
	}
	if c := compareQualifiers(&r.Qualifiers, &s.Qualifiers); c != 0 {
		return c
	}
	if r.Direction != s.Direction {
		return cmp.Compare(r.Direction, s.Direction)
	}
	if c := compareFold(r.Listener.Program, s.Listener.Program); c != 0 {
		return c
	}
	return compareFold(r.Listener.Service, s.Listener.Service)
}

// FamiliesOn returns the families in which the rule opens something, on a host that speaks the given ones.
func (r *Rule) FamiliesOn(spoken Families) Families {
	return r.Remote.Families().And(r.Protocol.Families()).And(spoken)
}

func (r *Rule) id() string {
	sum := sha256.Sum256([]byte(r.identity()))
	return hex.EncodeToString(sum[:16])
}

// IDs are the IDs under which `explain` knows the rule: its own, or those it was united from.
func (r *Rule) IDs() []string {
	if len(r.MergedFrom) > 0 {
		return r.MergedFrom
	}
	return []string{r.ID}
}

// What names the opening in a few words: "tcp 445", "tcp 49152-65535", "icmp 8", "gre", "any".
func (r *Rule) What() string {
	switch {
	case r.Protocol.HasPorts():
		return r.Protocol.String() + " " + r.Ports.String()
	case r.Protocol.HasTypes():
		types := make([]string, len(r.ICMP))
		for i, t := range r.ICMP {
			types[i] = t.String()
		}
		return r.Protocol.String() + " " + strings.Join(types, ",")
	}
	return r.Protocol.String()
}

// compareRules is the total order of rules in every output: protocol, ports, RPC kind, ICMP types, listener, sources.
func compareRules(r, s *Rule) int {
	if c := compareTraffic(r, s); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(r.Listener.Program, s.Listener.Program),
		cmp.Compare(r.Listener.Service, s.Listener.Service),
		cmp.Compare(b2i(r.IPsecOnly), b2i(s.IPsecOnly)),
		compareQualifiers(&r.Qualifiers, &s.Qualifiers),
		cmp.Compare(r.Remote.Key(), s.Remote.Key()),
	)
}

// compareTraffic is called most often, and mostly the first two fields decide.
func compareTraffic(r, s *Rule) int {
	if r.Protocol != s.Protocol {
		return cmp.Compare(r.Protocol, s.Protocol)
	}
	if c := r.Ports.Compare(s.Ports); c != 0 {
		return c
	}
	if r.RPC != s.RPC {
		return cmp.Compare(r.RPC, s.RPC)
	}
	return slices.CompareFunc(r.ICMP, s.ICMP, ICMPType.Compare)
}

// compareFold leaves the case aside, as Windows does.
func compareFold(a, b string) int {
	if a == b {
		return 0
	}
	return cmp.Compare(strings.ToLower(a), strings.ToLower(b))
}
