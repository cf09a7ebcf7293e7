package advfirewall

import (
	"strings"

	"rolewall/generators/target"
	"rolewall/generators/winfirewall"
	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// header returns the usual header, and what is special in this host's script.
func header(info target.Info, rs *ruleset.RuleSet) []string {
	settings := rs.Settings.Advfirewall
	others := "Other owners' inbound rules stay as they are; they may let in more than the rules below."
	if settings.OtherRules == "disable" {
		others = "All other inbound allow rules of this host are switched off, those of Windows too; Group Policy's stay."
	}
	own := []string{
		"",
		"Apply    advfirewall.cmd, from an elevated prompt. A second run changes nothing.",
		"Look     advfirewall.cmd check lists what would change, and changes nothing.",
		"Try      advfirewall.cmd apply 5: within five minutes the policy from before comes back, unless advfirewall.cmd confirm",
		"         is called from a new session.",
		`Undo     netsh advfirewall import %SystemRoot%\rolewall\advfirewall-original.wfw`,
		`         or ...\advfirewall-before.wfw, which is the whole firewall policy before the latest run.`,
		"Failure  the policy from before the run comes back.",
		"Codes    0 done; 1 nothing changed, or all is as before; 2 the policy from before could not be put back;",
		"         3 set, but Group Policy keeps the rules from holding; 4 check found what would change.",
		"",
		others,
	}
	if winfirewall.UsesKeyword(rs) {
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
