package compare

import (
	"cmp"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// Kind says what happened to an open port.
type Kind string

// The kinds, in the order of reports. All but the last change which packets are allowed.
const (
	Opened   Kind = "opened"   // no source could reach the ports before
	Widened  Kind = "widened"  // more sources
	Moved    Kind = "moved"    // other sources: some added, some removed
	Listener Kind = "listener" // the same sources reach another program
	Narrowed Kind = "narrowed" // fewer sources
	Closed   Kind = "closed"   // no source can reach the ports any more
	Reasons  Kind = "reasons"  // the same packets, for other reasons or under other names
)

// Kinds lists the kinds in the order of reports.
func Kinds() []Kind {
	return []Kind{Opened, Widened, Moved, Listener, Narrowed, Closed, Reasons}
}

// Change is one difference in what hosts allow. Before and After hold all addresses that can reach the ports on
// each side, by any rule. Added and Removed hold the difference.
type Change struct {
	Kind     Kind
	Hosts    []string
	NewHost  bool // the hosts are new, and so is everything they open
	Beside   bool // what scripts allow beside their rules; then Rules is empty
	Outbound bool // what a stateless filter allows out; then the addresses are destinations
	ruleset.Traffic
	Before    Addresses
	After     Addresses
	Added     Addresses
	Removed   Addresses
	Bindings  [2][]Binding        // programs behind the ports before and after
	Reasons   [2][]ruleset.Reason // of the rules that differ, before and after
	Rules     [2][]string         // their IDs
	Services  []string            // the services whose endpoints differ, sorted without case; none for exceptions
	Renamed   bool                // for Reasons: the networks of the sources have other names
	StillOpen []string            // if a rule for every protocol is closed: what other rules still allow from these sources
	Causes    []int               // indexes into the causes of the report; none if no edit explains the change
	At        *Line               // the line of a script that has one of the rules; nil until Locate finds it

	key digest // equal for changes that differ only in Hosts, direction and ports
	id  digest // equal for changes that differ only in Hosts
}

// Binding says which packets a rule hands to which program: all sockets of the program or those of one RPC kind;
// all packets, or only those that arrive through IPsec or that the qualifiers of the rule match.
type Binding struct {
	ruleset.Listener
	RPC       ruleset.RPCKind
	IPsecOnly bool
	Only      string // the qualifiers in words, such as "only on virbr*"; empty for none
}

// Addresses is a set of addresses with the names that policies give to them.
type Addresses struct {
	Names    []string         // sorted; "any" if a rule allows anyone
	Prefixes ruleset.Prefixes // minimal, sorted; 0.0.0.0/0 and ::/0 are all addresses of a family
}

// None reports whether the set is empty.
func (w Addresses) None() bool { return len(w.Prefixes) == 0 }

// Everyone returns the families in which the set holds every address.
func (w Addresses) Everyone() ruleset.Families { return w.Prefixes.Complete() }

// ToAnyone reports whether the change opens the ports to every address of a family, to which they were not all
// open before.
func (c Change) ToAnyone() bool {
	before, after := c.Before.Everyone(), c.After.Everyone()
	return after.IPv4 && !before.IPv4 || after.IPv6 && !before.IPv6
}

// ToNearlyAnyone reports whether the change opens the ports to at least half of a family's addresses, and they
// were not open to that many before. It is false for a change to anyone.
func (c Change) ToNearlyAnyone() bool {
	before, after := nearlyComplete(c.Before.Prefixes), nearlyComplete(c.After.Prefixes)
	return !c.ToAnyone() && (after.IPv4 && !before.IPv4 || after.IPv6 && !before.IPv6)
}

// compare is the order of changes in reports: inbound first, by service, kind, protocol and ports; the text makes it total.
func (c Change) compare(d Change) int {
	order := cmp.Or(
		cmp.Compare(b2i(d.Beside), b2i(c.Beside)),
		cmp.Compare(b2i(c.Outbound), b2i(d.Outbound)),
		compareServices(c.Services, d.Services),
		cmp.Compare(slices.Index(Kinds(), c.Kind), slices.Index(Kinds(), d.Kind)),
		c.Traffic.Compare(d.Traffic),
	)
	if order != 0 || c.id == d.id {
		return order
	}
	return strings.Compare(c.text(), d.text())
}

// compareServices sorts exceptions, which have no service, last.
func compareServices(a, b []string) int {
	return cmp.Or(cmp.Compare(b2i(len(a) == 0), b2i(len(b) == 0)), slices.CompareFunc(a, b, foldCompare))
}

func foldCompare(a, b string) int {
	return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
}

func services(lists ...[]ruleset.Reason) []string {
	var out []string
	for _, list := range lists {
		for _, r := range list {
			if r.Service != "" {
				out = append(out, r.Service)
			}
		}
	}
	slices.SortFunc(out, foldCompare)
	return slices.Compact(out)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
