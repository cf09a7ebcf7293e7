// Package netfilter holds the rules of a Linux host, whichever file they come from.
//
// A State collects what all files of one host tell: the tables of nft, those of iptables and ip6tables in both of their
// worlds, sets of ipset, addresses, routes. The readers (nftjson, iptsave, ipset, iproute) fill it; they translate their
// language into the few expressions of this package. Join unites the tables that are in force. Package evaluation
// then works out what reaches the host.
//
// Matches are three-valued: yes, no, or maybe under a condition. What a reader does not know becomes a condition. It is never
// left out.
package netfilter

import (
	"net/netip"
	"slices"

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

// Interfaces returns the names of the host's interfaces that have an address, without loopback; nil where they are not known.
func (n *Network) Interfaces() []string {
	var out []string
	for _, a := range n.Addresses {
		if a.Interface != "lo" && !slices.Contains(out, a.Interface) {
			out = append(out, a.Interface)
		}
	}
	return out
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
