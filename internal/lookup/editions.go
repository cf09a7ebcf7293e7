package lookup

import (
	"slices"
	"strings"

	"rolewall/ruleset"
)

// EditionNames returns the names of editions.
func EditionNames(list []ruleset.OS) []string {
	out := make([]string, len(list))
	for i, os := range list {
		out[i] = string(os)
	}
	return out
}

// EditionRange shortens a sorted list of editions: "windows-2008 to 2016, linux", "all".
func EditionRange(editions []string) string {
	windows := slices.DeleteFunc(slices.Clone(editions), func(e string) bool { return e == string(ruleset.Linux) })
	onLinux := len(windows) < len(editions)
	text := ""
	switch first := len(windows); {
	case first == 0:
	case windows[0] == "windows-2000" && windows[len(windows)-1] == "windows-2025":
		text = "windows"
	case windows[len(windows)-1] == "windows-2025":
		text = windows[0] + " on"
	case len(windows) == 1:
		text = windows[0]
	default:
		text = windows[0] + " to " + strings.TrimPrefix(windows[len(windows)-1], "windows-")
	}
	switch {
	case onLinux && text == "windows":
		return "all"
	case onLinux && text != "":
		return text + ", linux"
	case onLinux:
		return "linux"
	}
	return text
}
