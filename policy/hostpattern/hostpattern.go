package policy

import (
	"path"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// HostPattern chooses hosts. It is a name, a pattern with *, ? and [a-z], "@role", or "os:" with an edition. Case
// does not matter.
type HostPattern string

// Role returns the role of a pattern "@role".
func (x HostPattern) Role() (name string, isRole bool) { return strings.CutPrefix(string(x), "@") }

// System returns the system of a pattern "os:": an edition, or "windows" for all of Windows.
func (x HostPattern) System() (name string, isSystem bool) {
	return strings.CutPrefix(strings.ToLower(string(x)), "os:")
}

// AllWindows is the word behind "os:" for every edition of Windows.
const AllWindows = "windows"

// BadSystem returns a hint if the pattern begins with "os:" and does not go on with a system. Otherwise it returns
// "".
func (x HostPattern) BadSystem() string {
	name, isSystem := x.System()
	if _, known := ruleset.ParseOS(name); !isSystem || known || name == AllWindows {
		return ""
	}
	return catalog.SuggestOS(name) + "; os:windows is every edition of Windows"
}

// isOf reports whether the pattern is "os:" and chooses hosts of the edition.
func (x HostPattern) isOf(os ruleset.OS) bool {
	name, isSystem := x.System()
	return isSystem && (name == string(os) || name == AllWindows && os.IsWindows())
}

// Check returns an error if the pattern is malformed.
func (x HostPattern) Check() error {
	_, err := path.Match(string(x), "")
	return err
}

// MatchesName reports whether the pattern matches the name of a host. "@role" and "os:" match no name.
func (x HostPattern) MatchesName(name string) bool {
	if !x.isName() {
		return false
	}
	ok, _ := path.Match(strings.ToLower(string(x)), strings.ToLower(name)) // a malformed pattern matches nothing
	return ok
}

// isName reports whether the pattern is for names, so neither "@role" nor "os:".
func (x HostPattern) isName() bool {
	_, isRole := x.Role()
	_, isSystem := x.System()
	return !isRole && !isSystem
}

// Matches reports whether the pattern chooses a host of the policy: by its name, by its system, or by a role that
// the host has directly or through other roles.
func (p *Policy) Matches(x HostPattern, h *Host) bool {
	if _, isSystem := x.System(); isSystem {
		return x.isOf(p.OS(h))
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
