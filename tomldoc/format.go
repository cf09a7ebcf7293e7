package tomldoc

import (
	"regexp"
	"strings"
)

// yamlKey is the first line of a mapping in YAML.
var yamlKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_ -]*:( |$)`)

// otherFormat recognizes a text in another format than TOML and returns a message and a hint about it. Both are
// empty if the text looks like TOML with a mistake.
func otherFormat(src string) (message, hint string) {
	const toml = `a policy is TOML: os = "windows-2022", roles = ["file-server"]`
	if isWide(src) {
		return "the file is UTF-16 text", "save it as UTF-8"
	}
	for line := range strings.Lines(src) {
		line = strings.TrimRight(line, " \r\n")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case strings.HasPrefix(line, "{"):
			return "the file is JSON", toml
		case line == "---" || strings.HasPrefix(line, "%YAML") || yamlKey.MatchString(line):
			return "the file is YAML", toml
		case strings.HasPrefix(line, "<"):
			return "the file is XML", toml
		}
		return "", ""
	}
	return "", ""
}

// isWide reports whether a text begins with two characters of two bytes each, as UTF-16 does.
func isWide(src string) bool {
	if len(src) < 4 {
		return false
	}
	zero := [4]bool{src[0] == 0, src[1] == 0, src[2] == 0, src[3] == 0}
	return zero == [4]bool{false, true, false, true} || zero == [4]bool{true, false, true, false}
}
