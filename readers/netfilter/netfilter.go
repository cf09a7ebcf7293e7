// Package netfilter holds the rules of a Linux host, and works out what they let in.
//
// A State collects what all files of one host tell: the tables of nft, those of iptables and ip6tables in both of their
// worlds, sets of ipset, addresses, routes. The readers (nftjson, iptsave, ipset, iproute) fill it; they translate their
// language into the few expressions of this package. Evaluate then follows the first packet of a source that the host has not
// heard of through all hooks, with sets of sources in place of single packets, and returns what reaches the host. What the
// files do not tell becomes a condition of an opening. It is never left out.
//
// Expression matches are three-valued: yes, no, or maybe under a condition. Packets that begin nothing, such as answers of
// ICMP that nobody asked for, are invalid to connection tracking; openings for every protocol leave them aside.
package netfilter

import (
	"net/netip"

	"rolewall/diag"
	"rolewall/readers/capture"
)

// World says which program keeps a table.
type World string

// The worlds. A host can have tables of all of them at once, and then a packet must pass all.
const (
	Nft            World = "nft"
	IptablesNft    World = "iptables-nft"
	IptablesLegacy World = "iptables-legacy"
	Iptables       World = "iptables" // a save without its header: one of the two
)

// State is what the files of one host tell. The zero value is ready.
type State struct {
	Tables  []*Table
	Ipsets  map[string]*Ipset // nil where no file holds sets of ipset
	Sources []capture.Source
	Facts   []capture.Fact
	Network Network

	elements int // of all sets
	evidence []Evidence
}

// Evidence is a listing that was given, whether it holds rules or not.
type Evidence struct {
	World World
	IPv6  bool
}

// Saw notes a listing.
func (st *State) Saw(e Evidence) { st.evidence = append(st.evidence, e) }

// Ipset is a set of ipset. Keys of its elements follow the dimensions of its type; a port takes two: protocol and port.
type Ipset struct {
	Type    string // "hash:ip,port"
	IPv6    bool
	Set     *Set
	Members []string // of list:set
}

// Network is what the host's own addresses and routes are. A nil list is not known.
type Network struct {
	Addresses []InterfaceAddress
	Routes    []Route
	Forward   map[bool]bool // by family, true is IPv6: whether the host forwards; absent is not known
}

// InterfaceAddress is an address of the host with the network in which it lies.
type InterfaceAddress struct {
	Interface string
	Prefix    netip.Prefix // not masked
	Broadcast netip.Addr
}

// Route is a way to a network.
type Route struct {
	To         netip.Prefix
	Interfaces []string // more than one share the load
	Metric     int64
}

// Table is a table of nft or iptables. The family is that of nft: ip, ip6, inet, netdev, bridge or arp.
type Table struct {
	World      World
	Family     string
	Name       string
	Pos        diag.Pos
	Unreadable diag.Pos // of the first thing whose content the listing leaves out; zero where it has all
	Missing    string   // what that thing is
	Dormant    bool
	Chains     []*Chain
	Sets       map[string]*Set
}

// Chain returns the chain of a name.
func (t *Table) Chain(name string) *Chain {
	for _, c := range t.Chains {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Label names the table as its people do: "filter" for iptables, "inet firewalld" for nft.
func (t *Table) Label() string {
	if t.World != Nft {
		if t.Family == "ip6" {
			return "ip6 " + t.Name
		}
		return t.Name
	}
	return t.Family + " " + t.Name
}

// Hook is a place in the kernel at which base chains judge packets.
type Hook string

// The hooks.
const (
	Ingress     Hook = "ingress"
	Prerouting  Hook = "prerouting"
	Input       Hook = "input"
	Forward     Hook = "forward"
	Output      Hook = "output"
	Postrouting Hook = "postrouting"
)

// Base is what makes a chain a base chain.
type Base struct {
	Type     string // filter, nat, route
	Hook     Hook
	Priority int
	Drop     bool     // the policy
	Devices  []string // of ingress
}

// Chain is a list of rules.
type Chain struct {
	Name  string
	Pos   diag.Pos
	Base  *Base // nil for chains to which rules jump
	Rules []*Rule
}

// Rule is a rule: expressions, which a packet meets in order until one does not match.
type Rule struct {
	Pos     diag.Pos
	Text    string // in its own language, on one line
	Comment string
	Packets *uint64 // nil where the file has no counter
	Exprs   []Expr
}

// Expr is a match or a statement of a rule.
type Expr interface{ expr() }

// Match compares fields of a packet with a set of values. A field that the packet lacks matches nothing, not even with Not.
type Match struct {
	Fields []Field // more than one are compared together
	Mask   Value   // of the only field before it is compared; zero is none
	Any    bool    // one common bit is enough
	Not    bool
	Set    *Set
}

// Maybe is a match whose outcome the files do not tell.
type Maybe struct {
	Kind capture.Kind
	Text string
	// Own is set where each rule counts for itself, as limits do: equal texts are then different conditions.
	Own bool
}

// Never is a match that no packet of interest satisfies, for a reason that the reader knows.
type Never struct{}

// SetMark sets bits of a mark: mark = mark &^ Mask ^ Value.
type SetMark struct {
	Connection  bool // the mark of the connection
	Mask, Value uint32
	Unknown     bool // the value depends on what the files do not tell
	Copy        bool // the value is the other mark, within Mask
}

// Notrack keeps the packet from connection tracking.
type Notrack struct{}

// MatchIpset asks a set of ipset. Directions are src or dst for each dimension of the set.
type MatchIpset struct {
	Name       string
	Directions []string
	Not        bool
	Rest       string // options that are not followed; empty for none
}

// Fill puts something into a named set of the table, or of ipset: its elements are then of packets.
type Fill struct {
	Set   string
	Ipset bool
}

// NAT changes the destination of a connection's first packet. It ends the walk of its base chain.
type NAT struct {
	Address     []Span // the new destination; none keeps the packet on the host (redirect), or the address
	Redirect    bool
	First, Last uint16 // new ports; 0 keeps the port
	Unknown     string // why the destination is not known; empty where it is
}

// Verdict ends a rule.
type Verdict struct {
	Kind  VerdictKind
	Chain string // for Jump and Goto
	Why   string // what a program or a statement decides, for Queue and Undecided
}

// VerdictKind is what becomes of a packet.
type VerdictKind uint8

// The verdicts. Queue hands the packet to a program, which accepts or drops it. Undecided may accept, drop or go on.
const (
	Accept VerdictKind = iota
	Drop
	Return
	Continue
	Jump
	Goto
	Queue
	Undecided
)

// VerdictMap looks the verdict up.
type VerdictMap struct {
	Fields []Field
	Set    *Set
}

func (*Match) expr()      {}
func (*Maybe) expr()      {}
func (*Never) expr()      {}
func (*SetMark) expr()    {}
func (*Notrack) expr()    {}
func (*MatchIpset) expr() {}
func (*Fill) expr()       {}
func (*NAT) expr()        {}
func (*Verdict) expr()    {}
func (*VerdictMap) expr() {}

// Field is a property of a packet.
type Field uint8

// The fields that evaluation knows.
const (
	Family       Field = iota // 4 or 6
	InInterface               // names
	OutInterface              // names
	Saddr
	Daddr
	Protocol
	Sport
	Dport
	ICMPType
	ICMPCode
	TCPFlags
	HopLimit
	FragOffset
	CtState
	CtStatus
	CtDirection
	CtOrigDaddr
	CtOrigDport
	PacketMark
	ConnMark
	PacketType  // host, broadcast, multicast
	DaddrType   // kinds of addresses, as addrtype names them
	SaddrType   // the same of the source
	DaddrTypeIn // the same, where only addresses of the interface on which the packet came are local
	NextHeader  // the protocol that the header of IPv6 names, where Protocol is the one behind it
	AuthHeader  // 1 where the packet has an authentication header
	ReversePath // 1 where the route to the source leads out of the interface on which it came, as fib of nft asks
	RPFilter    // the same, as the module rpfilter of iptables asks
	IPsecIn     // 1 for packets that left a tunnel
	fieldCount
)

// Bits of CtState, as the kernel numbers them.
const (
	StateInvalid     = 1
	StateEstablished = 2
	StateRelated     = 4
	StateNew         = 8
	StateUntracked   = 64
)

// Bits of CtStatus.
const (
	StatusExpected  = 1
	StatusSeenReply = 2
	StatusAssured   = 4
	StatusConfirmed = 8
	StatusSNAT      = 16
	StatusDNAT      = 32
	StatusDying     = 512
)

// Kinds of addresses, values of DaddrType and SaddrType (RTN_* of the kernel).
const (
	TypeUnspec    = 0
	TypeUnicast   = 1
	TypeLocal     = 2
	TypeBroadcast = 3
	TypeAnycast   = 4
	TypeMulticast = 5
	TypeOther     = 6 // blackhole, unreachable, prohibit, ...
)

// Values of PacketType.
const (
	PacketHost      = 0
	PacketBroadcast = 1
	PacketMulticast = 2
	PacketOther     = 3
)

// Set is a set of values, named or within a rule; the elements of a map have verdicts.
type Set struct {
	Name     string // empty within a rule
	Pos      diag.Pos
	Elements []Element
	Dynamic  bool   // packets fill it, or elements go by themselves
	Missing  string // why its elements are not known; empty where they are
}

// Element is a member of a set: a key for each field.
type Element struct {
	Key     []Key
	Verdict *Verdict
}

// Key is a run of values, or the name of an interface; "tun*" is every name that begins so.
type Key struct {
	Span
	Name string
}

// Values is a set within a rule for one field.
func Values(spans ...Span) *Set {
	s := &Set{}
	for _, x := range spans {
		s.Elements = append(s.Elements, Element{Key: []Key{{Span: x}}})
	}
	return s
}

// Names is a set of interfaces within a rule.
func Names(names ...string) *Set {
	s := &Set{}
	for _, n := range names {
		s.Elements = append(s.Elements, Element{Key: []Key{{Name: n}}})
	}
	return s
}

// Is matches one field with one of several numbers.
func Is(f Field, numbers ...uint64) *Match {
	s := &Set{}
	for _, n := range numbers {
		s.Elements = append(s.Elements, Element{Key: []Key{{Span: One(Number(n))}}})
	}
	return &Match{Fields: []Field{f}, Set: s}
}

// MaxElements is how many elements all sets of a host may have together.
const MaxElements = 1_000_000

// Grow counts elements, and reports whether the limit still holds.
func (st *State) Grow(n int) bool {
	st.elements += n
	return st.elements <= MaxElements
}
