package lint

import (
	"rolewall/policy"
	"rolewall/strict"
)

// denyCode is the one code that no switch can change: whoever may edit the policy could take a site's own rules away.
const denyCode = "RW026"

// switched is a switch of the policy and whether it had something to switch.
type switched struct {
	policy.Switch
	ended, used bool
}

// readSwitches sorts the switches by code and notes codes that do not exist.
func (l *Linter) readSwitches(errs *strict.Errors) map[string][]*switched {
	out := map[string][]*switched{}
	for _, s := range l.p.Lint.Switches {
		code, known := Lookup(s.Code)
		switch {
		case !known:
			errs.Add(s.At.Pos(), "rolewall lint --explain all lists them", "there is no lint code %s", s.Code)
		case !code.Switchable():
			errs.Add(s.At.Pos(), "change the [[deny]] itself", "%s, what [[deny]] forbids, keeps its level", s.Code)
		}
		out[s.Code] = append(out[s.Code], &switched{Switch: s, ended: s.Expires != "" && s.Expires < l.day})
	}
	return out
}

// level is the level of a code for a host; nil is the policy as a whole.
func (l *Linter) level(code string, h *policy.Host) Level {
	for _, s := range l.switches[code] {
		if !s.ended && (len(s.Hosts) == 0 || h != nil && l.chosen(h, s.Hosts)) {
			s.used = true
			return Level(s.Level)
		}
	}
	for _, c := range l.codes {
		if c.Name == code {
			return c.Level
		}
	}
	return Off
}
