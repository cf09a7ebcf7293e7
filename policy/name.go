package policy

import (
	"strings"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// checkName notes a bad name of a kind of thing.
func (l *loader) checkName(kind, name string, at tomldoc.Location, bad func(string) string) bool {
	if why := bad(name); why != "" {
		l.errs.Add(at.Pos(), ruleset.NameHint, "%s name %q %s", kind, name, why)
		return false
	}
	return true
}

// badHostName says why s cannot be a host's folder, beside which the manifest stands.
func badHostName(s string) string {
	if strings.EqualFold(s, "manifest.json") {
		return "is the name of the manifest"
	}
	return ruleset.BadFileName(s)
}

func badPlainName(s string) string   { return ruleset.BadName(s, false) }
func badServiceName(s string) string { return ruleset.BadName(s, true) }

// IsHostName reports whether s may be the name of a host.
func IsHostName(s string) bool { return badHostName(s) == "" }
