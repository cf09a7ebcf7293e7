package policy

import (
	"strings"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// checkName reports a bad name. It returns false for one. kind says what has the name.
func (l *loader) checkName(kind, name string, at tomldoc.Location, bad func(string) string) bool {
	if why := bad(name); why != "" {
		l.errs.Add(at.Pos(), ruleset.NameHint, "%s name %q %s", kind, name, why)
		return false
	}
	return true
}

// badHostName returns why s cannot be the name of a host, or "". The folder of a host is next to the manifest, so
// names of such files are bad, too.
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
