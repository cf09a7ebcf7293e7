package ipsec

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// permit is one rule as filters.
type permit struct {
	Title   string // traffic and destinations, for the comment
	Why     string
	Notes   []string
	Hole    string // what the mirror of an outbound filter allows, since filters keep no state
	Filters []filter
}

// inbound returns the permits of the rule set. A filter cannot name the listener.
func inbound(rs *ruleset.RuleSet) []permit {
	var out []permit
	done := written{}
	for _, r := range ruleset.WithoutListeners(rs.Inbound) {
		if rs.FamiliesOf(r).IPv4 {
			o := newPermit(r, fromRemote, done)
			o.Notes = append(notes(r), o.Notes...)
			out = append(out, o)
		}
	}
	return out
}

// outbound returns the permits for connections that the host opens.
func outbound(rs *ruleset.RuleSet) []permit {
	var out []permit
	done := written{}
	for _, r := range ruleset.WithoutListeners(rs.Outbound) {
		if rs.FamiliesOf(r).IPv4 {
			o := newPermit(r, toRemote, done)
			o.Why, o.Hole = permitText(r), hole(r)
			out = append(out, o)
		}
	}
	for _, r := range ruleset.WithoutListeners(rs.Inbound) {
		if isFTP(r) && rs.FamiliesOf(r).IPv4 {
			out = append(out, activeFTP(r))
		}
	}
	return out
}

func newPermit(r *ruleset.Rule, d direction, done written) permit {
	o := permit{
		Title:   winscript.Text(fmt.Sprintf("%s, %s %s", r.What(), d, who(r)), 110),
		Why:     winscript.Text(ruleset.ReasonText(r.Reasons), 240),
		Filters: d.filters(r, done),
	}
	all := count([]permit{{Filters: d.filters(r, written{})}})
	if n := all - count([]permit{o}); n > 0 {
		o.Notes = []string{fmt.Sprintf("filters that stand above already: %d", n)}
	}
	return o
}

func who(r *ruleset.Rule) string { return strings.Join(r.Remote.Names(), ", ") }

// permitText returns why the host may open a connection.
func permitText(r *ruleset.Rule) string {
	var reasons []string
	for _, x := range r.Reasons {
		if x.Allow != nil {
			reasons = append(reasons, x.Allow.Reason)
		}
	}
	return winscript.Text(strings.Join(reasons, ", "), 240)
}

// hole returns what an outbound permit allows in besides answers.
func hole(r *ruleset.Rule) string {
	switch {
	case r.Protocol.HasPorts():
		return fmt.Sprintf("%s from port %s of %s, to every port of this host", r.Protocol, r.Ports, who(r))
	case r.Protocol == ruleset.AnyProtocol:
		return "everything from " + who(r)
	}
	return fmt.Sprintf("all of protocol %s from %s", r.Protocol, who(r))
}

// isFTP reports whether the rule is for the control port of an FTP server. An exception for the port could be for
// anything.
func isFTP(r *ruleset.Rule) bool {
	return r.Protocol == ruleset.TCP && r.Ports.String() == "21" &&
		slices.ContainsFunc(r.Reasons, func(x ruleset.Reason) bool { return strings.HasPrefix(x.App, "FTP") })
}

// activeFTP allows the server to open data connections from its port 20 to the sources that may reach the control
// port.
func activeFTP(r *ruleset.Rule) permit {
	o := permit{
		Title: winscript.Text("tcp from own port 20, to "+who(r), 110),
		Why:   "FTP active data, which the server begins",
		Hole:  "tcp from every port of " + who(r) + ", to port 20 of this host, where nothing listens",
	}
	for _, a := range addresses(r.Remote) {
		tags := toRemote.addresses(a) + " " + traffic(ruleset.TCP, "20", "0") + " " + description(r)
		o.Filters = append(o.Filters, filter{Tags: tags, count: 1})
	}
	return o
}

// notes returns where a stateless filter allows more, or less, than the rule.
func notes(r *ruleset.Rule) []string {
	switch {
	case r.IPsecOnly:
		return []string{"meant for what comes out of an IPsec tunnel; a filter cannot tell, and bare packets come in as well"}
	case r.Protocol.HasTypes():
		return []string{"a filter knows no ICMP types: all of ICMP comes in"}
	case r.Protocol == ruleset.UDP && r.Ports.String() == "69":
		return []string{"TFTP answers from a port of its own choice, which a stateless filter does not let out:", "clients need an exception with protocol any beside this"}
	}
	return nil
}

// count returns the number of filters without the one that blocks everything.
func count(openings []permit) int {
	n := 0
	for _, o := range openings {
		for _, f := range o.Filters {
			n += f.count
		}
	}
	return n
}
