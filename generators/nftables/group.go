package generators

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// nftSenders is what one set of senders may send: definitions, and the rules that use them.
type nftSenders struct {
	Title string
	Sets  []nftSet
	Rules []string
}

// nftSet is a definition: one element a line, with its reasons behind a comment mark. Families share it.
type nftSet struct {
	Name  string
	Lines []string
}

// nftWriter collects the lines of one opening.
type nftWriter struct {
	out    nftSenders
	o      opening
	name   string // prefix of the names of its definitions
	accept string // verdict of its rules
}

func newNftSenders(o opening, names nftNames, s ruleset.LinuxSettings) nftSenders {
	w := nftWriter{o: o, name: names.next(o.who), accept: nftAccept(o.who, s)}
	w.out.Title = linuxTitle(o)
	w.addresses()
	w.match(o.families, "tcp dport", "tcp", portLines(o.tcp))
	w.match(o.families, "udp dport", "udp", portLines(o.udp))
	w.match(o.families, "meta l4proto", "protocols", protocolLines(o.protocols))
	w.icmp(o.families.And(ruleset.ICMP.Families()), "icmp", o.icmp)
	w.icmp(o.families.And(ruleset.ICMPv6.Families()), "icmpv6", o.icmpv6)
	for _, e := range o.decrypted { // open to bare packets, the port would serve without IPsec whoever asks
		w.bare(e.notes, "meta ipsec exists udp dport "+e.key.String()+" ")
	}
	w.bare(o.all, "")
	return w.out
}

// addresses defines the senders, a definition for each family.
func (w *nftWriter) addresses() {
	for _, f := range linuxFamilies(w.o.families) {
		if prefixes := f.prefixes(w.o.from); len(prefixes) > 0 {
			w.define(f.nfproto, addressLines(prefixes, w.o.from))
		}
	}
}

func (w *nftWriter) define(suffix string, lines []string) {
	w.out.Sets = append(w.out.Sets, nftSet{w.name + "_" + suffix, lines})
}

// match defines a set and accepts what is in it, from the senders' addresses of each family.
func (w *nftWriter) match(families ruleset.Families, what, suffix string, elements []string) {
	if len(elements) == 0 || families.None() {
		return
	}
	w.define(suffix, elements)
	w.rules(families, fmt.Sprintf("%s $%s_%s ", what, w.name, suffix), "")
}

// icmp matches whole types and single codes apart, since a set holds either.
func (w *nftWriter) icmp(families ruleset.Families, protocol string, types []member[ruleset.ICMPType]) {
	whole, codes := icmpLines(types)
	w.match(families, protocol+" type", protocol, whole)
	w.match(families, fmt.Sprintf("%s type . %s code", protocol, protocol), protocol+"_codes", codes)
}

// bare accepts what needs no set.
func (w *nftWriter) bare(notes []note, match string) {
	for i, n := range notes {
		if i == 0 {
			w.rules(w.o.families, match, "  # "+n.why)
			continue
		}
		w.out.Rules = append(w.out.Rules, "# "+n.why)
	}
}

// rules writes one rule for all families where anyone may send, and one for each family of the senders otherwise.
func (w *nftWriter) rules(families ruleset.Families, match, remark string) {
	if w.o.from.IsAnyone() {
		w.out.Rules = append(w.out.Rules, match+w.accept+remark)
		return
	}
	for _, f := range linuxFamilies(families) {
		key := map[bool]string{true: "ip", false: "ip6"}[f.v4]
		w.out.Rules = append(w.out.Rules,
			fmt.Sprintf("%s saddr $%s_%s %s%s%s", key, w.name, f.nfproto, match, w.accept, remark))
	}
}

// The widths are those of the longest element, whatever the set holds, so that a new element moves no other line.
const (
	portWidth    = len("49152-65535,")
	addressWidth = len("255.255.255.255/32,")
)

func portLines(elements []member[ruleset.PortRange]) []string {
	return elementLines(elements, portWidth, ruleset.PortRange.String)
}

func protocolLines(elements []member[ruleset.Protocol]) []string {
	return elementLines(elements, portWidth, func(p ruleset.Protocol) string { return fmt.Sprint(uint16(p)) })
}

func icmpLines(types []member[ruleset.ICMPType]) (whole, codes []string) {
	for _, e := range types {
		one := []member[ruleset.ICMPType]{e}
		if e.key.HasCode {
			codes = append(codes, elementLines(one, portWidth, func(t ruleset.ICMPType) string {
				return fmt.Sprintf("%d . %d", t.Type, t.Code)
			})...)
			continue
		}
		whole = append(whole, elementLines(one, portWidth, ruleset.ICMPType.String)...)
	}
	return whole, codes
}

// elementLines writes an element with its reason. Where several rules want it, or parts of it, each has a line below.
func elementLines[K any](elements []member[K], width int, text func(K) string) []string {
	var lines []string
	for _, e := range elements {
		notes := e.notes
		line := text(e.key) + ","
		if notes[0].what == "" {
			line = fmt.Sprintf("%-*s  # %s", width, line, notes[0].why)
			notes = notes[1:]
		}
		lines = append(lines, line)
		for _, n := range notes {
			lines = append(lines, fmt.Sprintf("# %-*s  %s", width, n.what, n.why))
		}
	}
	return lines
}

// addressLines writes an address a line; where there are several address sets, with the names of those that hold it.
func addressLines(prefixes []netip.Prefix, from ruleset.Sources) []string {
	lines := make([]string, len(prefixes))
	for i, p := range prefixes {
		lines[i] = p.String() + ","
		if len(from.Sets()) > 1 {
			lines[i] = fmt.Sprintf("%-*s  # %s", addressWidth, lines[i], target.Remark(setsHolding(p, from), 200))
		}
	}
	return lines
}

func setsHolding(p netip.Prefix, from ruleset.Sources) string {
	var names []string
	for _, set := range from.Sets() {
		if slices.ContainsFunc(set.Prefixes, p.Overlaps) {
			names = append(names, set.Name)
		}
	}
	return strings.Join(names, ", ")
}
