package advfirewall

import (
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// othersRules is what Windows Firewall allows as long as rules of other owners stay.
const othersRules = "whatever the inbound rules of other owners let in, which stay as they are"

// Openings returns what the script leaves open beside rules and baseline.
func (Target) Openings(rs *ruleset.RuleSet) []target.Opening {
	if isAlone(rs.Settings) {
		return nil
	}
	return []target.Opening{{
		Cause:        target.Others,
		Setting:      `say [advfirewall] other_rules = "disable" (2012 and later), or look at the host's own rules`,
		BaselineRule: target.BaselineRule{Text: othersRules, TextOnly: true},
	}}
}
