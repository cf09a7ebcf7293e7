package cli

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode"
)

// FuzzStderr says hostile texts wherever a call or a policy can hold one: no message begins as a workflow command does,
// moves a cursor, hides text or turns its direction, and each is told in as many lines as a harmless one.
func FuzzStderr(f *testing.F) {
	for _, s := range []string{
		"plain", "x\n::stop-commands::tok\n::error file=a::forged", "::error::x", "::x", "\x1b[2J\x1b]0;t\a", "\u202e\u2028\u200b\u0085", "\xff\x00", "##[error]x",
		"x\n  hint: ::error::y", "\r\n\t", "%s%!d(MISSING)", " ::error::x", "-x\n::y", "--\n::y", "x=\n::y::",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for i, c := range hostileCalls(s) {
			var stdout, stderr bytes.Buffer
			run(context.Background(), append([]string{"rolewall"}, c.args...), strings.NewReader(c.stdin), &stdout, &stderr)
			for line := range strings.Lines(stderr.String()) {
				line = strings.TrimSuffix(line, "\n")
				if strings.HasPrefix(line, "::") || strings.HasPrefix(strings.TrimSpace(line), "::error") || strings.Contains(line, "##[") {
					t.Errorf("%d: a command in %q", i, line)
				}
				if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
					t.Errorf("%d: %q moves or hides text", i, line)
				}
				if !startsMessage(line) {
					t.Errorf("%d: %q begins no message of ours in\n%s", i, line, stderr.String())
				}
			}
		}
	})
}

type hostileCall struct {
	args  []string
	stdin string
}

// hostileCalls are calls that say something about s on stderr.
func hostileCalls(s string) []hostileCall {
	quoted := tomlString(s)
	policy := fmt.Sprintf("os = \"linux\"\n[hosts.a]\nroles = [\"ssh-managed\"]\n[[hosts.a.allow]]\ntcp = \"1\"\nfrom = [\"any\"]\nreason = %s\nowner = %s\nexpires = 2020-01-01\n", quoted, quoted)
	unknown := fmt.Sprintf("os = \"linux\"\n[hosts.a]\nroles = [%s]\n%s = 1\n", quoted, quoted)
	return []hostileCall{
		{[]string{"generate", "-t", "json", "-"}, policy},
		{[]string{"generate", "-t", "json", "-"}, unknown},
		{[]string{"generate", "-t", "json", "-"}, strings.Repeat(fmt.Sprintf("[hosts.a]\nroles = [%s]\n", quoted), 2)},
		{[]string{"generate", "-t", "json", "-"}, s},
		{[]string{"generate", "--", "no such folder/" + s}, ""},
		{[]string{"generate", "--", "::no such file" + s}, ""},
		{[]string{"check", "-o", "no such folder/" + s, "-"}, policy},
		{[]string{"generate", "-t=" + s, "-"}, policy},
		{[]string{"generate", "--host=" + s, "-"}, policy},
		{[]string{"generate", "--as-of=" + s, "-"}, policy},
		{[]string{"generate", "--catalog=no such folder/" + s, "-"}, policy},
		{[]string{"generate", "--shard=" + s, "-"}, policy},
		{[]string{"diff", "--host=" + s, "-", "no such folder/" + s}, policy},
		{[]string{"diff", "--" + s}, ""},
		{[]string{"command " + s}, ""},
		{[]string{"show", "name " + s}, ""},
	}
}

// startsMessage reports whether a line of stderr begins as ours do. Some begin with the name of a file.
func startsMessage(line string) bool {
	for _, prefix := range []string{"error: ", "warning: ", "  hint: ", "-:", "no such folder/", "--catalog", "and ", `\::no such file`} {
		if strings.HasPrefix(line, prefix) {
			return true
		}
	}
	return strings.HasSuffix(line, " errors, nothing written")
}

// tomlString writes a basic string; bytes that are not characters are left to the reader to refuse.
func tomlString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if r < ' ' || r == '"' || r == '\\' || r == 0x7f {
			fmt.Fprintf(&b, `\u%04X`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}
