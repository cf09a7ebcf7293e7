package lint

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/lint/cover"
	"rolewall/policy"
	"rolewall/ruleset"
)

// requireCode is what a [[require]] reports. No switch changes its level.
const requireCode = "RW037"

func requireCodes() []Code {
	return []Code{{
		Name: requireCode, Level: Error, Title: "what the site requires is closed", host: missing,
		Why: "A [[require]] says what must stay open, whatever roles and audiences change. It opens nothing, and only lint looks at it. Addresses of families " +
			"that a host does not speak, and its own, are left out. [lint] cannot switch it off.",
		Fix: "Give the host the role or audience that opens it, or talk to the owner of the requirement.",
	}}
}

// requirement is a [[require]] with its addresses.
type requirement struct {
	policy.Require
	from   ruleset.Sources
	isUsed bool // for some host
}

func (l *Linter) readRequires(errs *diag.List) []requirement {
	var out []requirement
	for _, r := range l.p.Lint.Requires {
		out = append(out, requirement{Require: r, from: l.r.Sources(r.From, errs)})
	}
	return out
}

// missing looks for what the site requires and a target of the host does not allow.
func missing(v *hostCheck) {
	for i := range v.linter.requires {
		r := &v.linter.requires[i]
		families := v.RuleSet.Families.And(r.Traffic.Protocol.Families())
		if len(r.Hosts) > 0 && !v.linter.chosen(v.Host, r.Hosts) {
			continue
		}
		r.isUsed = true
		if families.None() { // ICMPv6 on a host of IPv4 alone
			continue
		}
		from := r.from.Restrict(families)
		if from.IsNobody() {
			v.reportRequired(r, strings.Join(r.from.Names(), ", ")+" (no address of a family that the host speaks)")
			continue
		}
		for _, open := range v.openings(r.Traffic) {
			if closed := v.closedTo(open, r.Traffic, from); len(closed) > 0 {
				v.reportRequired(r, some(closed, 4))
				break // other targets miss the same, or the finding would be there twice
			}
		}
	}
}

func (v *hostCheck) reportRequired(r *requirement, sources string) {
	reason := r.Reason
	if r.Owner != "" {
		reason += " (" + r.Owner + ")"
	}
	v.reportAt(r.Location, "rolewall explain POLICY HOST "+r.Traffic.String()+" tells why", fmt.Sprintf("%s is not open to %s, which is required: %s", r.Traffic, sources, reason))
}

// openings returns for every target of the host the pieces that open some of the traffic: rules, and the baseline of the
// target.
func (v *hostCheck) openings(t ruleset.Traffic) [][]cover.Piece {
	var rules []cover.Piece
	for _, r := range v.RuleSet.Inbound {
		if !r.IPsecOnly && r.Traffic.Overlaps(t) {
			rules = append(rules, cover.Piece{Spans: r.Intervals(), From: r.Remote})
		}
	}
	if len(v.Targets) == 0 {
		return [][]cover.Piece{rules}
	}
	var out [][]cover.Piece
	for _, x := range v.Targets {
		pieces := slices.Clone(rules)
		for _, b := range x.Openings { // others are holes, which nobody is to lean on
			if b.Cause == target.Baseline && !b.TextOnly && b.Traffic.Overlaps(t) {
				pieces = append(pieces, cover.Piece{Spans: b.Traffic.Intervals(), From: b.Remote})
			}
		}
		out = append(out, pieces)
	}
	return out
}

// closedTo names the sources that the pieces do not allow for all of the traffic: an address set of which nothing gets in by
// its name, and of others the addresses. The host's own addresses need no rule.
func (v *hostCheck) closedTo(open []cover.Piece, t ruleset.Traffic, from ruleset.Sources) []string {
	getsIn := func(s ruleset.Sources) bool {
		pieces := append(slices.Clone(open), cover.Piece{Spans: t.Intervals(), From: s})
		return cover.NewUnion(pieces).Covering(len(open), make([]bool, len(pieces))) != nil
	}
	if from.IsAnyone() {
		if getsIn(from) {
			return nil
		}
		return []string{"anyone"}
	}
	var out []string
	for _, set := range from.Sets() {
		set.Prefixes = slices.DeleteFunc(slices.Clone(set.Prefixes), v.isOwn)
		if len(set.Prefixes) == 0 || getsIn(ruleset.NewSources(set)) {
			continue
		}
		var closed []string
		for _, p := range set.Prefixes {
			if !getsIn(ruleset.NewSources(ruleset.AddressSet{Name: p.String(), Prefixes: []netip.Prefix{p}})) {
				closed = append(closed, prefixText(p))
			}
		}
		switch {
		case len(closed) == len(set.Prefixes):
			out = append(out, set.Name)
		default:
			out = append(out, set.Name+" ("+some(closed, 4)+")")
		}
	}
	return out
}

// prefixText writes a prefix, a single address without its length.
func prefixText(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// isOwn reports whether a prefix is an address of the host.
func (v *hostCheck) isOwn(p netip.Prefix) bool {
	return p.IsSingleIP() && slices.Contains(v.Addresses, p.Addr())
}

// silentRequires reports requirements that speak for no host.
func silentRequires(w *policyCheck) {
	for _, r := range w.requires {
		if !r.isUsed {
			w.reportAt(r.Location, "look at its hosts, or take it away", fmt.Sprintf("the [[require]] for %s holds nothing open: %s", r.Traffic, noHost(r.Hosts)))
		}
	}
}
