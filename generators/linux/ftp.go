package linux

import (
	"slices"

	"rolewall/ruleset"
)

// FTPHelper reports whether the script assigns the kernel's FTP helper. It does if the host allows FTP control
// connections and no rule opens ports for passive data connections.
func FTPHelper(rs *ruleset.RuleSet) bool {
	if rs.Settings.Linux.NoFTPHelper {
		return false
	}
	asks := func(app string) bool {
		return slices.ContainsFunc(rs.Inbound, func(r *ruleset.Rule) bool {
			return r.Protocol == ruleset.TCP && slices.ContainsFunc(r.Reasons, func(x ruleset.Reason) bool { return x.App == app })
		})
	}
	return asks("FTP control") && !asks("FTP passive data")
}

// ftpNote returns a note for the script: what the helper allows, and when it does not help.
func ftpNote() string {
	return "  data connections that FTP announces on port 21, unless encrypted; for those open a range and set ftp_helper = false"
}
