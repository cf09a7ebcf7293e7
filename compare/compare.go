// Package compare finds what changes in meaning from one list of rule sets to another. Hosts compares two lists of hosts.
//
// Meaning is which packets are allowed: from which sources, over which family, to which port, and to which program.
// The arithmetic on ports and prefixes is exact: rules that are split, joined or written differently are no
// change where they allow the same packets. A difference in reasons, names or settings is reported as one of its own kind.
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
	Deployment *Deployment      // nil where the host was not read from a policy
	Addresses  []netip.Addr     // its own, where the host was read from a policy
	Beside     []*ruleset.Rule  // what the scripts allow beside their rules, as the rule set and the targets make it
	Targets    string           // names of the targets that Beside was made for: equal for equal ones
}

// Report is what differs between two lists of hosts.
type Report struct {
	Compared int // hosts on both sides
	New      []Presence
	Gone     []Presence
	Changes  []Change // equal changes of several hosts are one, sorted
	Facts    []Fact   // likewise
	Causes   []Cause  // edits of the policy that explain changes, sorted
}

// Presence is a host that only one side has.
type Presence struct {
	Name    string
	OS      ruleset.OS
	Roles   []string
	Opens   int // rules
	Anyones int // rules among them that let anyone in
}

// Fact is something about hosts, not about one opening, that differs.
type Fact struct {
	Hosts         []string
	Name          string // "os", "role", "feature", "families", "rpc", "setting linux.log", "note", "warning", "targets", "filter", "access", "renamed"
	Before, After string // empty where one side has none
}

// None reports whether nothing differs.
func (r *Report) None() bool {
	return len(r.New)+len(r.Gone)+len(r.Changes)+len(r.Facts) == 0
}

// ForgetReasons leaves out what differs in reasons alone, and edits that would explain changes: for sides that have no reasons
// of their own, such as what hosts were seen to allow.
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
	Networks map[string][]netip.Prefix // the named networks of a policy; nil where the side is none

	Written     map[string]Written // the networks as they are written
	Definitions map[string]Written // "role NAME" and "service NAME" of the site's own
	Catalog     Catalog            // with which the side was made
}

// Catalog is what is known of a catalog. The zero value is nothing.
type Catalog struct {
	Digest  string // equal for catalogs of equal content
	Program string // version of rolewall
}

// Hosts compares two lists of hosts. See Sides.
func Hosts(before, after []Host) *Report { return Sides(Side{Hosts: before}, Side{Hosts: after}) }

// Sides compares the hosts of two sides. Names are unique in each; their order does not matter, and neither does the case of
// letters, since a name in other letters is the same host on every network. A host with another name and the same addresses
// is the same host too.
func Sides(old, new Side) *Report {
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
	}
	r.Changes, r.Facts = g.sorted()
	r.findCauses(old, new)
	r.placeNetworks(old, new)
	return r
}

func byName(hosts []Host) []Host {
	return slices.SortedFunc(slices.Values(hosts), func(a, b Host) int { return foldCompare(a.Name, b.Name) })
}

// order says which list has the next host: 0 both, -1 the first, 1 the second.
func order(before, after []Host) int {
	switch {
	case len(after) == 0:
		return -1
	case len(before) == 0:
		return 1
	}
	return strings.Compare(foldName(before[0].Name), foldName(after[0].Name))
}

// foldName returns a name as it is compared, without case.
func foldName(name string) string { return strings.ToLower(name) }

func newPresence(h Host) Presence {
	p := Presence{Name: h.Name, OS: h.Set.OS, Roles: h.Set.Roles, Opens: len(h.Set.Inbound)}
	for _, r := range h.Set.Inbound {
		if r.Remote.IsAnyone() {
			p.Anyones++
		}
	}
	return p
}

// compareBeside compares what scripts allow beside their rules. It is not compared together with the rules: what every other
// interface allows would hide what changes on a governed one.
func compareBeside(before, after []*ruleset.Rule) []Change {
	all := &ruleset.RuleSet{Families: ruleset.Families{IPv4: true, IPv6: true}}
	changes := compareRules(all, all, before, after)
	for i := range changes {
		changes[i].Beside, changes[i].Rules = true, [2][]string{} // no rule of the policy has these IDs
		changes[i].id = "beside " + changes[i].fullKey()
	}
	return changes
}

// Sets compares two rule sets. The hosts of changes and facts are left empty.
func Sets(before, after *ruleset.RuleSet) ([]Change, []Fact) {
	if before == after {
		return nil, nil
	}
	changes := compareRules(before, after, before.Inbound, after.Inbound)
	for _, c := range compareRules(before, after, before.Outbound, after.Outbound) {
		c.Outbound = true
		changes = append(changes, c)
	}
	for i := range changes {
		changes[i].id = changes[i].fullKey()
	}
	slices.SortFunc(changes, Change.compare)
	return changes, compareFacts(before, after)
}
