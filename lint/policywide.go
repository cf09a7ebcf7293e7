package lint

import (
	"fmt"
	"maps"
	"slices"
)

// noteRoles records the roles that the host has, directly and through other roles.
func noteRoles(v *hostCheck) {
	for d := range v.Endpoints() {
		v.linter.roles[d.Role] = true
		for _, role := range d.Via {
			v.linter.roles[role] = true
		}
	}
}

func unused(w *policyCheck) {
	for _, u := range w.p.Unused() {
		w.reportAt(u.Location, "use it or take it away", fmt.Sprintf("the %s %s is defined and nothing uses it", u.Kind, u.Name))
	}
	for _, name := range slices.Sorted(maps.Keys(w.p.Roles)) {
		level := w.p.Roles[name]
		lists := level.Settings.Audience.Lists()
		if w.roles[name] || len(lists) == 0 {
			continue
		}
		w.reportAt(lists[0].Location, "take it away, or give a host the role", fmt.Sprintf("the audience of the role %s has no effect: no host has the role", name))
	}
}

func refused(v *hostCheck) {
	for _, t := range v.Targets {
		for _, r := range t.Unsupported {
			v.reportHost(r.Hint, fmt.Sprintf("%s cannot %s", t.Name, r.What))
		}
	}
}

func idle(w *policyCheck) {
	idleSwitches(w)
	silentDenies(w)
	silentRequires(w)
}

func idleSwitches(w *policyCheck) {
	for _, code := range slices.Sorted(maps.Keys(w.switches)) {
		for _, s := range w.switches[code] {
			switch {
			case s.ended:
				w.reportAt(s.Switch.Location, "take it away, or give it a new last day", fmt.Sprintf("the [lint] entry for %s ended on %s", code, s.Expires))
			case !s.used:
				w.reportAt(s.Switch.Location, "take it away", fmt.Sprintf("the [lint] entry for %s changes nothing: nothing of that kind is found", code))
			}
		}
	}
}
