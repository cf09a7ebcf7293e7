package lint

import (
	"slices"

	"rolewall/diag"
	"rolewall/lint/codes"
	"rolewall/policy"
)

// denyCode is the code of a [[deny]] that traffic violates.
const denyCode = "RW026"

// lintSwitch is a switch of the policy, with a mark whether it changed the level of a code for some host.
type lintSwitch struct {
	policy.Switch
	ended, used bool
}

// readSwitches sorts the switches by code and reports codes that do not exist.
func (l *Linter) readSwitches(errs *diag.List) map[string][]*lintSwitch {
	out := map[string][]*lintSwitch{}
	for _, s := range l.p.Lint.Switches {
		code, known := codes.Lookup(s.Code)
		switch {
		case !known:
			errs.Add(s.Location.Pos(), "rolewall lint --explain all lists them", "there is no lint code %s", s.Code)
		case code.Pinned:
			errs.Add(s.Location.Pos(), "change the [[deny]] or [[require]] itself", "%s, what the site forbids or requires, keeps its level", s.Code)
		}
		out[s.Code] = append(out[s.Code], &lintSwitch{Switch: s, ended: s.Expires != "" && s.Expires < l.day})
	}
	return out
}

// switchOf returns the switch for a code and a host, or nil. A nil host means the policy as a whole.
func (l *Linter) switchOf(code string, h *policy.Host) *lintSwitch {
	for _, s := range l.switches[code] {
		if !s.ended && (len(s.Hosts) == 0 || h != nil && l.chosen(h, s.Hosts)) {
			return s
		}
	}
	return nil
}

// level returns the level of a code for a host, and marks the switch that sets it as used. A nil host means the
// policy as a whole.
func (l *Linter) level(code string, h *policy.Host) codes.Level {
	if s := l.switchOf(code, h); s != nil {
		s.used = true
		return codes.Level(s.Level)
	}
	return l.ownLevel(code)
}

// ownLevel returns the level of a code if the policy does not set it.
func (l *Linter) ownLevel(code string) codes.Level {
	i := slices.IndexFunc(l.checks, func(c check) bool { return c.Name == code })
	return l.checks[i].Level
}
