package drift

import (
	"slices"

	"rolewall/policy"
	"rolewall/policy/hostpattern"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// ignore is an [[ignore]] entry with the addresses of its sources.
type ignore struct {
	*policy.Ignore
	from ruleset.Sources
}

// ignored returns the findings that remain on a day, and those that entries of the policy hide. If an entry has
// ended, its finding remains and names the last day.
func ignored(p *policy.Policy, h *policy.Host, entries []ignore, day string, findings []Finding) (remain, hidden []Finding) {
	for _, f := range findings {
		for _, i := range entries {
			if !i.matches(p, h, &f) {
				continue
			}
			if i.Ended(day) {
				f.EndedOn = max(f.EndedOn, i.Expires)
				continue
			}
			f.Ignored = i.Ignore
			break
		}
		if f.Ignored != nil {
			f.EndedOn = ""
			hidden = append(hidden, f)
			continue
		}
		remain = append(remain, f)
	}
	return remain, hidden
}

// matches reports whether an entry covers all of a finding.
func (i ignore) matches(p *policy.Policy, h *policy.Host, f *Finding) bool {
	if len(f.From.Prefixes) == 0 || !i.Traffic.Contains(f.Traffic) {
		return false
	}
	isHost := func(x tomldoc.Text) bool { return p.Matches(hostpattern.Pattern(x.Value), h) }
	if len(i.Hosts) > 0 && !slices.ContainsFunc(i.Hosts, isHost) {
		return false
	}
	return i.from.IsNobody() || i.from.IsAnyone() || i.from.Prefixes().Contains(f.From.Prefixes)
}
