package lint

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/lint/cover"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// deny is a [[deny]] with its addresses.
type deny struct {
	policy.Deny
	spans  []ruleset.Interval
	isUsed bool // for some host
	from   ruleset.Sources
	bounds map[ruleset.Families]bounds // by what a host speaks
}

// bounds are the addresses that a deny is about, of some families: what a host does not speak reaches nothing on it.
type bounds struct{ from, outside ruleset.Sources }

func (l *Linter) readDenies(errs *diag.List) []deny {
	var out []deny
	for _, d := range l.p.Lint.Denies {
		x := deny{Deny: d, from: ruleset.Anyone()}
		x.spans = d.Traffic.Intervals()
		if d.From.List != nil {
			x.from = l.r.Sources(d.From, errs)
		}
		x.bounds = boundsOf(x.from, l.r.Sources(d.Outside, errs))
		out = append(out, x)
	}
	return out
}

// boundsOf works the bounds out for every choice of families, once for all hosts.
func boundsOf(from, outside ruleset.Sources) map[ruleset.Families]bounds {
	out := map[ruleset.Families]bounds{}
	for _, f := range []ruleset.Families{{IPv4: true}, {IPv6: true}, {IPv4: true, IPv6: true}} {
		out[f] = bounds{from.Restrict(f), outside.Restrict(f)}
	}
	return out
}

// appliesTo reports whether the deny is about the host.
func (l *Linter) appliesTo(d *deny, h *policy.Host) bool {
	return len(d.Hosts) == 0 || l.chosen(h, d.Hosts)
}

// reasonText is the reason with its owner.
func (d *deny) reasonText() string {
	if d.Owner == "" {
		return d.Reason
	}
	return d.Reason + " (" + d.Owner + ")"
}

// violations finds what is asked for and forbidden, whatever the host that speaks the families.
func (l *Linter) violations(asks []request, families ruleset.Families) []violation {
	var out []violation
	for i := range l.denies {
		for n := range asks {
			if who := l.denies[i].forbids(asks[n].rule, families); who != "" {
				out = append(out, violation{&l.denies[i], &asks[n], who})
			}
		}
	}
	return out
}

// denials looks for what the site forbids and a role, an exception or a target opens.
func denials(v *hostCheck) {
	openBeside(v)
	openForbidden(v)
	for _, x := range v.violations {
		if !v.linter.appliesTo(x.deny, v.Host) {
			continue
		}
		at, path := v.requestedAt(x.request), x.request.provenance()
		if x.request.endpoint != nil {
			at = v.audienceAt(x.request.endpoint, x.deny)
		}
		if rule, found := v.RuleOf(x.request.rule); found {
			path += " [" + ruleset.Label(rule.ID) + "]"
		}
		v.reportAt(at, "narrow it, or talk to the owner of the deny", fmt.Sprintf("%s is open to %s%s, which is forbidden: %s", x.request.rule.Traffic, x.sources, onlyText(x.request.rule), x.deny.reasonText()),
			withProvenance(path), withPlace(x.deny.Location, "forbids it"))
	}
}

// forbids names the sources of a rule that the deny keeps out of a host that speaks the families, or nothing.
func (d *deny) forbids(r *ruleset.Rule, families ruleset.Families) string {
	if !cover.Meet(d.spans, r.Intervals()) {
		return ""
	}
	b := d.bounds[families.And(r.Protocol.Families())]
	switch {
	case b.from.IsNobody() || b.outside.Contains(r.Remote):
		return ""
	case r.Remote.IsAnyone() && b.from.IsAnyone():
		return "anyone"
	case r.Remote.IsAnyone() && b.outside.Contains(b.from):
		return ""
	case r.Remote.IsAnyone():
		return "anyone, and so " + strings.Join(b.from.Names(), ", ")
	}
	var out []string
	for _, set := range r.Remote.Sets() {
		if slices.ContainsFunc(set.Prefixes, b.excludes) {
			out = append(out, set.Name)
		}
	}
	return some(out, 4)
}

// excludes reports whether a part of the prefix is in from and no single prefix of outside holds it.
func (b bounds) excludes(p netip.Prefix) bool {
	parts := []netip.Prefix{p}
	if !b.from.IsAnyone() {
		parts = nil
		for _, q := range b.from.Prefixes() {
			if q.Overlaps(p) {
				parts = append(parts, longer(p, q))
			}
		}
	}
	return slices.ContainsFunc(parts, func(part netip.Prefix) bool {
		return !b.outside.Contains(ruleset.NewSources(ruleset.AddressSet{Prefixes: []netip.Prefix{part}}))
	})
}

// longer is what two overlapping prefixes share: the one inside the other.
func longer(p, q netip.Prefix) netip.Prefix {
	if p.Bits() > q.Bits() {
		return p
	}
	return q
}

// audienceAt returns the list that allows what the deny forbids; the role, where the policy names no audience.
func (v *hostCheck) audienceAt(x *resolver.EndpointDecision, d *deny) tomldoc.Location {
	heard := v.RuleSet.Families.And(x.Endpoint.Protocol.Families())
	for _, s := range v.AudienceSources(v.Host, x) {
		if s.From.IsAnyone() || slices.ContainsFunc(s.From.Restrict(heard).Prefixes(), d.bounds[heard].excludes) {
			return s.Location
		}
	}
	return v.roleAt(x)
}

// onlyText says what a rule is narrowed to. For a deny it is open all the same: who forbids a port forbids it on every
// interface and at every rate.
func onlyText(r *ruleset.Rule) string {
	if !r.Qualified() {
		return ""
	}
	return " (" + r.Only() + ")"
}
