package ruleset

import (
	"slices"
	"strings"
)

// Names become part of scripts and of file and folder names. So a name may hold letters, digits, dots, underscores
// and hyphens, and a name of a service also the dollar sign.

// NameHint is the hint for most bad names.
const NameHint = "names are letters, digits, dots, underscores and hyphens, at most 63"

// BadName returns why s is not a valid name, worded to follow the name in a message. It returns "" for a valid
// name. dollar allows the dollar sign.
func BadName(s string, dollar bool) string {
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
		return "holds a character that is not a letter, digit, dot, underscore or hyphen"
	case strings.HasSuffix(s, "."):
		return "ends in a dot"
	case strings.Contains(s, ".."):
		return "holds two dots in a row"
	}
	return ""
}

// BadFileName does what BadName does for a name that becomes a file or a folder. It also rejects what Windows does
// not allow.
func BadFileName(s string) string {
	if bad := BadName(s, false); bad != "" {
		return bad
	}
	base, _, _ := strings.Cut(strings.ToLower(s), ".")
	if slices.Contains(devices(), base) {
		return "is a device name of Windows"
	}
	return ""
}

// devices returns the names that Windows reserves for devices, alone or before a dot.
func devices() []string {
	return []string{
		"con", "prn", "aux", "nul",
		"com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
		"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
	}
}
