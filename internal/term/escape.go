package main

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text that people wrote, or that lies in files, is made harmless for the place where it is shown. Each place has one
// function, and no other code decides what is safe there.

// printable is for terminals and logs: what could move the cursor, hide text, end the line or turn its direction is
// written as an escape, and a line that begins so is no command to a CI system that reads the log.
func printable(s string) string { return noCommand(escapeControls(s)) }

// logLine is printable for a line of its own in a log: it does not begin as commands do even where it is none, since
// nothing of ours begins so.
func logLine(s string) string {
	if s = printable(s); strings.HasPrefix(s, "::") {
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

// noCommand breaks what GitHub takes for a command: "::name::" at the beginning of a line, "##[name]" anywhere.
func noCommand(line string) string {
	rest := strings.TrimLeft(line, " \t")
	if strings.HasPrefix(rest, "::") && strings.Contains(rest[2:], "::") {
		line = line[:len(line)-len(rest)] + `\` + rest
	}
	return strings.ReplaceAll(line, "##[", `##\[`)
}

// printableLine is printable for a line of a file, whose tabs are kept.
func printableLine(line string) string {
	parts := strings.Split(line, "\t")
	for i := range parts {
		parts[i] = escapeControls(parts[i])
	}
	return noCommand(strings.Join(parts, "\t"))
}

// markdownCode is for Markdown: a code span, in which nothing is markup, a mention or a reference.
func markdownCode(s string) string {
	s = printable(s)
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
		s = " " + s + " " // renderers take one blank off each end
	}
	return fence + s + fence
}

// annotationText is for the message of a GitHub workflow command. Line ends are kept.
func annotationText(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(printable(strings.ReplaceAll(line, "\t", "    ")), "%", "%25")
	}
	return strings.Join(lines, "%0A")
}

// annotationProperty is for a property of a GitHub workflow command.
func annotationProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(annotationText(s))
}
