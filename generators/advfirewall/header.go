package advfirewall

import (
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// header says beside the usual what is special about this host's script.
func header(info target.Info, rs *ruleset.RuleSet) []string {
	settings := rs.Settings.Advfirewall
	others := "Other owners' inbound rules stay as they are; they may let in more than the rules below."
	if settings.OtherRules == "disable" {
		others = "All other inbound allow rules of this host are switched off, those of Windows too; Group Policy's stay."
	}
	own := []string{
		"",
		"Apply    advfirewall.cmd, from an elevated prompt. A second run changes nothing.",
		`Undo     netsh advfirewall import %SystemRoot%\rolewall\advfirewall-original.wfw`,
		`         or ...\advfirewall-before.wfw, which is the whole firewall policy before the latest run.`,
		"Failure  the policy from before the run comes back, and the exit code is not 0.",
		"",
		others,
	}
	if slices.ContainsFunc(rs.Inbound, byKeyword) {
		own = append(own, "Dynamic RPC goes by the keyword RPC: the ports that the run-time gave the listener, whatever the range.")
	}
	if len(settings.Profile) > 0 {
		own = append(own, "The rules (not the baseline) hold in these profiles alone: "+strings.Join(settings.Profile, ", "))
	}
	if settings.Outbound == "block" {
		own = append(own, "Outbound is blocked: what the host itself begins needs outbound rules, and this script makes none.")
	}
	return winscript.Header(info, rs, own...)
}
