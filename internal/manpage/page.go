package main

import (
	"fmt"
	"slices"
	"strings"
)

// footer is what no help text says.
const footer = `.SH EXIT STATUS
.TP
.B 0
The command did its work, and found nothing where it looks for something.
.TP
.B 1
.BR check ", " diff " and " lint
found something.
.TP
.B 2
The policy or the call is wrong. Nothing was written.
.TP
.BR 130 ", " 143
An interrupt or a termination signal ended the command.
.SH SEE ALSO
.BR nft (8),
.BR iptables (8)
`

// page returns the manual page in man(7) macros. date may be empty.
func page(program command, version, date string) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 1 \"%s\" \"%s\" \"User Commands\"\n", strings.ToUpper(program.name), date, quote(version))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", program.name, quote(program.usage))
	b.WriteString(".SH SYNOPSIS\n")
	for _, c := range program.commands {
		fmt.Fprintf(&b, ".B %s\n.br\n", quote(c.synopsis))
	}
	b.WriteString(".SH DESCRIPTION\n")
	writeText(&b, program.description)
	b.WriteString(".SH OPTIONS\n")
	writeEntries(&b, program.options)
	b.WriteString(".SH COMMANDS\n")
	writeCommands(&b, program.commands)
	b.WriteString(footer)
	return b.String()
}

func writeCommands(b *strings.Builder, commands []command) {
	for _, c := range commands {
		fmt.Fprintf(b, ".SS %s\n%s.\n", quote(c.name), line(strings.ToUpper(c.usage[:1])+c.usage[1:]))
		if len(c.description) > 0 && !strings.HasPrefix(c.description[0], "   ") {
			b.WriteString(".PP\n")
		}
		writeText(b, c.description)
		if len(c.commands) > 0 {
			writeCommands(b, c.commands)
		} else {
			writeEntries(b, slices.DeleteFunc(c.options, isHelp))
		}
	}
}

// isHelp tells the flag that every command has.
func isHelp(e entry) bool { return strings.HasPrefix(e.name, "--help") }

// writeText writes paragraphs. Lines that are indented are examples and keep their line ends.
func writeText(b *strings.Builder, lines []string) {
	example := false
	for i, l := range lines {
		if indented := strings.HasPrefix(l, "   "); l != "" && indented != example {
			if example = indented; example {
				b.WriteString(".PP\n.RS 4\n.nf\n")
			} else {
				b.WriteString(".fi\n.RE\n.PP\n")
			}
		}
		switch {
		case l != "":
			b.WriteString(line(strings.TrimPrefix(l, "   ")) + "\n")
		case !example && !strings.HasPrefix(lines[i+1], "   "): // the last line is not empty
			b.WriteString(".PP\n")
		}
	}
	if example {
		b.WriteString(".fi\n.RE\n")
	}
}

func writeEntries(b *strings.Builder, entries []entry) {
	for _, e := range entries {
		fmt.Fprintf(b, ".TP\n.B %s\n%s\n", quote(e.name), line(e.text))
	}
}

// quote keeps roff from reading a backslash or a hyphen as its own.
func quote(s string) string { return strings.NewReplacer(`\`, `\e`, `-`, `\-`, `"`, `\(dq`).Replace(s) }

// line is quote for a line of text, which may begin with what roff takes for a request.
func line(s string) string {
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		return `\&` + quote(s)
	}
	return quote(s)
}
