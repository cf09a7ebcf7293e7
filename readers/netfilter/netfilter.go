// Package netfilter holds the rules of a Linux host, in any file they come from.
//
// A State collects what all files of one host tell: tables of nft, tables of iptables and ip6tables in both
// worlds, sets of ipset, addresses and routes. The readers nftjson, iptsave, ipset and iproute fill it. They
// translate their languages into the few expressions of this package. Join unites the tables that are in force.
// Package evaluation then computes what can reach the host.
//
// A match has three results: yes, no, or maybe under a condition. What a reader does not know becomes a condition.
// It is never left out.
package netfilter

import (
	"net/netip"
	"slices"

	"rolewall/diag"
	"rolewall/readers/capture"
)

// World says which program maintains a table.
type World string

// The worlds. A host can have tables of all of them at the same time. A packet must then pass all.
const (
	Nft            World = "nft"
	IptablesNft    World = "iptables-nft"
	IptablesLegacy World = "iptables-legacy"
	Iptables       World = "iptables" // output of iptables-save without its header: one of the two
)

// State is what the files of one host tell. The zero value is empty and ready for use.
type State struct {
	Tables  []*Table
	Ipsets  map[string]*Ipset // nil if no file has sets of ipset
	Sources []capture.Source
	Facts   []capture.Fact
	Network Network

	elements int // number of elements in all sets
	evidence []Evidence
	noLegacy map[bool]bool // by family, true is IPv6: the kernel holds no legacy tables
}

// Evidence is a listing that was read, even if it had no rules.
type Evidence struct {
	World  World
	IPv6   bool
	Old    bool     // made by a program that is older than iptables-nft
	Hidden []string // tables that the program says it cannot show whole
}

// Saw records a listing.
func (st *State) Saw(e Evidence) { st.evidence = append(st.evidence, e) }

// NoLegacy records that the kernel holds no legacy tables of a family.
func (st *State) NoLegacy(v6 bool) {
	if st.noLegacy == nil {
		st.noLegacy = map[bool]bool{}
	}
	st.noLegacy[v6] = true
}

// Has reports whether a save of a world was read, or one without a header, which may be of any world.
func (st *State) Has(w World, v6 bool) bool {
	return slices.ContainsFunc(st.evidence, func(e Evidence) bool { return e.IPv6 == v6 && (e.World == w || e.World == Iptables) })
}

// Ipset is a set of ipset. The keys of its elements follow the dimensions of its type. A port has two keys:
// protocol and port.
type Ipset struct {
	Type    string // "hash:ip,port"
	IPv6    bool
	Set     *Set
	Members []string // names of the sets in a list:set
}

// Network holds the host's own addresses and routes. A nil list means unknown.
type Network struct {
	Addresses []InterfaceAddress
	Routes    []Route
	Forward   map[bool]bool // whether the host forwards, by family (true is IPv6); absent means unknown
}

// Interfaces returns the names of the host's interfaces that have an address, without loopback. It returns nil if
// they are unknown.
func (n *Network) Interfaces() []string {
	var out []string
	for _, a := range n.Addresses {
		if a.Interface != "lo" && !slices.Contains(out, a.Interface) {
			out = append(out, a.Interface)
		}
	}
	return out
}

// InterfaceAddress is an address of the host and its network.
type InterfaceAddress struct {
	Interface string
	Prefix    netip.Prefix // not masked
	Broadcast netip.Addr
}

// Route is a way to a network.
type Route struct {
	To         netip.Prefix
	Interfaces []string // several share the load
	Metric     int64
}

// Table is a table of nft or iptables. Its family is one of nft: ip, ip6, inet, netdev, bridge or arp.
type Table struct {
	World      World
	Family     string
	Name       string
	Pos        diag.Pos
	Unreadable diag.Pos // the first thing whose content the listing leaves out; zero if the listing is complete
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

// Label returns the table's name as administrators know it: "filter" for iptables, "inet firewalld" for nft.
func (t *Table) Label() string {
	if t.World != Nft {
		if t.Family == "ip6" {
			return "ip6 " + t.Name
		}
		return t.Name
	}
	return t.Family + " " + t.Name
}

// Hook is a place in the kernel where base chains filter packets.
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
	Drop     bool     // the policy of the chain
	Devices  []string // devices of an ingress chain
}

// Chain is a list of rules.
type Chain struct {
	Name  string
	Pos   diag.Pos
	Base  *Base // nil for chains that rules jump to
	Rules []*Rule
}

// Rule is a list of expressions. A packet meets them in order until one does not match.
type Rule struct {
	Pos     diag.Pos
	Text    string // in its own language, in one line
	Comment string
	Packets *uint64 // nil if the file has no counter
	Exprs   []Expr

	Unreadable bool // the listing leaves out a part of it
}
