package linux

import (
	"cmp"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Group is everything that a host allows from one set of sources, sorted by what a filter has to match. A Linux
// filter matches a set of ports as fast as a single port, so a target writes one rule for each field and family of
// a group.
type Group struct {
	Name      string // for comments: "anyone", or the names of the address sets
	Remote    ruleset.Sources
	Families  ruleset.Families // families in which the sources have addresses and which the host has
	Closed    ruleset.Families // families that the host has and in which the sources have no address
	TCP, UDP  []Element[ruleset.PortRange]
	IPsecOnly []Element[ruleset.PortRange] // UDP ports that are open only to packets that arrive through IPsec
	ICMP      []Element[ruleset.ICMPType]
	ICMPv6    []Element[ruleset.ICMPType]
	Protocols []Element[ruleset.Protocol]
	All       []Annotation // why every protocol is open; empty if it is not
	Qualified []Qualified  // rules narrowed to interfaces, source ports or a rate, which need lines of their own
}

// Groups groups the inbound rules of a host by their sources: anyone first, then by name.
func Groups(rs *ruleset.RuleSet) []Group {
	rules := ruleset.WithoutListeners(rs.Inbound)
	slices.SortStableFunc(rules, func(a, b *ruleset.Rule) int { return cmp.Compare(a.Remote.Key(), b.Remote.Key()) })
	var out []Group
	for len(rules) > 0 {
		n := 1
		for n < len(rules) && rules[n].Remote.Equal(rules[0].Remote) {
			n++
		}
		out = append(out, newGroup(rs, rules[:n]))
		rules = rules[n:]
	}
	slices.SortFunc(out, Group.compare)
	return out
}

func (g Group) compare(h Group) int {
	if g.Remote.IsAnyone() != h.Remote.IsAnyone() {
		if g.Remote.IsAnyone() {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(g.Name, h.Name), cmp.Compare(g.Remote.Key(), h.Remote.Key()))
}

// newGroup sorts rules with equal sources by what they match.
func newGroup(rs *ruleset.RuleSet, rules []*ruleset.Rule) Group {
	remote := rules[0].Remote
	has := remote.Families()
	g := Group{Name: nameOf(remote), Remote: remote, Families: has.And(rs.Families)}
	g.Closed = ruleset.Families{IPv4: !has.IPv4, IPv6: !has.IPv6}.And(rs.Families)
	var tcp, udp, ipsecOnly []annotated[ruleset.PortRange]
	var icmp, icmpv6 []annotated[ruleset.ICMPType]
	var protocols []annotated[ruleset.Protocol]
	for _, r := range rules {
		a := annotate(r)
		switch {
		case r.Qualified():
			g.Qualified = append(g.Qualified, Qualified{r, a})
		case r.IPsecOnly:
			ipsecOnly = append(ipsecOnly, annotateAll(a, r.Ports...)...)
		case r.Protocol == ruleset.TCP:
			tcp = append(tcp, annotateAll(a, r.Ports...)...)
		case r.Protocol == ruleset.UDP:
			udp = append(udp, annotateAll(a, r.Ports...)...)
		case r.Protocol == ruleset.ICMP:
			icmp = append(icmp, annotateAll(a, r.ICMP...)...)
		case r.Protocol == ruleset.ICMPv6:
			icmpv6 = append(icmpv6, annotateAll(a, r.ICMP...)...)
		case r.Protocol == ruleset.AnyProtocol:
			g.All = append(g.All, a)
		default:
			protocols = append(protocols, annotateAll(a, r.Protocol)...)
		}
	}
	g.TCP, g.UDP, g.IPsecOnly = mergePorts(tcp), mergePorts(udp), mergePorts(ipsecOnly)
	g.ICMP, g.ICMPv6 = mergeEqual(icmp, ruleset.ICMPType.Compare), mergeEqual(icmpv6, ruleset.ICMPType.Compare)
	g.Protocols = mergeEqual(protocols, cmp.Compare[ruleset.Protocol])
	return g
}

// nameOf returns a name of the sources for a comment.
func nameOf(remote ruleset.Sources) string {
	if remote.IsAnyone() {
		return "anyone"
	}
	return strings.Join(remote.Names(), ", ")
}

// Title returns the comment above the rules of a group.
func (g Group) Title() string {
	title := target.Remark("From "+g.Name, 200)
	for _, f := range Families(g.Closed) {
		title += "; nothing over " + f.Name
	}
	return title
}

// Qualified is a rule that cannot share a set with others.
type Qualified struct {
	Rule *ruleset.Rule
	Annotation
}

// Families returns the families of the group in which the rule opens something.
func (q Qualified) Families(g Group) ruleset.Families {
	return g.Families.And(q.Rule.Protocol.Families())
}

// Interfaces returns the interfaces of the rule, or one empty name for every interface.
func (q Qualified) Interfaces() []string {
	if len(q.Rule.Interfaces) == 0 {
		return []string{""}
	}
	return q.Rule.Interfaces
}
