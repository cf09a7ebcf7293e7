package drift

import (
	"slices"

	"rolewall/compare"
	"rolewall/generators/target"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// placed is an opening of the host's scripts at some of the host's addresses, such as answers of DHCPv6 at the
// link-local address. Rules of a policy are for all addresses of the host, so these openings are compared on their
// own.
type placed struct {
	allowed  *ruleset.Rule
	required *ruleset.Rule    // nil if the host need not have it
	to       ruleset.Prefixes // where it may be open
	toHost   ruleset.Prefixes // where it must be open: those of the host's addresses if the capture tells them
}

func newPlaced(b target.Opening, c *capture.Capture, allowed, required *ruleset.Rule) placed {
	out := placed{allowed: allowed, required: required, to: b.To, toHost: b.To}
	if len(c.Own) > 0 {
		if out.toHost = b.To.Minus(b.To.Minus(c.Own)); len(out.toHost) == 0 {
			out.required = nil // the host has no such address
		}
	}
	return out
}

// isPlaced reports whether the scripts allow all of an opening, some of it only at the addresses of the opening.
func (x *sides) isPlaced(p opening) bool {
	if len(p.To) == 0 {
		return false
	}
	var rules []*ruleset.Rule
	for _, b := range x.placed {
		if b.to.Contains(p.To) && b.allowed.Traffic.Overlaps(p.rule.Traffic) {
			rules = append(rules, b.allowed)
		}
	}
	if len(rules) == 0 {
		return false
	}
	rules = append(rules, x.permitted.about(p.rule.Traffic)...)
	before, after := ofEveryProgram(rules), ofEveryProgram([]*ruleset.Rule{p.rule})
	return !slices.ContainsFunc(x.changes(before, union(before, after)), func(c compare.Change) bool { return !c.Added.None() || c.Kind == compare.Listener })
}

// mustHave returns the rule that the host must have, if any.
func (b placed) mustHave() []*ruleset.Rule {
	if b.required == nil {
		return nil
	}
	return []*ruleset.Rule{b.required}
}

// openAt returns the rules of those openings that have to do with a placed opening, and are where the host must have
// it. There are none if the host need not have it.
func (x *sides) openAt(b placed, openings *places[opening]) []*ruleset.Rule {
	if b.required == nil {
		return nil
	}
	var out []*ruleset.Rule
	for _, p := range openings.about(b.required.Traffic) {
		if (len(p.To) == 0 || p.To.Contains(b.toHost)) && x.isOnAll(p) {
			out = append(out, p.rule)
		}
	}
	return out
}
