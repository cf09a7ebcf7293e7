package policy

import (
	"path"
	"slices"
	"strings"

	"rolewall/tomldoc"
)

// HostPattern chooses hosts. It is a name, a pattern with *, ? and [a-z], or "@role". Case does not count.
type HostPattern string

// Role returns the role that the pattern names with "@".
func (x HostPattern) Role() (name string, isRole bool) { return strings.CutPrefix(string(x), "@") }

// Check returns an error where the pattern is malformed.
func (x HostPattern) Check() error {
	_, err := path.Match(string(x), "")
	return err
}

// MatchesName reports whether the pattern matches the name of a host. "@role" matches no name.
func (x HostPattern) MatchesName(name string) bool {
	if _, isRole := x.Role(); isRole {
		return false
	}
	ok, _ := path.Match(strings.ToLower(string(x)), strings.ToLower(name)) // a malformed pattern matches nothing
	return ok
}

// Matches reports whether the pattern chooses a host of the policy: by its name, or by a role that the host has itself or
// through other roles.
func (p *Policy) Matches(x HostPattern, h *Host) bool {
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
