package lint

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/lint/knowledge"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// noteDenies records the denies that apply to some host. It also finds denies of traffic that a target of the host
// allows and that no setting closes.
func noteDenies(v *hostCheck) {
	v.eachBeside(func(d *deny, b knowledge.Beside, targets string) {
		if b.Setting == "" {
			v.reportAt(d.Location, "take it away", fmt.Sprintf("the [[deny]] for %s changes nothing: %s allows it on every host (%s)", d.Traffic.String(), targets, b.Word))
		}
	})
}

// openBeside looks for traffic that the site forbids and a target allows beside the rules, where a setting would
// close it.
func openBeside(v *hostCheck) {
	v.eachBeside(func(d *deny, b knowledge.Beside, targets string) {
		if b.Setting != "" {
			v.reportAt(d.Location, b.Setting, fmt.Sprintf("%s allows %s from anyone beside the rules (%s), which is forbidden: %s", targets, d.Traffic.String(), b.Word, d.reasonText()))
		}
	})
}

// eachBeside calls do for traffic that a target of the host allows beside the rules and that a deny names by its
// own protocol. A deny of every protocol is only about what roles and exceptions open.
func (v *hostCheck) eachBeside(do func(d *deny, b knowledge.Beside, targets string)) {
	for i := range v.linter.denies {
		d := &v.linter.denies[i]
		if !v.linter.appliesTo(d, v.Host) {
			continue
		}
		d.isUsed = true
		for _, b := range v.linter.knowledge.Beside {
			if !d.forbids.Names(b.Traffic, v.RuleSet.Families) {
				continue
			}
			if targets := v.allowedBy(b.Traffic); targets != "" {
				do(d, b, targets)
			}
		}
	}
}

// allowedBy returns the names of the host's targets that allow the traffic from anyone beside the rules.
func (v *hostCheck) allowedBy(t ruleset.Traffic) string {
	var names []string
	for _, x := range v.Targets {
		if slices.ContainsFunc(x.Openings, func(b target.Opening) bool {
			return b.Cause == target.Baseline && !b.TextOnly && b.Remote.IsAnyone() && b.Traffic.Contains(t)
		}) {
			names = append(names, x.Name)
		}
	}
	return strings.Join(names, ", ")
}

// silentDenies reports denies that apply to no host.
func silentDenies(w *policyCheck) {
	for _, d := range w.denies {
		if d.isUsed || len(d.Hosts) == 0 {
			continue
		}
		w.reportAt(d.Location, "look at its hosts, or take it away", fmt.Sprintf("the [[deny]] for %s changes nothing: %s", d.Traffic, noHost(d.Hosts)))
	}
}

// noHost returns a text that says that a list chooses no host.
func noHost(list []tomldoc.Text) string {
	var names []string
	for _, x := range list {
		names = append(names, x.Value)
	}
	return "no host is " + strings.Join(names, " or ")
}
