package drift

import (
	"slices"
	"strings"

	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// slot is a part of a host with rules of its own: a Windows profile, an interface that the policy filters, or an
// interface that a rule of the policy names. A host without such parts has one slot.
type slot struct {
	profile   string // empty means all
	governed  string // an interface as the policy names it; empty means all
	link      *link  // nil means all
	expecting bool   // the policy's rules apply in it
}

var profiles = []string{"domain", "private", "public"}

// slotsOf returns the slots of a host.
func slotsOf(rs *ruleset.RuleSet, c *capture.Capture) []slot {
	var out []slot
	switch governed := rs.Settings.Linux.Interfaces; {
	case c.OS.IsWindows():
		for _, p := range profiles {
			holds := len(rs.Settings.Advfirewall.Profile) == 0 || slices.Contains(rs.Settings.Advfirewall.Profile, p)
			out = append(out, slot{profile: p, expecting: holds})
		}
	case len(governed) > 0:
		for _, name := range governed {
			out = append(out, slot{governed: name, expecting: true})
		}
	case slices.ContainsFunc(rs.Inbound, func(r *ruleset.Rule) bool { return len(r.Interfaces) > 0 }):
		for _, l := range linksOf(rs, c) {
			out = append(out, slot{link: &l, expecting: true})
		}
	default:
		out = []slot{{expecting: true}}
	}
	return out
}

// expects returns a rule of the policy in the form in which it is compared in the slot, and whether it applies
// there.
func (s slot) expects(rs *ruleset.RuleSet, r *ruleset.Rule) (*ruleset.Rule, bool) {
	switch {
	case !s.expecting:
		return nil, false
	case s.link != nil:
		return s.link.bare(r), s.link.passes(r.Interfaces)
	case s.governed == "":
		return r, true
	case len(r.Interfaces) > 0 && !slices.ContainsFunc(r.Interfaces, func(name string) bool { return overlap(name, s.governed) }):
		return nil, false
	}
	c := *r
	c.Interfaces = nil
	return &c, true
}

// has returns the rule of an opening in the form in which it is compared in the slot, and whether the opening is
// there.
func (s slot) has(p capture.Opening) (*ruleset.Rule, bool) {
	switch {
	case s.profile != "":
		return p.Rule, len(p.Profiles) == 0 || slices.Contains(p.Profiles, s.profile)
	case s.link != nil:
		return s.link.bare(p.Rule), s.link.passes(p.Rule.Interfaces) && !s.link.isIn(p.NotOn)
	case s.governed == "":
		return p.Rule, true
	case len(p.Rule.Interfaces) > 0 && !slices.ContainsFunc(p.Rule.Interfaces, func(name string) bool { return overlap(name, s.governed) }),
		slices.ContainsFunc(p.NotOn, func(name string) bool { return covers(name, s.governed) }):
		return nil, false
	}
	c := *p.Rule
	c.Interfaces = nil
	return &c, true
}

// holding is equal for slots in which the same rules of the policy and the same openings hold. Interfaces change rules, so that
// each is one of its own.
func (s slot) holding(c *capture.Capture) string {
	switch {
	case s.link != nil:
		return s.link.name
	case s.profile == "":
		return s.governed
	}
	key := make([]byte, len(c.Openings)+1)
	for i, p := range c.Openings {
		if _, here := s.has(p); here {
			key[i] = 1
		}
	}
	if s.expecting {
		key[len(c.Openings)] = 1
	}
	return string(key)
}

// overlap reports whether two names of interfaces, or patterns such as "virbr*", can match the same interface.
func overlap(a, b string) bool {
	x, isOpen := strings.CutSuffix(a, "*")
	y, isOpenToo := strings.CutSuffix(b, "*")
	switch {
	case isOpen && isOpenToo:
		return strings.HasPrefix(x, y) || strings.HasPrefix(y, x)
	case isOpen:
		return strings.HasPrefix(b, x)
	case isOpenToo:
		return strings.HasPrefix(a, y)
	}
	return a == b
}

// covers reports whether a matches every interface that b matches.
func covers(a, b string) bool {
	x, isOpen := strings.CutSuffix(a, "*")
	return a == b || isOpen && strings.HasPrefix(b, x)
}

// mark adds the slot to a finding.
func (s slot) mark(f *Finding) {
	if s.profile != "" {
		f.Profiles = []string{s.profile}
	}
	if s.governed != "" {
		f.Interfaces = []string{s.governed}
	}
	if s.link != nil {
		f.Interfaces = []string{s.link.String()}
	}
}

// unite makes one finding of equal findings in several slots. A finding in every slot names no slot.
func unite(findings []Finding, slots []slot) []Finding {
	index := map[string]int{}
	var out []Finding
	for _, f := range findings {
		bare := f
		bare.Profiles, bare.Interfaces = nil, nil
		key := bare.key()
		if i, known := index[key]; known {
			out[i].Profiles = append(out[i].Profiles, f.Profiles...)
			out[i].Interfaces = append(out[i].Interfaces, f.Interfaces...)
			continue
		}
		index[key] = len(out)
		out = append(out, f)
	}
	for i := range out {
		f := &out[i]
		if len(f.Profiles) == len(slots) {
			f.Profiles = nil
		}
		if len(f.Interfaces) == len(slots) {
			f.Interfaces = nil
		}
	}
	return out
}
