package generators

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
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

// advWriter says the rules of one rule set.
type advWriter struct {
	rs      *ruleset.RuleSet
	senders map[advReach][]string // what was worked out: most rules have their senders in common
}

// advReach is whom a rule is open to on its host.
type advReach struct {
	from     ruleset.Sources
	families ruleset.Families
	all      ruleset.Families // of the protocol
}

func newAdvWriter(rs *ruleset.RuleSet) advWriter { return advWriter{rs, map[advReach][]string{}} }

// rules says a rule in as many rules as netsh needs: one for each ICMP type and each part of a long list of senders.
func (w advWriter) rules(r *ruleset.Rule) ([]advRule, error) {
	reach := advReach{r.From, w.rs.FamiliesOf(r), r.Protocol.Families()}
	if reach.families.None() {
		return nil, nil
	}
	listener, notes, err := advListener(w.rs.OS, r)
	if err != nil {
		return nil, err
	}
	parts, known := w.senders[reach]
	if !known {
		parts = advSenders(reach)
		w.senders[reach] = parts
	}
	why := cmp.Or(cmdText(ruleset.ReasonText(r.Reasons), 240), "no reason given")
	from := ", from " + strings.Join(r.From.Names(), ", ")
	rest := append(listener, advProfile(w.rs.Settings.Advfirewall)...)
	var out []advRule
	for _, m := range advMatches(w.rs.OS, r) {
		for i, senders := range parts {
			what := m.what
			if len(parts) > 1 {
				what += fmt.Sprintf(" part %d of %d", i+1, len(parts))
			}
			args := advArgs(m.tags, rest, senders)
			out = append(out, advRule{
				Title: cmdText(what+from, 110), Notes: slices.Concat(notes, m.notes), Why: why, Name: advName(what, r.ID, why, args), Args: args,
			})
		}
	}
	return out, nil
}

// advArgs puts the tags of a rule in order; there may be none of its senders.
func advArgs(match, rest []string, senders string) string {
	tags := append(make([]string, 0, 12), "dir=in", "action=allow")
	tags = append(append(tags, match...), rest...)
	if senders != "" {
		tags = append(tags, senders)
	}
	return strings.Join(tags, " ")
}

// advName names a rule. The ID leads back to the policy; what follows it changes with everything netsh is told, so that
// a rule left by an earlier run under this name is this rule: with the same profile, senders, wording and reasons.
func advName(what, id, why, args string) string {
	sum := sha256.Sum256([]byte(args + "\n" + why))
	return "rolewall: " + cmdText(what, 60) + " [" + id + "] " + hex.EncodeToString(sum[:3])
}

// advProfile limits a rule to the profiles that the policy names; every profile otherwise, since a domain controller
// that cannot see the domain yet boots into the public one.
func advProfile(s ruleset.AdvfirewallSettings) []string {
	if len(s.Profile) == 0 {
		return nil
	}
	return []string{"profile=" + strings.Join(s.Profile, ",")}
}
