package netfilter

import (
	"rolewall/readers/capture"
)

// Expr is a match or a statement of a rule.
type Expr interface{ expr() }

// Match compares fields of a packet with a set of values. If the packet lacks a field, the match fails, even with
// Not.
type Match struct {
	Fields []Field // several fields are compared together
	Mask   Value   // applied to the only field before it is compared; zero means none
	Any    bool    // one common bit is enough
	Not    bool
	Lack   bool // with Not, a packet that lacks a field matches, as in sets of ipset
	Set    *Set
}

// Maybe is a match whose result the files do not tell.
type Maybe struct {
	Kind capture.Kind
	Text string
	// Own means that each rule has a condition of its own, as with limits. Equal texts are then different
	// conditions.
	Own bool
}

// Never is a match that fails for every packet that matters here.
type Never struct{}

// SetMark sets bits of a mark: mark = mark &^ Mask ^ Value.
type SetMark struct {
	Connection  bool // sets the mark of the connection
	Mask, Value uint32
	Unknown     bool // the files do not tell the value
	Copy        bool // the value is the other mark, within Mask
}

// Notrack keeps the packet from connection tracking.
type Notrack struct{}

// MatchIpset matches a set of ipset. Directions has src or dst for each dimension of the set.
type MatchIpset struct {
	Name       string
	Directions []string
	Not        bool
	Rest       string // options that the reader does not know; empty for none
}

// Fill adds something to a named set of the table or of ipset. The elements of the set then depend on packets.
type Fill struct {
	Set   string
	Ipset bool
}

// NAT changes the destination of a connection's first packet. It ends the evaluation of its base chain.
type NAT struct {
	Address     []Span // the new destination; none keeps the address, or with redirect the host
	Redirect    bool
	First, Last uint16 // new ports; 0 keeps the port
	Unknown     string // why the destination is unknown; empty if it is known
}

// Verdict ends a rule.
type Verdict struct {
	Kind  VerdictKind
	Chain string // for Jump and Goto
	Why   string // why a program or a statement decides, for Queue and Undecided
}

// VerdictKind is what a verdict does with a packet.
type VerdictKind uint8

// The verdicts. Queue passes the packet to a program, which accepts or drops it. Undecided may accept, drop or
// continue.
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

// VerdictMap looks up the verdict in a map.
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

// Is returns a match of one field with one of several numbers.
func Is(f Field, numbers ...uint64) *Match {
	s := &Set{}
	for _, n := range numbers {
		s.Elements = append(s.Elements, Element{Key: []Key{{Span: One(Number(n))}}})
	}
	return &Match{Fields: []Field{f}, Set: s}
}
