package lint

import (
	"fmt"
	"strings"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/lint/constraint"
	"rolewall/lint/cover"
	"rolewall/lint/sums"
	"rolewall/policy"
	"rolewall/ruleset"
)

// requireCode is the code of a [[require]] that is not met.
const requireCode = "RW037"

// requirement is a [[require]] with its addresses.
type requirement struct {
	policy.Require
	from   ruleset.Sources
	isUsed bool // applies to a host
}

func (l *Linter) readRequires(errs *diag.List) []requirement {
	var out []requirement
	for _, r := range l.p.Lint.Requires {
		out = append(out, requirement{Require: r, from: l.r.Sources(r.From, errs)})
	}
	return out
}

// missing looks for traffic that the site requires and a target of the host does not allow.
func missing(v *hostCheck) {
	for i := range v.linter.requires {
		r := &v.linter.requires[i]
		families := v.RuleSet.Families.And(r.Traffic.Protocol.Families())
		if len(r.Hosts) > 0 && !v.linter.chosen(v.Host, r.Hosts) {
			continue
		}
		r.isUsed = true
		if families.None() { // such as ICMPv6 on a host with IPv4 alone
			continue
		}
		from := r.from.Restrict(families)
		if from.IsNobody() {
			v.reportRequired(r, strings.Join(r.from.Names(), ", ")+" (no address of a family that the host speaks)")
			continue
		}
		for n := range max(len(v.Targets), 1) {
			if closed := v.gap(r, from, n).Text(v.Addresses); closed != "" {
				v.reportRequired(r, closed)
				break // other targets lack the same, and one finding is enough
			}
		}
	}
}

// gap returns the sources for which the n-th target of the host does not open the traffic. It is cached for hosts
// that share a resolution.
func (v *hostCheck) gap(r *requirement, from ruleset.Sources, n int) constraint.Gap {
	key := gapKey{require: r}
	if len(v.Targets) > 0 {
		key.target = v.Targets[n].Name
	}
	return sums.Remember(v.gaps, key, func() constraint.Gap { return constraint.NewGap(r.Traffic, from, v.openings(r.Traffic, n)) })
}

func (v *hostCheck) reportRequired(r *requirement, sources string) {
	reason := r.Reason
	if r.Owner != "" {
		reason += " (" + r.Owner + ")"
	}
	v.reportAt(r.Location, "rolewall explain POLICY HOST "+r.Traffic.String()+" tells why", fmt.Sprintf("%s is not open to %s, which is required: %s", r.Traffic, sources, reason))
}

// openings returns what opens some of the traffic by the n-th target of the host: rules and the target's baseline.
// For a host without targets it returns only rules. What has source ports does not count, since it is closed to
// sources that use other ports. A rule for some interfaces counts, since it is not known on which interface a
// source is. A rule with a limit counts, too.
func (v *hostCheck) openings(t ruleset.Traffic, n int) []cover.Piece {
	var out []cover.Piece
	for _, r := range v.RuleSet.Inbound {
		if !r.IPsecOnly && len(r.FromPorts) == 0 && r.Traffic.Overlaps(t) {
			out = append(out, cover.Piece{Spans: r.Intervals(), From: r.Remote})
		}
	}
	if len(v.Targets) == 0 {
		return out
	}
	for _, b := range v.Targets[n].Openings { // all other openings are unintended, so a requirement must not rely on them
		if b.Cause == target.Baseline && !b.TextOnly && len(b.FromPorts) == 0 && b.Traffic.Overlaps(t) {
			out = append(out, cover.Piece{Spans: b.Traffic.Intervals(), From: b.Remote})
		}
	}
	return out
}

// silentRequires reports requirements that apply to no host.
func silentRequires(w *policyCheck) {
	for _, r := range w.requires {
		if !r.isUsed {
			w.reportAt(r.Location, "look at its hosts, or take it away", fmt.Sprintf("the [[require]] for %s holds nothing open: %s", r.Traffic, noHost(r.Hosts)))
		}
	}
}
