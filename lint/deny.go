package lint

import (
	"fmt"

	"rolewall/diag"
	"rolewall/lint/constraint"
	"rolewall/lint/sums"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// deny is a [[deny]] with its addresses.
type deny struct {
	policy.Deny
	forbids constraint.Deny
	isUsed  bool // applies to a host
}

func (l *Linter) readDenies(errs *diag.List) []deny {
	var out []deny
	for _, d := range l.p.Lint.Denies {
		from := ruleset.Anyone()
		if d.From.List != nil {
			from = l.r.Sources(d.From, errs)
		}
		out = append(out, deny{Deny: d, forbids: constraint.NewDeny(d.Traffic, from, l.r.Sources(d.Outside, errs))})
	}
	return out
}

// appliesTo reports whether the deny applies to the host.
func (l *Linter) appliesTo(d *deny, h *policy.Host) bool {
	return len(d.Hosts) == 0 || l.chosen(h, d.Hosts)
}

// reasonText returns the reason with its owner.
func (d *deny) reasonText() string {
	if d.Owner == "" {
		return d.Reason
	}
	return d.Reason + " (" + d.Owner + ")"
}

// violations returns the requests that a deny forbids, for hosts that have the families.
func (l *Linter) violations(asks []request, families ruleset.Families) []violation {
	var out []violation
	for i := range l.denies {
		for n := range asks {
			if who := l.denies[i].forbids.Forbidden(asks[n].rule, families); who != "" {
				out = append(out, violation{&l.denies[i], &asks[n], who})
			}
		}
	}
	return out
}

// fewDenies is how many denies are named for one request. Without this limit, n exceptions and n denies would make
// n times n findings.
const fewDenies = 20

// denials looks for traffic that the site forbids and that a role, an exception or a target opens.
func denials(v *hostCheck) {
	openBeside(v)
	openForbidden(v)
	named := map[*request]int{}
	for _, x := range v.violations {
		if !v.linter.appliesTo(x.deny, v.Host) {
			continue
		}
		if named[x.request]++; named[x.request] > fewDenies {
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
	v.denyMore(named)
}

// denyMore says how many denies forbid a request besides those that are named. denies has the number of all of
// them.
func (v *hostCheck) denyMore(denies map[*request]int) {
	for i := range v.requests {
		x := &v.requests[i]
		if n := denies[x]; n > fewDenies {
			v.reportAt(v.requestedAt(x), "narrow it, or talk to the owners of the denies", fmt.Sprintf("%s is forbidden by %d more denies, which are not named", x.rule.Traffic, n-fewDenies),
				withProvenance(x.provenance()))
		}
	}
}

// audienceAt returns the location of the list that allows what the deny forbids. If the policy names no audience,
// it returns that of the role.
func (v *hostCheck) audienceAt(x *resolver.EndpointDecision, d *deny) tomldoc.Location {
	heard := v.RuleSet.Families.And(x.Endpoint.Protocol.Families())
	for _, s := range v.AudienceSources(v.Host, x) {
		if v.linter.forbids(d, s.From, heard) {
			return s.Location
		}
	}
	return v.roleAt(x)
}

// deniedKey identifies a set of sources of which a deny may forbid some.
type deniedKey struct {
	deny     *deny
	from     ruleset.Sources
	families ruleset.Families
}

// forbids reports whether a deny forbids some of the sources in the families.
func (l *Linter) forbids(d *deny, from ruleset.Sources, families ruleset.Families) bool {
	return sums.Remember(l.denied, deniedKey{d, from, families}, func() bool { return d.forbids.ForbidsSome(from, families) })
}

// onlyText returns the qualifiers of a rule in words. A deny ignores qualifiers: it forbids a port on every
// interface and at every rate.
func onlyText(r *ruleset.Rule) string {
	if !r.Qualified() {
		return ""
	}
	return " (" + r.Only() + ")"
}
