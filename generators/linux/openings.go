package linux

import (
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Openings returns what the Linux filters allow besides rules and baseline: everything on interfaces that they do
// not filter, and the connections that the FTP helper allows.
func Openings(rs *ruleset.RuleSet) []target.Opening {
	var out []target.Opening
	if names := rs.Settings.Linux.Interfaces; len(names) > 0 {
		both := ruleset.Families{IPv4: true, IPv6: true} // packets on other interfaces meet no rule, whatever their family
		o := target.NewOpening(target.Interfaces, "everything on every interface other than "+strings.Join(names, ", "),
			target.AllTraffic(ruleset.AnyProtocol), ruleset.Anyone(), both)
		o.Setting = "take interfaces away from [linux], so that the script governs every interface"
		out = append(out, o)
	}
	if FTPHelper(rs) {
		for _, from := range ftpSources(rs) {
			o := target.NewOpening(target.Helper, "data connections that FTP announces on port 21, by the kernel's helper",
				target.AllTraffic(ruleset.TCP), from, rs.Families)
			o.Setting = "open a range for passive data with an exception, and say [linux] ftp_helper = false"
			out = append(out, o)
		}
	}
	return out
}

// ftpSources returns the sources that may reach port 21. The helper follows every connection to it.
func ftpSources(rs *ruleset.RuleSet) []ruleset.Sources {
	control := ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 21, Last: 21}}}
	var out []ruleset.Sources
	for _, r := range rs.Inbound {
		if !r.Overlaps(control) {
			continue
		}
		if r.Remote.IsAnyone() {
			return []ruleset.Sources{r.Remote}
		}
		out = append(out, r.Remote)
	}
	return out
}
