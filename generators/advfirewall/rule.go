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

// advPlace is where rules are said: all that their words depend on beside the rule itself.
type advPlace struct {
	os       ruleset.OS
	families ruleset.Families
	profile  string // the tag that limits rules to some profiles; empty where they hold in each
}

// advAsked is a rule to be said somewhere, and advSaid what came of it.
type (
	advAsked struct {
		at   advPlace
		rule *ruleset.Rule
	}
	advSaid struct {
		rules []advRule
		err   error
	}
)

// advWriter says the rules of one rule set.
type advWriter struct {
	advPlace
	senders map[advReach][]string // what was worked out: most rules have their senders in common
}

// advReach is whom a rule is open to on its host.
type advReach struct {
	from     ruleset.Sources
	families ruleset.Families
	all      ruleset.Families // of the protocol
}

func newAdvWriter(rs *ruleset.RuleSet) advWriter {
	return advWriter{advPlace{rs.OS, rs.Families, advProfile(rs.Settings.Advfirewall)}, map[advReach][]string{}}
}

// say says a rule in as many rules as netsh needs: one for each ICMP type and each part of a long list of senders.
func (w advWriter) say(r *ruleset.Rule) advSaid {
	reach := advReach{r.Remote, r.FamiliesOn(w.families), r.Protocol.Families()}
	if reach.families.None() {
		return advSaid{}
	}
	rest, notes, err := advListener(w.os, r)
	if err != nil {
		return advSaid{err: err}
	}
	if w.profile != "" {
		rest = append(rest, w.profile)
	}
	parts, known := w.senders[reach]
	if !known {
		parts = advSenders(reach)
		w.senders[reach] = parts
	}
	why := cmp.Or(cmdText(ruleset.ReasonText(r.Reasons), 240), "no reason given")
	from := ", from " + strings.Join(r.Remote.Names(), ", ")
	var out []advRule
	for _, m := range advMatches(w.os, r) {
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
	return advSaid{rules: out}
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
func advProfile(s ruleset.AdvfirewallSettings) string {
	if len(s.Profile) == 0 {
		return ""
	}
	return "profile=" + strings.Join(s.Profile, ",")
}
