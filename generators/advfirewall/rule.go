package advfirewall

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// rule is one rule of Windows Firewall.
type rule struct {
	Title string // traffic and sources, for the comment
	Notes []string
	Why   string // the description in the firewall's own lists
	Name  string
	Args  string // tags of `add rule`, all but name and description
}

// place is all that the words for a rule depend on beside the rule itself.
type place struct {
	os       ruleset.OS
	families ruleset.Families
	profile  string // the tag that limits rules to some profiles; empty where they hold in each
}

// ruleKey is a rule at a place, and written what it becomes there.
type (
	ruleKey struct {
		at   place
		rule *ruleset.Rule
	}
	written struct {
		rules []rule
		err   error
	}
)

// writer writes the rules of one rule set.
type writer struct {
	place
	sources map[reach][]string // what was worked out: most rules have their sources in common
}

// reach names the sources of a rule on its host.
type reach struct {
	from     ruleset.Sources
	families ruleset.Families
	all      ruleset.Families // of the protocol
}

func newWriter(rs *ruleset.RuleSet) writer {
	return writer{place{rs.OS, rs.Families, profileTag(rs.Settings.Advfirewall)}, map[reach][]string{}}
}

// write writes a rule as the rules that netsh needs: one for each ICMP type and each part of a long list of sources.
func (w writer) write(r *ruleset.Rule) written {
	reach := reach{r.Remote, r.FamiliesOn(w.families), r.Protocol.Families()}
	if reach.families.None() {
		return written{}
	}
	rest, notes, err := listenerTags(w.os, r)
	if err != nil {
		return written{err: err}
	}
	if w.profile != "" {
		rest = append(rest, w.profile)
	}
	parts, known := w.sources[reach]
	if !known {
		parts = remoteTags(reach)
		w.sources[reach] = parts
	}
	why := cmp.Or(winscript.Text(ruleset.ReasonText(r.Reasons), 240), "no reason given")
	from := ", from " + strings.Join(r.Remote.Names(), ", ")
	var out []rule
	for _, m := range matches(w.os, r) {
		for i, sources := range parts {
			what := m.what
			if len(parts) > 1 {
				what += fmt.Sprintf(" part %d of %d", i+1, len(parts))
			}
			args := tagsOf(m.tags, rest, sources)
			out = append(out, rule{
				Title: winscript.Text(what+from, 110), Notes: slices.Concat(notes, m.notes), Why: why, Name: winscript.RuleName(what, r.ID, args, why), Args: args,
			})
		}
	}
	return written{rules: out}
}

// tagsOf puts the tags of a rule in order; there may be none of its sources.
func tagsOf(match, rest []string, sources string) string {
	tags := append(make([]string, 0, 12), "dir=in", "action=allow")
	tags = append(append(tags, match...), rest...)
	if sources != "" {
		tags = append(tags, sources)
	}
	return strings.Join(tags, " ")
}

// profileTag limits a rule to the profiles that the policy names; every profile otherwise, since a domain controller
// that cannot see the domain yet boots into the public one.
func profileTag(s ruleset.AdvfirewallSettings) string {
	if len(s.Profile) == 0 {
		return ""
	}
	return "profile=" + strings.Join(s.Profile, ",")
}

// policyProfiles are the keys under which Group Policy speaks of the profiles in which the rules hold. The private profile has
// two names there.
func policyProfiles(s ruleset.AdvfirewallSettings) string {
	keys := map[string]string{"domain": "DomainProfile", "private": "PrivateProfile StandardProfile", "public": "PublicProfile"}
	var out []string
	for _, name := range []string{"domain", "private", "public"} {
		if len(s.Profile) == 0 || slices.Contains(s.Profile, name) {
			out = append(out, keys[name])
		}
	}
	return strings.Join(out, " ")
}
