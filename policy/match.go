package policy

import (
	"slices"

	"rolewall/policy/hostpattern"
	"rolewall/tomldoc"
)

// Matches reports whether the pattern chooses a host of the policy: by its name, by its system, or by a role that
// the host has directly or through other roles.
func (p *Policy) Matches(x hostpattern.Pattern, h *Host) bool {
	if _, isSystem := x.System(); isSystem {
		return x.IsOf(p.OS(h))
	}
	role, isRole := x.Role()
	if !isRole {
		return x.MatchesName(h.Name)
	}
	for _, level := range p.Levels(h) {
		for r := range level.Roles.All() {
			if p.includesRole(r.Value, role) {
				return true
			}
		}
	}
	return false
}

func (p *Policy) includesRole(name, role string) bool {
	if name == role {
		return true
	}
	r, known := p.Catalog.Role(name)
	return known && slices.ContainsFunc(r.Includes, func(x tomldoc.Text) bool { return p.includesRole(x.Value, role) })
}
