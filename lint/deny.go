package lint

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/strict"
)

// denied is a [[deny]] with its addresses.
type denied struct {
	policy.Deny
	spans         []span
	speaks        bool // for some host
	from, outside ruleset.Sources
}

func (l *Linter) readDenies(errs *strict.Errors) []denied {
	var out []denied
	for _, d := range l.p.Lint.Denies {
		x := denied{Deny: d, from: ruleset.Anyone()}
		x.spans = spans(ruleOf(d.Traffic))
		if len(d.From.List) > 0 {
			x.from = l.r.Sources(d.From, errs)
		}
		x.outside = l.r.Sources(d.Outside, errs)
		out = append(out, x)
	}
	return out
}

// ruleOf is the traffic of an endpoint as a rule.
func ruleOf(e catalog.Endpoint) ruleset.Rule {
	return ruleset.Rule{Protocol: e.Protocol, Ports: e.Ports, ICMP: e.ICMP}
}

// speaksFor reports whether the deny is about the host.
func (l *Linter) speaksFor(d *denied, h *policy.Host) bool {
	return len(d.Hosts) == 0 || l.chosen(h, d.Hosts)
}

// because is the reason with its owner.
func (d *denied) because() string {
	if d.Owner == "" {
		return d.Reason
	}
	return d.Reason + " (" + d.Owner + ")"
}

// violations finds what is asked for and forbidden, whatever the host.
func (l *Linter) violations(asks []ask) []violation {
	var out []violation
	for i := range l.denies {
		for n := range asks {
			if who := l.denies[i].forbids(asks[n].rule); who != "" {
				out = append(out, violation{&l.denies[i], &asks[n], who})
			}
		}
	}
	return out
}

// denials looks for what the site forbids and a role, an exception or a target opens.
func denials(v *view) {
	openBeside(v)
	for _, x := range v.denied {
		if !v.linter.speaksFor(x.deny, v.Host) {
			continue
		}
		at, road := v.askedAt(x.ask), x.ask.road()
		if x.ask.decision != nil {
			at = v.audienceAt(*x.ask.decision, x.deny)
		}
		if rule, found := v.RuleOf(x.ask.rule); found {
			road += " [" + rule.ID + "]"
		}
		v.at(at, "narrow it, or talk to the owner of the deny", fmt.Sprintf("%s is open to %s, which is forbidden: %s", portText(x.ask.rule), x.who, x.deny.because()),
			because(road), also(x.deny.At, "forbids it"))
	}
}

// forbids names the senders of a rule that the deny keeps out, or nothing.
func (d *denied) forbids(r ruleset.Rule) string {
	if !meets(d.spans, spans(r)) {
		return ""
	}
	switch {
	case d.outside.Contains(r.From):
		return ""
	case r.From.IsAnyone() && d.from.IsAnyone():
		return "anyone"
	case r.From.IsAnyone() && d.outside.Contains(d.from):
		return ""
	case r.From.IsAnyone():
		return "anyone, and so " + strings.Join(d.from.Names(), ", ")
	}
	var out []string
	for _, set := range r.From.Sets() {
		if slices.ContainsFunc(set.Prefixes, d.keepsOut) {
			out = append(out, set.Name)
		}
	}
	return some(out, 4)
}

// keepsOut reports whether a part of the prefix is in from and no single prefix of outside holds it.
func (d *denied) keepsOut(p netip.Prefix) bool {
	parts := []netip.Prefix{p}
	if !d.from.IsAnyone() {
		parts = nil
		for _, q := range d.from.Prefixes() {
			if q.Overlaps(p) {
				parts = append(parts, longer(p, q))
			}
		}
	}
	return slices.ContainsFunc(parts, func(part netip.Prefix) bool {
		return !d.outside.Contains(ruleset.NewSources(ruleset.AddressSet{Prefixes: []netip.Prefix{part}}))
	})
}

// longer is what two overlapping prefixes share: the one inside the other.
func longer(p, q netip.Prefix) netip.Prefix {
	if p.Bits() > q.Bits() {
		return p
	}
	return q
}

// audienceAt is the list that lets in whom the deny keeps out; the role, where the policy names no audience.
func (v *view) audienceAt(x resolver.Decision, d *denied) strict.Ref {
	for _, s := range v.Senders(v.Host, x) {
		if s.From.IsAnyone() || slices.ContainsFunc(s.From.Prefixes(), d.keepsOut) {
			return s.At
		}
	}
	return v.roleAt(x)
}
