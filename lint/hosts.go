package lint

import (
	"path"
	"slices"
	"strings"

	"rolewall/policy"
	"rolewall/tomldoc"
)

// chosen reports whether a list of names, patterns and "@role" holds the host.
func (l *Linter) chosen(h *policy.Host, list []tomldoc.Text) bool {
	return slices.ContainsFunc(list, func(x tomldoc.Text) bool {
		if role, isRole := strings.CutPrefix(x.Value, "@"); isRole {
			return l.hasRole(h, role)
		}
		ok, _ := path.Match(strings.ToLower(x.Value), strings.ToLower(h.Name)) // patterns are checked when they are read
		return ok
	})
}

// hasRole reports whether the host has the role, itself or through others.
func (l *Linter) hasRole(h *policy.Host, role string) bool {
	for _, level := range l.p.Levels(h) {
		for r := range level.Roles.All() {
			if l.includes(r.Value, role) {
				return true
			}
		}
	}
	return false
}

func (l *Linter) includes(name, role string) bool {
	if name == role {
		return true
	}
	r, known := l.p.Catalog.Role(name)
	return known && slices.ContainsFunc(r.Includes, func(x tomldoc.Text) bool { return l.includes(x.Value, role) })
}
