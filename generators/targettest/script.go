package targettest

import (
	"bytes"
	"strings"
	"testing"

	"rolewall/generators/target"
	"rolewall/internal/netspace"
	"rolewall/ruleset"
)

// Script returns the file of the host in rs, with the line ends of the target. The target must support the rule set.
func Script(t testing.TB, x target.Target, rs *ruleset.RuleSet) string {
	t.Helper()
	if list := target.Check(x, rs, nil); len(list) > 0 {
		t.Fatalf("unsupported: %v", list)
	}
	script, err := x.Script(rs)
	if err != nil {
		t.Fatal(err)
	}
	file := string(script.For(rs.Host, x.Info().Comment))
	if x.Info().CRLF {
		file = strings.ReplaceAll(file, "\n", "\r\n")
	}
	return file
}

// WantUnsupported expects one entry from Check, with these words.
func WantUnsupported(t *testing.T, x target.Target, rs *ruleset.RuleSet, what, hint string) {
	t.Helper()
	list := target.Check(x, rs, nil)
	if len(list) != 1 || list[0].Kind == "" || !strings.Contains(list[0].What, what) || !strings.Contains(list[0].Hint, hint) {
		t.Errorf("unsupported is %q, want one of %q with the hint %q", list, what, hint)
	}
}

// CheckCmdForm checks what is true of every script for cmd.exe.
func CheckCmdForm(t testing.TB, text string) {
	t.Helper()
	if strings.Count(text, "\r\n") != strings.Count(text, "\n") || !strings.HasSuffix(text, "\r\n") {
		t.Error("a line does not end in CR LF")
	}
	for i, line := range strings.Split(text, "\r\n") {
		if len(line) >= 8191 {
			t.Errorf("line %d has %d characters", i+1, len(line))
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("line %d ends in a blank: %q", i+1, line)
		}
	}
	if bytes.ContainsFunc([]byte(text), func(r rune) bool { return r > '~' || r < ' ' && r != '\r' && r != '\n' }) {
		t.Error("not all is printable ASCII")
	}
	if strings.Contains(text, "\r\n\r\n\r\n") {
		t.Error("two empty lines in a row")
	}
}

// Lines returns the lines of the script that hold every one of parts.
func Lines(text string, parts ...string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\r\n") {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(line, p)
		}
		if all {
			out = append(out, line)
		}
	}
	return out
}

// LoadNft checks and loads a script and returns what nft lists.
func LoadNft(t *testing.T, s *netspace.Space, script string) string {
	t.Helper()
	for _, args := range [][]string{{"nft", "-c", "-f", "-"}, {"nft", "-f", "-"}} {
		if _, err := s.Run(script, args...); err != nil {
			t.Fatal(err)
		}
	}
	return s.Must(t, "nft", "list", "ruleset")
}

// IPTablesBackEnds runs a test for both back ends of iptables; space makes a namespace for one of them.
func IPTablesBackEnds(t *testing.T, f func(t *testing.T, space func() *netspace.Space)) {
	netspace.Need(t, "nft", "iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy", "dash")
	for _, name := range []string{"nft", "legacy"} {
		t.Run(name, func(t *testing.T) {
			f(t, func() *netspace.Space {
				s := netspace.New(t)
				if name == "legacy" {
					s.UseLegacy(t)
				}
				return s
			})
		})
	}
}

// ListIPTables returns the rules of both families, without counters.
func ListIPTables(t *testing.T, s *netspace.Space) string {
	t.Helper()
	return s.Must(t, "iptables", "-S") + s.Must(t, "ip6tables", "-S")
}

func RunSh(t *testing.T, s *netspace.Space, script string, args ...string) string {
	t.Helper()
	out, err := s.Run(script, append([]string{"dash", "-s", "--"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
