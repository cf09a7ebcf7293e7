package winfirewall

import (
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// portLimit is how many numbers a list of ports may have on Windows 2008. No document gives the limit. A list of
// this length is a line that an administrator can still read.
const portLimit = 100

// Refuse returns what no target can express in Windows Firewall, besides what Capabilities covers. bad is
// BadListener, or a version that caches its answers.
func Refuse(rs *ruleset.RuleSet, bad func(ruleset.Listener) string) []target.Unsupported {
	var out []target.Unsupported
	for _, r := range rs.Inbound {
		if what := bad(r.Listener); what != "" {
			out = append(out, target.Unsupported{Kind: "listener", What: what + " (rule " + r.What() + ")", Hint: "give the listener a full path without quotes and wildcards, and the service its short name"})
		}
		if byKeyword(r) && len(r.Ports) > 1 {
			out = append(out, target.Unsupportedf("leave mixed away for this host; the rules hold whatever range it was given by hand",
				"open two ranges for dynamic RPC (%s): its RPC keyword follows the ports that the host really uses", r.Ports))
		}
		if byKeyword(r) && len(r.FromPorts) > 0 {
			out = append(out, target.Unsupportedf("leave from_port away", "say source ports of dynamic RPC"))
		}
		if rs.OS.Before(ruleset.Windows2008R2) && r.FromPorts.Len() > portLimit {
			out = append(out, target.Unsupportedf("name fewer source ports", "say the %d source ports of %s on %s, which knows no ranges (at most %d)",
				r.FromPorts.Len(), r.What(), rs.OS, portLimit))
		}
		if !byKeyword(r) && rs.OS.Before(ruleset.Windows2008R2) && r.Ports.Len() > portLimit {
			out = append(out, target.Unsupportedf("name a shorter range, or use the target ipsec or a newer edition",
				"say port ranges on %s, and %s is too long a list of single ports (%d; at most %d)", rs.OS, r.What(), r.Ports.Len(), portLimit))
		}
	}
	return out
}
