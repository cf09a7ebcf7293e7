package nftables

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/generators/linux"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// group is what the host allows from one set of sources: definitions, and the rules that use them.
type group struct {
	Title string
	Chain string // the chain of the group; empty if its rules are in the chain input
	Sets  []set
	Rules []string
}

// set is a definition: one element a line, with its reasons behind a comment mark. Both families share it.
type set struct {
	Name  string
	Lines []string
}

// writer collects the lines of one group.
type writer struct {
	out    group
	g      linux.Group
	name   string // beginning of the names of its definitions
	accept string // verdict of its rules
	sorted bool   // only packets from the sources reach the rules, so the rules need not match the sources
}

// describe writes one group. names holds the definitions of the script so far.
func describe(g linux.Group, names definitions, s ruleset.LinuxSettings) group {
	w := writer{g: g, name: names.next(g.Name), accept: verdict(g.Name, s), sorted: g.Remote.IsAnyone()}
	w.addresses()
	w.all()
	return w.out
}

// describeChain writes one group into a chain that only packets from its sources reach.
func describeChain(g linux.Group, names, chains definitions, s ruleset.LinuxSettings) group {
	w := writer{g: g, name: names.next(g.Name), accept: verdict(g.Name, s), sorted: true}
	w.out.Chain = chains.next("from " + w.name)
	w.all()
	return w.out
}

// all writes the title and the rules of the group.
func (w *writer) all() {
	g := w.g
	w.out.Title = g.Title()
	w.match(g.Families, "tcp dport", "tcp", portLines(g.TCP))
	w.match(g.Families, "udp dport", "udp", portLines(g.UDP))
	w.match(g.Families, "meta l4proto", "protocols", protocolLines(g.Protocols))
	w.icmp(g.Families.And(ruleset.ICMP.Families()), "icmp", g.ICMP)
	w.icmp(g.Families.And(ruleset.ICMPv6.Families()), "icmpv6", g.ICMPv6)
	for _, e := range g.IPsecOnly { // if it were open to unprotected packets, the port would serve anyone without IPsec
		w.bare(e.Annotations, "meta ipsec exists udp dport "+e.Key.String()+" ")
	}
	w.bare(g.All, "")
	for _, q := range g.Qualified {
		w.qualified(q)
	}
}

// keyword returns the name of a family's header in nft.
func keyword(f linux.Family) string {
	if f.IPv4 {
		return "ip"
	}
	return "ip6"
}

// addresses defines the sources, with a definition for each family.
func (w *writer) addresses() {
	for _, f := range linux.Families(w.g.Families) {
		if prefixes := f.Prefixes(w.g.Remote); len(prefixes) > 0 {
			w.define(f.NFProto, addressLines(prefixes, w.g.Remote))
		}
	}
}

func (w *writer) define(suffix string, lines []string) {
	w.out.Sets = append(w.out.Sets, set{w.name + "_" + suffix, lines})
}

// match defines a set and accepts its elements, from the sources of each family.
func (w *writer) match(families ruleset.Families, what, suffix string, elements []string) {
	if len(elements) == 0 || families.None() {
		return
	}
	w.define(suffix, elements)
	w.rules(families, fmt.Sprintf("%s $%s_%s ", what, w.name, suffix), "")
}

// icmp matches whole types and single codes with different sets, since a set holds either.
func (w *writer) icmp(families ruleset.Families, protocol string, types []linux.Element[ruleset.ICMPType]) {
	whole, codes := icmpLines(types)
	w.match(families, protocol+" type", protocol, whole)
	w.match(families, fmt.Sprintf("%s type . %s code", protocol, protocol), protocol+"_codes", codes)
}

// bare accepts a match that needs no set.
func (w *writer) bare(notes []linux.Annotation, match string) {
	for i, n := range notes {
		if i == 0 {
			w.rules(w.g.Families, match, "  # "+n.Why)
			continue
		}
		w.out.Rules = append(w.out.Rules, "# "+n.Why)
	}
}

// rules writes one rule for all families if every packet may match, otherwise one for each family of the sources.
func (w *writer) rules(families ruleset.Families, match, remark string) {
	if w.sorted {
		w.out.Rules = append(w.out.Rules, match+w.accept+remark)
		return
	}
	for _, f := range linux.Families(families) {
		w.out.Rules = append(w.out.Rules,
			fmt.Sprintf("%s saddr $%s_%s %s%s%s", keyword(f), w.name, f.NFProto, match, w.accept, remark))
	}
}

// The widths are those of the longest possible element, so that a new element moves no other line.
const (
	portWidth    = len("49152-65535,")
	addressWidth = len("255.255.255.255/32,")
)

func portLines(elements []linux.Element[ruleset.PortRange]) []string {
	return elementLines(linux.Segments(elements), portWidth, ruleset.PortRange.String)
}

func protocolLines(elements []linux.Element[ruleset.Protocol]) []string {
	return elementLines(elements, portWidth, func(p ruleset.Protocol) string { return fmt.Sprint(uint16(p)) })
}

func icmpLines(types []linux.Element[ruleset.ICMPType]) (whole, codes []string) {
	for _, e := range types {
		one := []linux.Element[ruleset.ICMPType]{e}
		if e.Key.HasCode {
			codes = append(codes, elementLines(one, portWidth, func(t ruleset.ICMPType) string {
				return fmt.Sprintf("%d . %d", t.Type, t.Code)
			})...)
			continue
		}
		whole = append(whole, elementLines(one, portWidth, ruleset.ICMPType.String)...)
	}
	return whole, codes
}

// elementLines writes a line for each element, with the reasons of every rule that opens it behind a comment mark.
// A comment never has a line of its own, since nft before 1.0.6 rejects such a line inside a definition.
func elementLines[K any](elements []linux.Element[K], width int, text func(K) string) []string {
	lines := make([]string, len(elements))
	for i, e := range elements {
		reasons := make([]string, len(e.Annotations))
		for n, a := range e.Annotations {
			reasons[n] = a.Why
		}
		lines[i] = fmt.Sprintf("%-*s  # %s", width, text(e.Key)+",", strings.Join(reasons, "; "))
	}
	return lines
}

// addressLines writes one address a line. If there are several address sets, it adds the names of those that
// contain the address.
func addressLines(prefixes []netip.Prefix, from ruleset.Sources) []string {
	lines := make([]string, len(prefixes))
	var names [][]string
	if len(from.Sets()) > 1 {
		names = setsHolding(prefixes, from)
	}
	for i, p := range prefixes {
		lines[i] = p.String() + ","
		if names != nil {
			lines[i] = fmt.Sprintf("%-*s  # %s", addressWidth, lines[i], target.Remark(strings.Join(names[i], ", "), 200))
		}
	}
	return lines
}

// setsHolding returns for each prefix the names of the sets that contain a part of it. prefixes is the smallest
// list that covers all sources of a family.
func setsHolding(prefixes []netip.Prefix, from ruleset.Sources) [][]string {
	names := make([][]string, len(prefixes))
	for _, set := range from.Sets() {
		for _, p := range set.Prefixes {
			i, exact := slices.BinarySearchFunc(prefixes, p.Addr(), func(q netip.Prefix, a netip.Addr) int { return q.Addr().Compare(a) })
			if !exact {
				i-- // the last one that begins before
			}
			if i >= 0 && prefixes[i].Contains(p.Addr()) && (len(names[i]) == 0 || names[i][len(names[i])-1] != set.Name) {
				names[i] = append(names[i], set.Name)
			}
		}
	}
	return names
}
