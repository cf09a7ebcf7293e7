package winscript

import (
	"fmt"
	"strings"

	"rolewall/ruleset"
)

// Builds returns the values of CurrentBuildNumber that an edition can have. Service packs have values of their
// own.
func Builds(os ruleset.OS) []string {
	switch os {
	case ruleset.Windows2003:
		return []string{"3790"}
	case ruleset.Windows2008:
		return []string{"6001", "6002", "6003"}
	case ruleset.Windows2008R2:
		return []string{"7600", "7601"}
	case ruleset.Windows2012:
		return []string{"9200"}
	case ruleset.Windows2012R2:
		return []string{"9600"}
	case ruleset.Windows2016:
		return []string{"14393"}
	case ruleset.Windows2019:
		return []string{"17763"}
	case ruleset.Windows2022:
		return []string{"20348"}
	case ruleset.Windows2025:
		return []string{"26100"}
	}
	return nil
}

// BuildTest returns lines that end the script on a build of another edition. The script has read BUILD before.
func BuildTest(os ruleset.OS) string {
	var b strings.Builder
	for _, build := range Builds(os) {
		fmt.Fprintf(&b, `if not "%%BUILD%%"=="%s" `, build)
	}
	return b.String() + "goto stop"
}

// BuildWords returns the builds of the edition in words: "build 7600 or 7601".
func BuildWords(os ruleset.OS) string {
	return "build " + strings.Join(Builds(os), " or ")
}
