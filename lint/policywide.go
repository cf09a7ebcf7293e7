package lint

import (
	"fmt"
	"maps"
	"slices"
)

func policyCodes() []Code {
	return []Code{
		{
			Name: "RW024", Level: Note, Title: "something is defined and nothing uses it", host: noteRoles, policy: unused,
			Why: "A network, role, service or audience that nothing uses is often a misspelt or forgotten one.",
			Fix: "Use it or take it away.",
		},
		{
			Name: "RW025", Level: Error, Title: "a target cannot say what the host needs", host: refused,
			Why: "generate refuses the policy as a whole, and writes nothing.",
			Fix: "Follow the hint: another target, or a setting that asks for less.",
		},
		{
			Name: denyCode, Level: Error, Title: "the site forbids what is open", host: denials,
			Why: "A [[deny]] says what no role and no exception may open. It is not a firewall rule: it opens and closes nothing, and only lint looks at it. " +
				"[lint] cannot switch it off.",
			Fix: "Narrow the audience or the exception that the finding names, or talk to the owner of the deny.",
		},
		{
			Name: "RW027", Level: Note, Title: "an entry of [lint], a [[deny]] or a [[require]] changes nothing", host: noteDenies, policy: idle,
			Why: "What an entry of [lint] was written for is gone, or its last day is over: left alone it hides the next finding of that code. A [[deny]] that " +
				"is for no host, or names what every host must allow, forbids nothing. A [[require]] that is for no host requires nothing.",
			Fix: "Take it away, or mend the names of its hosts.",
		},
	}
}

// noteRoles notes the roles that the host has, itself and through others.
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
		for _, r := range t.Refused {
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
