package winstore

import (
	"slices"
	"strconv"
	"strings"

	"rolewall/readers/rulestring"
	"rolewall/ruleset"
)

// Version is a version of Windows NT, such as {10, 0}. The zero value means unknown.
type Version struct{ Major, Minor int }

// ParseVersion reads the beginning of "10.0.20348". It returns zero for other text.
func ParseVersion(text string) Version {
	major, rest, _ := strings.Cut(text, ".")
	minor, _, _ := strings.Cut(rest, ".")
	a, err1 := strconv.Atoi(major)
	b, err2 := strconv.Atoi(minor)
	if err1 != nil || err2 != nil || a < 0 || b < 0 {
		return Version{}
	}
	return Version{a, b}
}

// versions holds the version of each edition.
var versions = map[ruleset.OS]Version{
	ruleset.Windows2008: {6, 0}, ruleset.Windows2008R2: {6, 1}, ruleset.Windows2012: {6, 2}, ruleset.Windows2012R2: {6, 3},
	ruleset.Windows2016: {10, 0}, ruleset.Windows2019: {10, 0}, ruleset.Windows2022: {10, 0}, ruleset.Windows2025: {10, 0},
}

// onPlatform reports whether the rule is for the version of the host. It returns the rule without the tokens that
// it could check.
func (r Rule) onPlatform(host Version) (Rule, bool) {
	if !slices.ContainsFunc(r.Rule.Other, isPlatform) || host == (Version{}) {
		return r, true
	}
	atLeast, fits := false, false
	for _, t := range r.Rule.Other {
		atLeast = atLeast || t.Key == "Platform2" && t.Value == "GTEQ"
	}
	for _, t := range r.Rule.Other {
		parts := strings.Split(t.Value, ":")
		switch {
		case t.Key == "Platform2" && t.Value != "GTEQ", t.Key == "Platform" && (len(parts) != 3 || parts[0] != "2"): // 2 is Windows NT
			return r, true
		case t.Key == "Platform":
			v := ParseVersion(parts[1] + "." + parts[2])
			fits = fits || v == host || atLeast && (host.Major > v.Major || host.Major == v.Major && host.Minor > v.Minor)
		}
	}
	bare := *r.Rule
	bare.Other = slices.DeleteFunc(slices.Clone(r.Rule.Other), isPlatform)
	r.Rule = &bare
	return r, fits
}

func isPlatform(t rulestring.Token) bool { return t.Key == "Platform" || t.Key == "Platform2" }
