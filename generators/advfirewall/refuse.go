package advfirewall

import (
	"rolewall/generators/target"
	"rolewall/generators/winfirewall"
	"rolewall/ruleset"
)

// Refuse returns what Windows Firewall cannot express, and what this script cannot express.
func (t Target) Refuse(rs *ruleset.RuleSet) []target.Unsupported {
	out := winfirewall.Refuse(rs, func(l ruleset.Listener) string {
		return t.listeners.of(l, func() string { return winfirewall.BadListener(l) })
	})
	if winfirewall.Alone(rs.Settings) && rs.OS.Before(ruleset.Windows2012) {
		out = append(out, target.Unsupportedf(`say other_rules = "keep"; the cmdlets that can came with windows-2012`,
			"switch off other rules on %s, where netsh selects rules by names that differ with the language", rs.OS))
	}
	return out
}

// Openings returns what the script allows besides rules and baseline.
func (Target) Openings(rs *ruleset.RuleSet) []target.Opening { return winfirewall.Openings(rs) }
