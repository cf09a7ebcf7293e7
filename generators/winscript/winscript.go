package generators

import (
	"fmt"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// What the scripts for cmd.exe share. Free text is cleaned until no character in it means anything to cmd.exe, in
// quotes or out of them, or to netsh; what must arrive as it is, such as the path of a program, is quoted or refused.

// cmdText cleans free text and cuts it to limit bytes. "/?" would make rem print its help.
func cmdText(text string, limit int) string {
	const more = "..."
	clean := text
	if !cmdPlain.ContainsAll(text) {
		clean = strings.Map(cmdRune, text)
	}
	clean = strings.TrimRight(strings.ReplaceAll(clean, "/?", "/ "), " ")
	if len(clean) <= limit {
		return clean
	}
	return strings.TrimRight(clean[:limit-len(more)], " ") + more
}

// cmdPlain is free of the characters that cmd.exe or netsh gives a meaning.
var cmdPlain = target.PrintableExcept("\"%^&|<>!\\`")

// cmdRune replaces all but those.
func cmdRune(r rune) rune {
	switch {
	case r == '"':
		return '\''
	case r == '\t' || r == '\n' || r == '\r':
		return ' '
	case !cmdPlain.Contains(r):
		return '?'
	}
	return r
}

// cmdComment marks comment lines.
var cmdComment = target.Comment{Before: "rem "}

// cmdHeader is the header, folded, and then the target's own lines.
func cmdHeader(info target.Info, rs *ruleset.RuleSet, own ...string) []string {
	var lines []string
	for _, h := range target.Header(info, rs) {
		lines = append(lines, cmdFold(cmdText(h, 2000), 110)...)
	}
	return append(lines, own...)
}

// cmdFold breaks a long line between words; what follows is indented.
func cmdFold(line string, width int) []string {
	indent := "         "
	var out []string
	for len(line) > width {
		at := strings.LastIndex(line[:width], " ")
		if at <= len(indent) {
			break
		}
		out = append(out, line[:at])
		line = indent + strings.TrimLeft(line[at:], " ")
	}
	return append(out, line)
}

// cmdValue writes a value of tag=value so that netsh receives it letter by letter: in quotes where it needs them, and
// with every % doubled, as cmd.exe halves them. What has no way to be written is an error.
func cmdValue(value string) (string, error) {
	for _, r := range value {
		if r < ' ' || r > '~' || r == '"' {
			return "", fmt.Errorf("%q holds %q, which cannot stand in a cmd.exe script", value, r)
		}
	}
	if strings.HasSuffix(value, `\`) {
		return "", fmt.Errorf("%q ends in a backslash, which would escape the quotation mark", value)
	}
	escaped := strings.ReplaceAll(value, "%", "%%")
	if strings.ContainsAny(value, " &|<>^()!=,;'`%") {
		return `"` + escaped + `"`, nil
	}
	return escaped, nil
}
