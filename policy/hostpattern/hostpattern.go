// Package hostpattern holds the patterns by which policies and calls choose hosts: names, parts of names, roles and
// systems.
package hostpattern

import (
	"path"
	"strings"

	"rolewall/catalog"
	"rolewall/ruleset"
)

// Pattern chooses hosts. It is a name, a pattern with *, ? and [a-z], "@role", or "os:" with an edition. Case
// does not matter.
type Pattern string

// Role returns the role of a pattern "@role".
func (x Pattern) Role() (name string, isRole bool) { return strings.CutPrefix(string(x), "@") }

// System returns the system of a pattern "os:": an edition, or "windows" for all of Windows.
func (x Pattern) System() (name string, isSystem bool) {
	return strings.CutPrefix(strings.ToLower(string(x)), "os:")
}

// allWindows is the word behind "os:" for every edition of Windows.
const allWindows = "windows"

// BadSystem returns a hint if the pattern begins with "os:" and does not go on with a system. Otherwise it returns
// "".
func (x Pattern) BadSystem() string {
	name, isSystem := x.System()
	if _, known := ruleset.ParseOS(name); !isSystem || known || name == allWindows {
		return ""
	}
	return catalog.SuggestOS(name) + "; os:windows is every edition of Windows"
}

// IsOf reports whether the pattern is "os:" and chooses hosts of the edition.
func (x Pattern) IsOf(os ruleset.OS) bool {
	name, isSystem := x.System()
	return isSystem && (name == string(os) || name == allWindows && os.IsWindows())
}

// Check returns an error if the pattern is malformed.
func (x Pattern) Check() error {
	_, err := path.Match(string(x), "")
	return err
}

// MatchesName reports whether the pattern matches the name of a host. "@role" and "os:" match no name.
func (x Pattern) MatchesName(name string) bool {
	if !x.IsName() {
		return false
	}
	ok, _ := path.Match(strings.ToLower(string(x)), strings.ToLower(name)) // a malformed pattern matches nothing
	return ok
}

// IsName reports whether the pattern is for names, so neither "@role" nor "os:".
func (x Pattern) IsName() bool {
	_, isRole := x.Role()
	_, isSystem := x.System()
	return !isRole && !isSystem
}
