package ipsec

import (
	"slices"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// filterLimit is how many permits a policy may hold: each is a command, and each is compared with packets.
const filterLimit = 512

// refuse lists what filters cannot say and Can has no word for.
func (Target) Refuse(rs *ruleset.RuleSet) []target.Unsupported {
	var out []target.Unsupported
	if n := count(inbound(rs)) + count(outbound(rs)); n > filterLimit {
		out = append(out, tooMany(rs, n))
	}
	for _, r := range rs.Inbound {
		if r.Protocol == ruleset.ICMP && rs.Settings.IPsec.ICMP != "all-types" {
			out = append(out, target.Unsupportedf(
				`say [ipsec] icmp = "all-types" to allow all of it from the same sources, or leave the feature or exception away that asks for it`,
				"say ICMP types (rule %s): a filter lets all of ICMP in, or nothing", r.What()))
		}
	}
	if rs.Settings.IPsec.DefaultExempt != nil && rs.OS != ruleset.Windows2003 {
		out = append(out, target.Unsupportedf("leave default_exempt away for this host",
			"set default_exempt on %s, where the value lives elsewhere and means something else", rs.OS))
	}
	return out
}

// tooMany refuses more filters than the limit and says which setting brings the number down.
func tooMany(rs *ruleset.RuleSet, n int) target.Unsupported {
	dynamic := func(r *ruleset.Rule) bool { return r.RPC == ruleset.Dynamic }
	if i := slices.IndexFunc(rs.Inbound, dynamic); i >= 0 {
		return target.Unsupportedf(
			`say [rpc] mode = "range" with a range of a hundred ports, or mode = "static" with a port for each service, and run the script of the target rpc-ports`,
			"open the dynamic RPC ports %s: with them the policy has %d filters, one for each port and network (at most %d)", rs.Inbound[i].Ports, n, filterLimit)
	}
	return target.Unsupportedf("name fewer ports, or fewer and wider networks", "hold %d filters, one for each port and network (at most %d)", n, filterLimit)
}
