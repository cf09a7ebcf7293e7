package policy

import (
	"slices"
	"strings"

	"rolewall/strict"
)

// badName says why s cannot be a name, or nothing. Names end up in scripts and as folders, so their alphabet is small.
func badName(s string, dollar bool) string {
	allowed := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) || dollar && r == '$'
	}
	switch {
	case s == "":
		return "is empty"
	case len(s) > 63:
		return "is longer than 63 bytes"
	case strings.ContainsRune("._-$", rune(s[0])):
		return "does not begin with a letter or digit"
	case strings.ContainsFunc(s, func(r rune) bool { return !allowed(r) }):
		return "holds a character that is no letter, digit, dot, underscore or hyphen"
	case strings.HasSuffix(s, "."):
		return "ends in a dot"
	case strings.Contains(s, ".."):
		return "holds two dots in a row"
	}
	return ""
}

// reserved are the device names of Windows, which cannot be folders, alone or before a dot.
var reserved = []string{
	"con", "prn", "aux", "nul",
	"com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
}

func badHostName(s string) string {
	if bad := badName(s, false); bad != "" {
		return bad
	}
	base, _, _ := strings.Cut(strings.ToLower(s), ".")
	if slices.Contains(reserved, base) {
		return "is a device name of Windows"
	}
	return ""
}

const nameHint = "names are letters, digits, dots, underscores and hyphens, at most 63"

// checkName notes a bad name of a kind of thing.
func (l *loader) checkName(kind, name string, at strict.Ref, bad func(string) string) bool {
	if why := bad(name); why != "" {
		l.errs.Add(at.Pos(), nameHint, "%s name %q %s", kind, name, why)
		return false
	}
	return true
}

func badPlainName(s string) string   { return badName(s, false) }
func badServiceName(s string) string { return badName(s, true) }

// IsHostName reports whether s may be the name of a host.
func IsHostName(s string) bool { return badHostName(s) == "" }
