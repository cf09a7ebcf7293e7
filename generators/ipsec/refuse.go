package ipsec

import (
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// filterLimit is how many permits a policy may have. Each is a command, and each is compared with packets.
const filterLimit = 512

// Refuse returns what filters cannot express and Capabilities do not cover. A plain role of Windows 2003 usually
// meets two limits at once: the dynamic range and the ICMP types. They make one message, whose hint has the lines
// for both.
func (Target) Refuse(rs *ruleset.RuleSet) []target.Unsupported {
	var out []target.Unsupported
	n := count(inbound(rs)) + count(outbound(rs))
	types := typed(rs)
	i := slices.IndexFunc(rs.Inbound, func(r *ruleset.Rule) bool { return r.RPC == ruleset.Dynamic })
	switch {
	case n > filterLimit && i >= 0 && len(types) > 0:
		out = append(out, target.Unsupportedf("write "+rangeLine+" and "+typesLine+runPorts,
			"open the dynamic RPC ports %s, which take %d filters, one for each port and network (at most %d), nor say ICMP types (rule %s): a filter lets all of ICMP in, or nothing",
			rs.Inbound[i].Ports, n, filterLimit, strings.Join(types, ", ")))
		types = nil
	case n > filterLimit && i >= 0:
		out = append(out, target.Unsupportedf(
			"write "+rangeLine+runPorts+`; or mode = "static" with a port for each service`,
			"open the dynamic RPC ports %s: with them the policy has %d filters, one for each port and network (at most %d)", rs.Inbound[i].Ports, n, filterLimit))
	case n > filterLimit:
		out = append(out, target.Unsupportedf("name fewer ports, or fewer and wider networks",
			"hold %d filters, one for each port and network (at most %d)", n, filterLimit))
	}
	for _, what := range types {
		out = append(out, target.Unsupportedf(
			"write "+typesLine+" to allow all of it from the same sources, or leave the feature or exception away that asks for it",
			"say ICMP types (rule %s): a filter lets all of ICMP in, or nothing", what))
	}
	if rs.Settings.IPsec.DefaultExempt != nil && rs.OS != ruleset.Windows2003 {
		out = append(out, target.Unsupportedf("leave default_exempt away for this host",
			"set default_exempt on %s, where the value lives elsewhere and means something else", rs.OS))
	}
	return out
}

// The lines that limit the RPC ports to a hundred, and that allow all of ICMP.
const (
	rangeLine = `rpc = { mode = "range", range = "5001-5100" }`
	typesLine = `ipsec = { icmp = "all-types" }`
	runPorts  = " (the policy or the host), and run the script of the target rpc-ports there too"
)

// typed returns the rules for ICMP types in words, unless the policy allows all of ICMP in filters.
func typed(rs *ruleset.RuleSet) []string {
	var out []string
	for _, r := range rs.Inbound {
		if what := r.What(); r.Protocol == ruleset.ICMP && rs.Settings.IPsec.ICMP != "all-types" && !slices.Contains(out, what) {
			out = append(out, what)
		}
	}
	return out
}
