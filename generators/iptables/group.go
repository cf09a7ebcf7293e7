package iptables

import (
	"cmp"
	"fmt"
	"strings"

	"rolewall/generators/linux"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// groupLines writes what the host allows from one set of sources: comment lines with the reasons, then rules.
// sorted means that only packets from these sources reach the rules, so the rules need not compare the source.
func groupLines(g linux.Group, sorted bool) []string {
	w := writer{g: g, sorted: sorted || g.Remote.IsAnyone()}
	w.comment(g.Title())
	w.ports("tcp", g.TCP)
	w.ports("udp", g.UDP)
	w.protocols()
	w.icmp(ruleset.ICMP, "icmp", "-p icmp -m icmp --icmp-type", g.ICMP)
	w.icmp(ruleset.ICMPv6, "icmpv6", "-p ipv6-icmp -m icmp6 --icmpv6-type", g.ICMPv6)
	for _, e := range g.IPsecOnly { // if it were open to unprotected packets, the port would serve anyone without IPsec
		match := portMatch([]ruleset.PortRange{e.Key})
		w.bare("udp", e.Key.String()+" decrypted", e.Annotations, "-p udp -m udp "+match+" -m policy --dir in --pol ipsec")
	}
	w.bare("every", "protocol", g.All, "")
	for _, q := range g.Qualified {
		w.qualified(q)
	}
	return w.lines
}

type writer struct {
	g      linux.Group
	sorted bool
	lines  []string
}

func (w *writer) comment(text string) {
	w.lines = append(w.lines, strings.TrimRight("# "+text, " "))
}

func (w *writer) ports(protocol string, elements []linux.Element[ruleset.PortRange]) {
	ranges := make([]ruleset.PortRange, len(elements))
	for i, e := range elements {
		ranges[i] = e.Key
		w.reasons(protocol, e.Key.String(), e.Annotations)
	}
	for _, match := range multiport(ranges) {
		w.accept(w.g.Families, fmt.Sprintf("-p %s %s", protocol, match))
	}
}

// protocols matches AH in IPv6 by a module of its own, since ip6tables treats AH as a header before the protocol.
func (w *writer) protocols() {
	for _, e := range w.g.Protocols {
		w.reasons("protocol", fmt.Sprint(uint16(e.Key)), e.Annotations)
		if e.Key == ruleset.AH {
			w.accept(w.g.Families.And(ruleset.Families{IPv4: true}), "-p 51")
			w.accept(w.g.Families.And(ruleset.Families{IPv6: true}), "-m ah")
			continue
		}
		w.accept(w.g.Families, fmt.Sprintf("-p %d", e.Key))
	}
}

func (w *writer) icmp(p ruleset.Protocol, name, match string, types []linux.Element[ruleset.ICMPType]) {
	for _, e := range types {
		w.reasons(name, e.Key.String(), e.Annotations)
		w.accept(w.g.Families.And(p.Families()), match+" "+strings.Replace(e.Key.String(), ":", "/", 1))
	}
}

func (w *writer) bare(kind, key string, notes []linux.Annotation, match string) {
	if len(notes) > 0 {
		w.reasons(kind, key, notes)
		w.accept(w.g.Families, match)
	}
}

// reasons writes what is open and why, with a line for each rule that opens all or a part of it.
func (w *writer) reasons(kind, key string, notes []linux.Annotation) {
	for _, n := range notes {
		w.comment(fmt.Sprintf("  %-15s  %s", kind+" "+cmp.Or(n.Part, key), n.Why))
	}
}

// accept writes a rule for every family, and for every prefix if it must compare the source.
func (w *writer) accept(families ruleset.Families, match string) {
	verdict := fmt.Sprintf("-m comment --comment %q -j ACCEPT", target.ASCII("from "+w.g.Name, 255))
	if match != "" {
		verdict = match + " " + verdict
	}
	if w.sorted && families.IPv4 && families.IPv6 {
		w.lines = append(w.lines, verdict)
		return
	}
	for _, f := range linux.Families(families) {
		if w.sorted {
			w.lines = append(w.lines, f.IPTables+" "+verdict)
			continue
		}
		for _, p := range f.Prefixes(w.g.Remote) {
			w.lines = append(w.lines, fmt.Sprintf("%s -s %s %s", f.IPTables, p, verdict))
		}
	}
}
