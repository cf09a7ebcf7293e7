package lint

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// sharedPortCode is what the other checks leave to it.
const sharedPortCode = "RW030"

func roleCodes() []Code {
	return []Code{
		{
			Name: "RW015", Level: Warning, Title: "two services of a host cannot share a port", host: conflicts,
			Why: "Only one program can hold the socket. The rule opens the port either way, and which service answers depends on which one started first.",
			Fix: "Move one of the services to another host, or give it another port with a service of your own.",
		},
		{
			Name: sharedPortCode, Level: Note, Title: "a service of one's own has a port that another service has", host: checkSharedPorts,
			Why: "Only one program can hold the socket. If the two services are one program, or one answers for the other, all is well; if not, one of them " +
				"does not start.",
			Fix: "Give it another port, or, where one program answers for both, name the same listener.",
		},
		{
			Name: "RW016", Level: Note, Title: "a feature changes nothing", host: noteFeatures, policy: idleFeatures,
			Why: "No service of the hosts concerned has the feature, or a role turns it on already. Who reads the policy believes in an opening that is not there.",
			Fix: "Take the word away, or add the role that it was meant for.",
		},
		{
			Name: "RW017", Level: Warning, Title: "the edition gets no more security updates", host: outOfSupport,
			Why: "A port that is open to many is only as safe as the program behind it, and nobody mends that any more. Paid extensions may run longer.",
			Fix: "Move the roles to a newer edition, or open them to as few networks as possible.",
		},
		{
			Name: "RW018", Level: Note, Title: "a role ends with an earlier edition than the newest", host: endingRoles,
			Why: "Later editions of Windows do not have the role: the host cannot be upgraded as it is.",
			Fix: "Plan what takes its place.",
		},
	}
}

// conflicts looks for services of the host that the catalog says cannot share a port.
func conflicts(v *hostCheck) {
	var open []catalog.Holding
	for d := range v.Endpoints() {
		if d.Open {
			open = append(open, catalog.Holding{Service: d.Service, Endpoint: d.Endpoint})
		}
	}
	for _, c := range v.linter.p.Catalog.Conflicting(open) {
		var paths []string
		for d := range v.Endpoints() {
			if d.Open && d.Endpoint.Port() == c.Port && slices.Contains(c.Services, d.Service.Name) {
				paths = append(paths, provenanceOf(d))
			}
		}
		v.reportHost("move one of them to another host or port",
			fmt.Sprintf("%s cannot share %s: %s", strings.Join(c.Services, " and "), c.Port, c.Note), withProvenance(paths...))
	}
}

func outOfSupport(v *hostCheck) {
	end, known := v.linter.knowledge.Support[v.RuleSet.OS]
	if !known || v.linter.day <= end {
		return
	}
	what := fmt.Sprintf("%s has had no security updates since %s", v.RuleSet.OS, end)
	const hint = "move the roles to a newer edition, or open them to as few networks as possible"
	if s := v.linter.p.Effective(v.Host).OS; s != nil {
		v.reportAt(s.Location, hint, what)
		return
	}
	v.reportHost(hint, what)
}

// endingRoles looks for roles that no later edition has.
func endingRoles(v *hostCheck) {
	seen := map[string]bool{}
	for d := range v.Endpoints() {
		r, known := v.linter.p.Catalog.Role(d.Role)
		if !known || seen[d.Role] || r.Until == "" || v.RuleSet.OS == ruleset.Linux {
			continue
		}
		seen[d.Role] = true
		v.reportAt(v.roleAt(d), "plan what takes its place", fmt.Sprintf("the role %s ends with %s: no later edition has it", r.Name, r.Until))
	}
}

// turnsOn reports whether a role on the path to the service turns the feature on.
func (l *Linter) turnsOn(d *resolver.EndpointDecision, feature string) (role string, on bool) {
	for _, name := range append([]string{d.Role}, d.Via...) {
		if r, known := l.p.Catalog.Role(name); known {
			for _, f := range r.Features {
				if f.Value == feature {
					return name, true
				}
			}
		}
	}
	return "", false
}
