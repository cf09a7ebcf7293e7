package ipsec

import (
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Openings returns what the filters allow besides the rules: the mirrors of outbound permits, rules that a filter
// can only express wider, what the driver exempts, and all of IPv6, which it does not filter.
func (Target) Openings(rs *ruleset.RuleSet) []target.Opening {
	ipv4 := ruleset.Families{IPv4: true}
	var out []target.Opening
	add := func(c target.Cause, setting, text string, t ruleset.Traffic, from ruleset.Sources) {
		o := target.NewOpening(c, text, t, from, ipv4)
		o.Setting = setting
		out = append(out, o)
	}
	for _, r := range ruleset.WithoutListeners(rs.Outbound) {
		if rs.FamiliesOf(r).IPv4 {
			add(target.Mirror, "name fewer addresses, and a port, in [[ipsec.outbound]]", "the mirror of an outbound permit: "+hole(r), target.AllTraffic(r.Protocol), r.Remote)
		}
	}
	for _, r := range ruleset.WithoutListeners(rs.Inbound) {
		if !rs.FamiliesOf(r).IPv4 {
			continue
		}
		switch {
		case isFTP(r):
			add(target.Mirror, "", "the mirror of FTP's data connections, to port 20", ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 20, Last: 20}}}, r.Remote)
		case r.Protocol.HasTypes():
			add(target.Wider, `leave [ipsec] icmp = "all-types" away`, "all of ICMP, since a filter knows no types: "+r.What()+" is asked for", target.AllTraffic(r.Protocol), r.Remote)
		case r.IPsecOnly:
			add(target.Wider, "use the target advfirewall, or leave the role away", r.What()+" from bare packets too, since a filter cannot tell what came out of a tunnel", r.Traffic, r.Remote)
		}
	}
	if n := rs.Settings.IPsec.DefaultExempt; n != nil && (*n == 0 || *n == 2) {
		const setting, text = "say [ipsec] default_exempt = 3", "packets from port 88, which count as Kerberos, and RSVP: NoDefaultExempt exempts them"
		for _, p := range []ruleset.Protocol{ruleset.TCP, ruleset.UDP, 46} {
			add(target.Wider, setting, text, target.AllTraffic(p), ruleset.Anyone())
		}
	}
	if rs.OS == ruleset.Windows2003 { // which has no IPv6 unless it is installed
		return out
	}
	return append(out, target.Opening{
		Cause:        target.Others,
		Setting:      "use the target advfirewall where the host has IPv6",
		BaselineRule: target.BaselineRule{Text: "IPv6, where the host has it: these filters do not see it", TextOnly: true},
	})
}
