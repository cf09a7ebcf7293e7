package generators

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"rolewall/ruleset"
)

// advRule is one rule of Windows Firewall.
type advRule struct {
	Title string // what and from whom, for the comment
	Notes []string
	Why   string // the description in the firewall's own lists
	Name  string
	Args  string // tags of `add rule`, all but name and description
}

// newAdvRules says a rule in as many rules as netsh needs: one for each ICMP type and each part of a long list of senders.
func newAdvRules(rs *ruleset.RuleSet, r ruleset.Rule) ([]advRule, error) {
	families := rs.FamiliesOf(r)
	if families.None() {
		return nil, nil
	}
	listener, notes, err := advListener(rs.OS, r)
	if err != nil {
		return nil, err
	}
	parts := advSenders(rs, r)
	var out []advRule
	for _, m := range advMatches(rs.OS, r) {
		for i, senders := range parts {
			what := m.what
			if len(parts) > 1 {
				what += fmt.Sprintf(" part %d of %d", i+1, len(parts))
			}
			tags := append([]string{"dir=in", "action=allow"}, m.tags...)
			tags = append(tags, listener...)
			tags = append(tags, advProfile(rs.Settings.Advfirewall)...)
			tags = append(tags, senders...)
			why := cmp.Or(cmdText(ruleset.ReasonText(r.Reasons), 240), "no reason given")
			out = append(out, advRule{
				Title: cmdText(fmt.Sprintf("%s, from %s", what, strings.Join(r.From.Names(), ", ")), 110),
				Notes: append(notes, m.notes...),
				Why:   why,
				Name:  advName(what, r.ID, why, tags),
				Args:  strings.Join(tags, " "),
			})
		}
	}
	return out, nil
}

// advName names a rule. The ID leads back to the policy; what follows it changes with everything netsh is told, so that
// a rule left by an earlier run under this name is this rule: with the same profile, senders, wording and reasons.
func advName(what, id, why string, tags []string) string {
	sum := sha256.Sum256([]byte(strings.Join(tags, " ") + "\n" + why))
	return fmt.Sprintf("rolewall: %s [%s] %s", cmdText(what, 60), id, hex.EncodeToString(sum[:3]))
}

// advProfile limits a rule to the profiles that the policy names; every profile otherwise, since a domain controller
// that cannot see the domain yet boots into the public one.
func advProfile(s ruleset.AdvfirewallSettings) []string {
	if len(s.Profile) == 0 {
		return nil
	}
	return []string{"profile=" + strings.Join(s.Profile, ",")}
}
