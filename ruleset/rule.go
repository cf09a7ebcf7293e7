package ruleset

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// RPCKind says what the ports of a rule are for Windows RPC.
type RPCKind string

// The kinds of RPC rules. NoRPC is an ordinary port.
const (
	NoRPC          RPCKind = ""
	EndpointMapper RPCKind = "endpoint-mapper" // TCP 135
	Dynamic        RPCKind = "dynamic"         // any port that the RPC runtime assigns; Ports is the range
	Static         RPCKind = "static"          // a pinned port, or a port that the service fixes itself
)

// Listener is the program that owns the socket, as Windows Firewall names it. The zero value means unknown.
type Listener struct {
	Program string // full path with its environment variables, or "System" for the kernel
	Service string // short name of the Windows service; empty if a rule must not name one
}

// IsZero reports whether the listener is not known.
func (l Listener) IsZero() bool { return l == Listener{} }

// Rule allows one kind of traffic. Rule sets share rules, so a rule is never changed: change a copy.
type Rule struct {
	ID        string    // 32 hex digits, the hash of the identity; set by Merge where it is empty
	Direction Direction // not part of the identity, since each direction has a list of its own
	Traffic
	RPC        RPCKind
	IPsecOnly  bool     // allows only packets that arrive through IPsec, on targets that can check it
	Remote     Sources  // the sources of inbound traffic, the destinations of outbound traffic; never empty
	Listener   Listener // the zero value means unknown
	Qualifiers          // narrow the rule further; zero for most rules
	Reasons    []Reason // sorted, at least one
	MergedFrom []string // IDs of the rules that WithoutListeners united into this one, sorted; otherwise empty

	twins twins // set by TellTwinsApart; nil in most rules
}

// identity returns the text that is equal for equal rules. Names of sources and reasons are not part of it.
func (r *Rule) identity() string {
	return r.channel() + "|" + r.Remote.Key()
}

// channel returns the identity without the sources.
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
	if r.IPsecOnly { // left out of all other rules, so that it does not change their IDs
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

// FamiliesOn returns the address families in which the rule opens something on a host that has the families
// spoken.
func (r *Rule) FamiliesOn(spoken Families) Families {
	return r.Remote.Families().And(r.Protocol.Families()).And(spoken)
}

func (r *Rule) id() string {
	sum := sha256.Sum256([]byte(r.identity()))
	return hex.EncodeToString(sum[:16])
}

// IDs returns the IDs by which `explain` finds the rule: its own, or those of the rules it was united from.
func (r *Rule) IDs() []string {
	if len(r.MergedFrom) > 0 {
		return r.MergedFrom
	}
	return []string{r.ID}
}

// What returns the traffic of the rule in a few words: "tcp 445", "tcp 49152-65535", "icmp 8", "gre", "any".
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

// compareRules is the order of rules in all output: protocol, ports, RPC kind, ICMP types, listener, sources.
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

// compareTraffic is called very often. In most calls the first two fields decide.
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

// compareFold ignores case, as Windows does.
func compareFold(a, b string) int {
	if a == b {
		return 0
	}
	return cmp.Compare(strings.ToLower(a), strings.ToLower(b))
}
