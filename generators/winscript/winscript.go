// Package winscript holds what scripts for cmd.exe share: the header, the test of the Windows build, and quoting.
// Free text is cleaned until it has no character that cmd.exe or netsh interprets, inside or outside of quotes.
// Text that must not change, such as the path of a program, is quoted, or it is an error.
package winscript

import (
	"fmt"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Text cleans free text and cuts it to limit bytes. "/?" would make rem print its help.
func Text(text string, limit int) string {
	const more = "..."
	cleaned := text
	if !plain.ContainsAll(text) {
		cleaned = strings.Map(clean, text)
	}
	cleaned = strings.TrimRight(strings.ReplaceAll(cleaned, "/?", "/ "), " ")
	if len(cleaned) <= limit {
		return cleaned
	}
	return strings.TrimRight(cleaned[:limit-len(more)], " ") + more
}

// plain holds the characters that neither cmd.exe nor netsh interprets.
var plain = target.PrintableExcept("\"%^&|<>!\\`")

// clean replaces all other characters.
func clean(r rune) rune {
	switch {
	case r == '"':
		return '\''
	case r == '\t' || r == '\n' || r == '\r':
		return ' '
	case !plain.Contains(r):
		return '?'
	}
	return r
}

// Comment marks comment lines.
var Comment = target.Comment{Before: "rem "}

// Header returns the header with long lines folded, and then the target's own lines.
func Header(info target.Info, rs *ruleset.RuleSet, own ...string) []string {
	var lines []string
	for _, h := range target.Header(info, rs) {
		lines = append(lines, fold(Text(h, 2000), 110)...)
	}
	return append(lines, own...)
}

// fold breaks a long line between words and indents the following lines.
func fold(line string, width int) []string {
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

// Value writes a value for tag=value so that netsh receives it unchanged. It quotes the value if necessary and
// doubles every %, since cmd.exe halves them. It returns an error for a value that cannot be written.
func Value(value string) (string, error) {
	for _, r := range value {
		if r < ' ' || r > '~' || r == '"' {
			return "", fmt.Errorf("%q holds %q, which a cmd.exe script cannot hold", value, r)
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
