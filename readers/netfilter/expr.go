package netfilter

import (
	"rolewall/readers/capture"
)

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

// Is matches one field with one of several numbers.
func Is(f Field, numbers ...uint64) *Match {
	s := &Set{}
	for _, n := range numbers {
		s.Elements = append(s.Elements, Element{Key: []Key{{Span: One(Number(n))}}})
	}
	return &Match{Fields: []Field{f}, Set: s}
}
