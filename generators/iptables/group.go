package generators

import (
	"cmp"
	"fmt"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// iptSenders writes what one set of senders may send, reasons first, as comment lines: iptables-restore knows no
// comment behind a rule.
func iptSenders(o opening) []string {
	w := iptWriter{o: o}
	w.comment(linuxTitle(o))
	w.ports("tcp", o.tcp)
	w.ports("udp", o.udp)
	w.protocols()
	w.icmp(ruleset.ICMP, "icmp", "-p icmp -m icmp --icmp-type", o.icmp)
	w.icmp(ruleset.ICMPv6, "icmpv6", "-p ipv6-icmp -m icmp6 --icmpv6-type", o.icmpv6)
	for _, e := range o.decrypted { // open to bare packets, the port would serve without IPsec whoever asks
		match := portMatch([]ruleset.PortRange{e.key})
		w.bare("udp", e.key.String()+" decrypted", e.notes, "-p udp -m udp "+match+" -m policy --dir in --pol ipsec")
	}
	w.bare("every", "protocol", o.all, "")
	return w.lines
}

type iptWriter struct {
	o     opening
	lines []string
}

func (w *iptWriter) comment(text string) {
	w.lines = append(w.lines, strings.TrimRight("# "+text, " "))
}

func (w *iptWriter) ports(protocol string, elements []member[ruleset.PortRange]) {
	ranges := make([]ruleset.PortRange, len(elements))
	for i, e := range elements {
		ranges[i] = e.key
		w.reasons(protocol, e.key.String(), e.notes)
	}
	for _, match := range multiport(ranges) {
		w.accept(w.o.families, fmt.Sprintf("-p %s %s", protocol, match))
	}
}

// protocols matches AH in IPv6 by its own module, since to ip6tables it is a header on the way to the protocol.
func (w *iptWriter) protocols() {
	for _, e := range w.o.protocols {
		w.reasons("protocol", fmt.Sprint(uint16(e.key)), e.notes)
		if e.key == ruleset.AH {
			w.accept(w.o.families.And(ruleset.Families{IPv4: true}), "-p 51")
			w.accept(w.o.families.And(ruleset.Families{IPv6: true}), "-m ah")
			continue
		}
		w.accept(w.o.families, fmt.Sprintf("-p %d", e.key))
	}
}

func (w *iptWriter) icmp(p ruleset.Protocol, name, match string, types []member[ruleset.ICMPType]) {
	for _, e := range types {
		w.reasons(name, e.key.String(), e.notes)
		w.accept(w.o.families.And(p.Families()), match+" "+strings.Replace(e.key.String(), ":", "/", 1))
	}
}

func (w *iptWriter) bare(kind, key string, notes []note, match string) {
	if len(notes) > 0 {
		w.reasons(kind, key, notes)
		w.accept(w.o.families, match)
	}
}

// reasons says what is let in and why, a line for each rule that wants it or a part of it.
func (w *iptWriter) reasons(kind, key string, notes []note) {
	for _, n := range notes {
		w.comment(fmt.Sprintf("  %-15s  %s", kind+" "+cmp.Or(n.what, key), n.why))
	}
}

// accept writes a rule for every family and, where the senders are not anyone, for every prefix of theirs.
func (w *iptWriter) accept(families ruleset.Families, match string) {
	verdict := fmt.Sprintf("-m comment --comment %q -j ACCEPT", target.ASCII("from "+w.o.who, 255))
	if match != "" {
		verdict = match + " " + verdict
	}
	if w.o.from.IsAnyone() && families.IPv4 && families.IPv6 {
		w.lines = append(w.lines, verdict)
		return
	}
	for _, f := range linuxFamilies(families) {
		if w.o.from.IsAnyone() {
			w.lines = append(w.lines, f.iptables+" "+verdict)
		}
		for _, p := range f.prefixes(w.o.from) {
			w.lines = append(w.lines, fmt.Sprintf("%s -s %s %s", f.iptables, p, verdict))
		}
	}
}
