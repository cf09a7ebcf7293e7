package iptables

import (
	"fmt"
	"strings"

	"rolewall/generators/linux"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// qualified writes a rule that is narrowed to interfaces, source ports or a rate.
func (w *writer) qualified(q linux.Qualified) {
	r := q.Rule
	w.comment(fmt.Sprintf("  %-15s  %s; %s", r.What(), r.Only(), q.Why))
	limit := ""
	if r.Limit != (ruleset.Limit{}) {
		limit = fmt.Sprintf(" -m limit --limit %s --limit-burst %d", r.Limit, ruleset.LimitBurst)
	}
	for _, name := range q.Interfaces() {
		iif := ""
		if name != "" {
			iif = "-i " + interfaceText(name) + " "
		}
		for _, m := range qualifiedMatches(r) {
			w.accept(q.Families(w.g).And(m.families), strings.TrimSpace(iif+m.text+limit))
		}
	}
}

// interfaceText writes an interface for iptables. Its mark for all names with that beginning is a plus.
func interfaceText(name string) string { return strings.Replace(name, "*", "+", 1) }

// match is traffic as iptables matches it, and the families in which that match is valid.
type match struct {
	text     string
	families ruleset.Families
}

// qualifiedMatches returns the matches that together are the traffic of a rule.
func qualifiedMatches(r *ruleset.Rule) []match {
	var out []match
	add := func(f ruleset.Families, text string) { out = append(out, match{text, f}) }
	both := r.Protocol.Families()
	switch p := r.Protocol; {
	case p.HasPorts():
		policy := ""
		if r.IPsecOnly {
			policy = " -m policy --dir in --pol ipsec"
		}
		for _, to := range multiport(r.Ports) {
			for _, from := range sourcePorts(r.FromPorts) {
				add(both, fmt.Sprintf("-p %s %s%s", p, bothPorts(to, from), policy))
			}
		}
	case p == ruleset.ICMP:
		for _, t := range r.ICMP {
			add(both, "-p icmp -m icmp --icmp-type "+strings.Replace(t.String(), ":", "/", 1))
		}
	case p == ruleset.ICMPv6:
		for _, t := range r.ICMP {
			add(both, "-p ipv6-icmp -m icmp6 --icmpv6-type "+strings.Replace(t.String(), ":", "/", 1))
		}
	case p == ruleset.AnyProtocol:
		add(both, "")
	case p == ruleset.AH:
		add(ruleset.Families{IPv4: true}, "-p 51")
		add(ruleset.Families{IPv6: true}, "-m ah")
	default:
		add(both, fmt.Sprintf("-p %d", p))
	}
	return out
}

// sourcePorts returns matches that together hold the ports, or one that matches every port.
func sourcePorts(ports ruleset.Ports) []string {
	if len(ports) == 0 {
		return []string{""}
	}
	var out []string
	for _, m := range multiport(ports) {
		m = strings.Replace(m, "--dport ", "--sport ", 1)
		out = append(out, strings.Replace(m, "--dports ", "--sports ", 1))
	}
	return out
}

// bothPorts joins the matches of destination and source ports. A lone port comes first: behind multiport, iptables takes it for an
// option of that module and refuses the line.
func bothPorts(to, from string) string {
	switch {
	case from == "":
		return to
	case strings.HasPrefix(to, "-m "):
		return from + " " + to
	}
	return to + " " + from
}

// refuseLimits returns the rules with a limit that need several lines in one family. Each line would count alone.
func refuseLimits(rs *ruleset.RuleSet) []target.Unsupported {
	var out []target.Unsupported
	for _, r := range ruleset.WithoutListeners(rs.Inbound) {
		if r.Limit == (ruleset.Limit{}) {
			continue
		}
		for _, f := range linux.Families(rs.FamiliesOf(r)) {
			lines := 0
			for _, m := range qualifiedMatches(r) {
				if m.families.IPv4 && f.IPv4 || m.families.IPv6 && !f.IPv4 {
					lines++
				}
			}
			if lines > 1 || !r.Remote.IsAnyone() && len(f.Prefixes(r.Remote)) > 1 {
				out = append(out, target.Unsupportedf("use the target nftables, or name one prefix and at most 15 ports in an exception of its own",
					"limit the rate of %s as a whole: it counts each prefix and each 15 ports apart", r.What()))
				break
			}
		}
	}
	return out
}
