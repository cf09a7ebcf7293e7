// Package term shows text to people. It makes text from outside safe for the place where it appears, colours words
// on a terminal, names many hosts in a few words, shortens long lists of messages and draws the progress line. It
// knows nothing about policies or rules.
package term

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text that people wrote, or that comes from files, is made safe for the place where it is shown. Each place has
// one function, and no other code decides what is safe there.

// Printable returns s for terminals and logs. Characters that could move the cursor, hide text, end the line or change
// the direction of writing become escapes. A CI system that reads the log finds no command in the result.
func Printable(s string) string { return noCommand(escapeControls(s)) }

// LogLine returns s as Printable does, for a whole line in a log. The result never begins with "::", even if no
// command follows.
func LogLine(s string) string {
	if s = Printable(s); strings.HasPrefix(s, "::") {
		return `\` + s
	}
	return s
}

func escapeControls(s string) string {
	clean := func(r rune) bool { return r != utf8.RuneError && unicode.IsPrint(r) }
	if !strings.ContainsFunc(s, func(r rune) bool { return !clean(r) }) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[0]), 16))
		case clean(r) || r == utf8.RuneError:
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
		s = s[size:]
	}
	return b.String()
}

// noCommand breaks what GitHub reads as a command: "::name::" at the beginning of a line, "##[name]" anywhere.
func noCommand(line string) string {
	rest := strings.TrimLeft(line, " \t")
	if strings.HasPrefix(rest, "::") && strings.Contains(rest[2:], "::") {
		line = line[:len(line)-len(rest)] + `\` + rest
	}
	return strings.ReplaceAll(line, "##[", `##\[`)
}

// FileLine returns a line of a file as Printable does, and keeps its tabs.
func FileLine(line string) string {
	parts := strings.Split(line, "\t")
	for i := range parts {
		parts[i] = escapeControls(parts[i])
	}
	return noCommand(strings.Join(parts, "\t"))
}

// MarkdownCode returns s as a Markdown code span, in which nothing is markup, a mention or a reference.
func MarkdownCode(s string) string {
	s = Printable(s)
	longest, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if strings.Trim(s, " ") == "" || strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		s = " " + s + " " // renderers remove one blank at each end
	}
	return fence + s + fence
}

// AnnotationText returns s for the message of a GitHub workflow command. It keeps line ends.
func AnnotationText(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(Printable(strings.ReplaceAll(line, "\t", "    ")), "%", "%25")
	}
	return strings.Join(lines, "%0A")
}

// AnnotationProperty returns s for a property of a GitHub workflow command.
func AnnotationProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(AnnotationText(s))
}
