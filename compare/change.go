package compare

import (
	"cmp"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// Kind is what happens to an open port.
type Kind string

// The kinds, in the order of reports. All but the last change which packets are allowed.
const (
	Opened   Kind = "opened"   // nobody could reach the ports before
	Widened  Kind = "widened"  // more sources
	Moved    Kind = "moved"    // other sources: some new, some gone
	Listener Kind = "listener" // the same sources reach another program
	Narrowed Kind = "narrowed" // fewer sources
	Closed   Kind = "closed"   // nobody can reach the ports any more
	Reasons  Kind = "reasons"  // the same packets, for other reasons or under other names
)

// Kinds lists the kinds in the order of reports.
func Kinds() []Kind {
	return []Kind{Opened, Widened, Moved, Listener, Narrowed, Closed, Reasons}
}

// Change is one difference in what hosts allow. Before and After are all addresses that can reach the ports on each side,
// by any rule. Added and Removed are the difference.
type Change struct {
	Kind     Kind
	Hosts    []string
	NewHost  bool // the hosts are new, and so is all that they open
	Beside   bool // what scripts allow beside their rules; Rules is then empty
	Outbound bool // what a stateless filter allows out; the addresses are destinations then
	ruleset.Traffic
	Before    Addresses
	After     Addresses
	Added     Addresses
	Removed   Addresses
	Bindings  [2][]Binding        // programs behind the ports before and after
	Reasons   [2][]ruleset.Reason // of the rules that make the difference, before and after
	Rules     [2][]string         // their IDs
	Services  []string            // whose endpoints make the difference, sorted without case; none for exceptions
	Renamed   bool                // where only reasons differ: the networks of the sources have other names
	StillOpen []string            // where every protocol is closed: what other rules still allow these sources to reach
	Causes    []int               // indexes of the causes in the report; none where no edit explains the change
	At        *Line               // where a script has one of the rules; nil until Locate finds it

	id string // equal for changes that are equal in all but Hosts
}

// Binding is who gets the packets: a program, and of its sockets all or those of one RPC kind; and whether all packets or
// those alone that come out of an IPsec tunnel, or that the qualifiers of a rule let pass.
type Binding struct {
	ruleset.Listener
	RPC       ruleset.RPCKind
	IPsecOnly bool
	Only      string // what the packets are narrowed to: "only on virbr*"; empty is nothing
}

// Addresses is a set of addresses with the names that policies give to them.
type Addresses struct {
	Names    []string         // sorted; "any" where a rule allows anyone
	Prefixes ruleset.Prefixes // minimal, sorted; 0.0.0.0/0 and ::/0 are everyone of a family
}

// None reports whether the set is empty.
func (w Addresses) None() bool { return len(w.Prefixes) == 0 }

// Everyone returns the families in which the set holds every address.
func (w Addresses) Everyone() ruleset.Families { return w.Prefixes.Complete() }

// ToAnyone reports whether the change opens the ports to every address of a family, and they were not open to all before.
func (c Change) ToAnyone() bool {
	before, after := c.Before.Everyone(), c.After.Everyone()
	return after.IPv4 && !before.IPv4 || after.IPv6 && !before.IPv6
}

// ToNearlyAnyone reports whether the change opens the ports to so many addresses of a family that the rest hardly matters,
// and they were not open to so many before. A change to anyone is not one to nearly anyone.
func (c Change) ToNearlyAnyone() bool {
	before, after := nearlyComplete(c.Before.Prefixes), nearlyComplete(c.After.Prefixes)
	return !c.ToAnyone() && (after.IPv4 && !before.IPv4 || after.IPv6 && !before.IPv6)
}

// compare is the order of changes in reports: inbound first, by service, kind, protocol and ports; the id makes it total.
func (c Change) compare(d Change) int {
	return cmp.Or(
		cmp.Compare(b2i(d.Beside), b2i(c.Beside)),
		cmp.Compare(b2i(c.Outbound), b2i(d.Outbound)),
		compareServices(c.Services, d.Services),
		cmp.Compare(slices.Index(Kinds(), c.Kind), slices.Index(Kinds(), d.Kind)),
		c.Traffic.Compare(d.Traffic),
		cmp.Compare(c.id, d.id),
	)
}

// compareServices puts exceptions, which have no service, last.
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
