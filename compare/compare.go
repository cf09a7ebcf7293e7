// Package compare finds what changes in meaning from one list of rule sets to another. Hosts compares two lists of hosts.
//
// Meaning is which packets are allowed: from which sources, over which family, to which port and to which program.
// The arithmetic on ports and prefixes is exact. If two lists of rules allow the same packets, there is no change. It does
// not matter how the rules are split, joined or written. A difference in reasons, names or settings is reported as a kind of its own.
package compare

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// Host is a host on one side of a comparison.
type Host struct {
	Name       string
	Set        *ruleset.RuleSet // may be shared between hosts
	Deployment *Deployment      // nil if the host does not come from a policy
	Addresses  []netip.Addr     // the host's own addresses, if it comes from a policy
	Beside     []*ruleset.Rule  // what the scripts allow beside their rules
	Roles      []string         // where the rule set leaves them out
	Captured   bool             // as it was seen: nobody knows its roles
	Targets    string           // names of the targets that Beside was made for
}

// Report is what differs between two lists of hosts.
type Report struct {
	Compared int // hosts on both sides
	New      []Presence
	Gone     []Presence
	Changes  []Change // sorted; equal changes of several hosts are one
	Facts    []Fact   // the same
	Causes   []Cause  // edits of the policy that explain changes, sorted
}

// Presence is a host that is on one side only.
type Presence struct {
	Name    string
	OS      ruleset.OS
	Roles   []string
	Unnamed bool // a capture, which does not tell roles
	Opens   int  // number of rules
	Anyones int  // number of rules that allow anyone
}

// Fact is a difference between hosts that is not about an open port.
type Fact struct {
	Hosts         []string
	Name          string // "os", "role", "feature", "families", "rpc", "setting linux.log", "note", "warning", "targets", "filter", "access", "renamed"
	Before, After string // empty if that side has none
}

// None reports whether nothing differs.
func (r *Report) None() bool {
	return len(r.New)+len(r.Gone)+len(r.Changes)+len(r.Facts) == 0
}

// ForgetReasons removes changes that differ only in reasons, and all causes. It is for sides without reasons of
// their own, such as captures.
func (r *Report) ForgetReasons() {
	r.Causes = nil
	r.Changes = slices.DeleteFunc(r.Changes, func(c Change) bool { return c.Kind == Reasons })
	for i := range r.Changes {
		r.Changes[i].Causes = nil
	}
}

// Side is one side of a comparison.
type Side struct {
	Hosts    []Host
	Networks map[string][]netip.Prefix // the named networks of a policy; nil if the side is not a policy

	Written     map[string]Written // the networks as they are written
	Definitions map[string]Written // "role NAME" and "service NAME" that the site defines
	Catalog     Catalog            // the catalog that the side was made with
}

// Catalog identifies a catalog. The zero value means that it is unknown.
type Catalog struct {
	Digest  string // equal for catalogs with equal content
	Program string // version of rolewall
}

// Hosts compares two lists of hosts as Sides does.
func Hosts(before, after []Host) (*Report, error) {
	return Sides(Side{Hosts: before}, Side{Hosts: after})
}

// Sides compares the hosts of two sides. Each side has unique names, in any order. The case of letters does not
// matter. A host with a new name and the same addresses is the same host. The error wraps ErrTooMany and names the host
// whose differences are too many.
func Sides(old, new Side) (*Report, error) {
	var oldNames map[string]string
	old.Hosts, oldNames = matchRenamed(old.Hosts, new.Hosts)
	before, after := byName(old.Hosts), byName(new.Hosts)
	r, g := &Report{}, newGroups()
	for len(before)+len(after) > 0 {
		switch order(before, after) {
		case 0:
			r.Compared++
			g.add(after[0].Name, false, before[0], after[0])
			g.addFacts(after[0].Name, compareDeployments(before[0].Deployment, after[0].Deployment))
			if name := cmp.Or(oldNames[after[0].Name], before[0].Name); name != after[0].Name {
				g.addFacts(after[0].Name, []Fact{{Name: "renamed", Before: name, After: after[0].Name}})
			}
			before, after = before[1:], after[1:]
		case -1:
			r.Gone = append(r.Gone, newPresence(before[0]))
			before = before[1:]
		case 1:
			r.New = append(r.New, newPresence(after[0]))
			g.add(after[0].Name, true, Host{Set: after[0].Set.Empty()}, after[0])
			after = after[1:]
		}
		if g.err != nil {
			return nil, g.err
		}
	}
	r.Changes, r.Facts = g.sorted()
	r.findCauses(old, new)
	r.placeNetworks(old, new)
	return r, nil
}

func byName(hosts []Host) []Host {
	return slices.SortedFunc(slices.Values(hosts), func(a, b Host) int { return foldCompare(a.Name, b.Name) })
}

// order says which list has the next host: 0 for both, -1 for the first, 1 for the second.
func order(before, after []Host) int {
	switch {
	case len(after) == 0:
		return -1
	case len(before) == 0:
		return 1
	}
	return strings.Compare(foldName(before[0].Name), foldName(after[0].Name))
}

// foldName returns a name in lower case, for comparison.
func foldName(name string) string { return strings.ToLower(name) }

func newPresence(h Host) Presence {
	p := Presence{Name: h.Name, OS: h.Set.OS, Roles: slices.Concat(h.Set.Roles, h.Roles), Unnamed: h.Captured, Opens: len(h.Set.Inbound)}
	for _, r := range h.Set.Inbound {
		if r.Remote.IsAnyone() {
			p.Anyones++
		}
	}
	return p
}

// compareBeside compares what scripts allow beside their rules. It does so apart from the rules: an interface that
// is left open allows everything, which would hide changes on a filtered interface.
func compareBeside(before, after []*ruleset.Rule, a *answer) []Change {
	all := &ruleset.RuleSet{Families: ruleset.Families{IPv4: true, IPv6: true}}
	changes := compareRules(all, all, before, after, a)
	for i := range changes {
		changes[i].Beside, changes[i].Rules = true, [2][]string{} // these IDs belong to no rule of the policy
		changes[i].key = digestOf(changes[i].appendKey(nil))
		changes[i].setID()
	}
	return changes
}

// Sets compares two rule sets. Hosts is empty in the changes and facts that it returns. The error is ErrTooMany.
func Sets(before, after *ruleset.RuleSet) ([]Change, []Fact, error) {
	a := newAnswer()
	changes, facts := compareSets(before, after, a)
	if a.tooLong() {
		return nil, nil, ErrTooMany
	}
	return changes, facts, nil
}

func compareSets(before, after *ruleset.RuleSet, a *answer) ([]Change, []Fact) {
	if before == after {
		return nil, nil
	}
	changes := compareRules(before, after, before.Inbound, after.Inbound, a)
	for _, c := range compareRules(before, after, before.Outbound, after.Outbound, a) {
		c.Outbound = true
		changes = append(changes, c)
	}
	for i := range changes {
		changes[i].setID()
	}
	slices.SortFunc(changes, Change.compare)
	return changes, compareFacts(before, after)
}
