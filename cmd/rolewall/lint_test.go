package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"rolewall/lint"
	"rolewall/policy"
	"rolewall/ruleset"
	"rolewall/strict"
)

// TestLintDocs holds docs/lint.md, which is made of the codes.
func TestLintDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString(lintDocs)
	b.WriteString("\n| code | level | finds |\n|---|---|---|\n")
	for _, c := range lint.Codes() {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", c.Name, strings.ToLower(c.Name), c.Level, c.Title)
	}
	for _, c := range lint.Codes() {
		fmt.Fprintf(&b, "\n## %s\n\n%s, %s.\n\n%s\n\n**What to do.** %s\n\n```toml\n%s```\n", c.Name, firstUp(c.Title), c.Level, fill(c.Why, 120), fill(c.Fix, 120), c.Example())
		if !c.Switchable() {
			b.WriteString("\nIts level cannot be changed in `[lint]`.\n")
		}
	}
	golden(t, "../../docs/lint.md", b.String())
}

// TestLintDocsExamples holds that what the page shows can be read.
func TestLintDocsExamples(t *testing.T) {
	policy := "roles = []\n"
	for i, part := range strings.Split(lintDocs, "```") {
		if i%2 == 1 {
			policy += strings.TrimPrefix(part, "toml")
		}
	}
	policy = strings.Replace(policy, "roles = []\n", "[networks]\noffice = [\"10.20.0.0/16\"]\nadmins = [\"10.3.0.0/24\"]\nguests = [\"10.66.0.0/16\"]\nguest-kiosks = [\"10.66.1.0/24\"]\n"+
		"[hosts.bastion]\nroles = [\"file-server\", \"cluster-node\"]\n", 1)
	name := filepath.Join(t.TempDir(), "docs.toml")
	if err := os.WriteFile(name, []byte(policy), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := call(t, "lint", name); code != 1 || !strings.Contains(stdout, "error RW026: tcp/445 is open to anyone") {
		t.Errorf("exit code %d, %s%s", code, stdout, stderr)
	}
}

func firstUp(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

const lintDocs = `# What lint looks for

` + "`rolewall lint POLICY`" + ` reports what is no mistake and yet a risk or without effect. A finding names its code, its place in the
policy, the hosts concerned and the road that leads there; ` + "`rolewall lint --explain CODE`" + ` prints what stands below. This
page is made of the same texts by ` + "`make golden`" + `.

The exit code is 0 where nothing is as heavy as ` + "`--fail-on`" + ` (error, warning or note; warning by default), 1 where something
is, and 2 where the policy is wrong. ` + "`--format`" + ` is text, json ([lint.schema.json](lint.schema.json)), sarif for code scanning,
or github for annotations.

## Changing a level

A code is heavier, lighter or off for some hosts or for all, and the policy says why:

` + "```toml" + `
[lint]
RW003 = { level = "off", hosts = ["bastion", "@cluster-node"], reason = "administered from the console" }
RW022 = { level = "error", reason = "exceptions are reviewed every month" }
RW013 = [
  { level = "off", hosts = ["lab*"], reason = "no clients there", expires = 2027-12-31 },
  { level = "error", reason = "agreed with the security team" },
]
` + "```" + `

Of several entries for a code the first that fits a host holds. After the day in ` + "`expires`" + ` an entry has no effect and is
reported, as is one that changes nothing.

## Site rules

A ` + "`[[deny]]`" + ` says what no role and no exception may open, so that a security team can own a file of its own, which policies
` + "`include`" + `. It opens and closes nothing: lint reports what breaks it as an error, with the road that leads there, and
` + "`[lint]`" + ` cannot switch it off.

` + "```toml" + `
[[deny]]
tcp     = "445"                # or udp, icmp, icmpv6, protocol, as in an exception
outside = ["office", "admins"] # nobody else may reach it
reason  = "SMB is for the office"
owner   = "security"

[[deny]]
protocol = "any"
from     = ["guests"]               # these may reach nothing ...
outside  = ["guest-kiosks"]         # ... save these
hosts    = ["web*", "@file-server"] # on these hosts: names with * and ?, or roles
reason   = "guests stay in their network"
` + "```" + `

## Codes
`

// TestLintFormats holds the four formats for every policy in testdata: they agree with each other, and JSON fits its schema.
func TestLintFormats(t *testing.T) {
	files, err := filepath.Glob("../../testdata/policies/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range append(files, "../../lint/examples/RW026.toml", "../../lint/examples/RW021.toml", "starter.toml") {
		code, stdout, stderr := call(t, "lint", "--format", "json", "--as-of", "2026-06-01", file)
		validate(t, "lint.schema.json", stdout)
		var report lintView
		if err := json.Unmarshal([]byte(stdout), &report); err != nil {
			t.Fatal(err, stderr)
		}
		if report.Failed != (code == 1) || report.Errors+report.Warnings+report.Notes != len(report.Findings) || report.Failed != (report.Errors+report.Warnings > 0) {
			t.Errorf("%s: exit code %d for %+v", file, code, report)
		}
		_, text, _ := call(t, "lint", "--as-of", "2026-06-01", file)
		_, commands, _ := call(t, "lint", "--format", "github", "--as-of", "2026-06-01", file)
		_, sarif, _ := call(t, "lint", "--format", "sarif", "--as-of", "2026-06-01", file)
		var log sarifLog
		if err := json.Unmarshal([]byte(sarif), &log); err != nil || len(log.Runs) != 1 || len(log.Runs[0].Results) != len(report.Findings) {
			t.Fatalf("%s: %v in %s", file, err, sarif)
		}
		for i, f := range report.Findings {
			place := fmt.Sprintf("%s: %s %s: ", f.At, f.Level, f.Code)
			if !strings.Contains(text, place) {
				t.Errorf("%s: the text lacks %q", file, place)
			}
			x := log.Runs[0].Results[i]
			at := x.Locations[0].Physical
			if x.RuleID != f.Code || x.Level != f.Level || at.Region.Line != f.At.Line || log.Runs[0].Tool.Driver.Rules[x.RuleIndex].ID != f.Code {
				t.Errorf("%s: %+v is %+v in SARIF", file, f, x)
			}
		}
		if n := strings.Count(commands, "\n"); n != len(report.Findings)+1 {
			t.Errorf("%s: %d lines of workflow commands for %d findings", file, n, len(report.Findings))
		}
	}
}

// TestLintLockOut holds that lint says nobody can administer a host where generate warns of it, and nowhere else.
func TestLintLockOut(t *testing.T) {
	warned := map[string][]string{}
	everyHost(t, func(file string, h *policy.Host, rs *ruleset.RuleSet) {
		warned[file] = append(warned[file], "")
		if slices.ContainsFunc(rs.Warnings, func(w string) bool { return strings.HasPrefix(w, "no rule lets management in") }) {
			warned[file] = append(warned[file], h.Name)
		}
	})
	for file, hosts := range warned {
		_, stdout, _ := call(t, "lint", "--format", "json", "--as-of", "2026-01-01", file)
		var report lintView
		if err := json.Unmarshal([]byte(stdout), &report); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range report.Findings {
			if f.Code == "RW003" {
				got = append(got, f.Hosts...)
			}
		}
		want := slices.DeleteFunc(hosts, func(h string) bool { return h == "" })
		if !slices.Equal(got, want) {
			t.Errorf("%s: RW003 for %v, generate warns of %v", file, got, want)
		}
	}
}

// TestFileURI holds how names of files become URIs.
func TestFileURI(t *testing.T) {
	for name, want := range map[string]string{
		"servers.toml": "servers.toml", "a b/ä#?.toml": "a%20b/%C3%A4%23%3F.toml", "c:x.toml": "./c:x.toml", "./hosts//dc.toml": "hosts/dc.toml",
		"/etc/rolewall.toml": "file:///etc/rolewall.toml", "../x.toml": "../x.toml", "-": "-", "100%.toml": "100%25.toml",
	} {
		if got := fileURI(name); got != want {
			t.Errorf("%q becomes %q, not %q", name, got, want)
		}
	}
}

// FuzzLintOutput writes findings full of hostile text in every format: nothing but line ends of our own controls a
// terminal, every line of workflow commands is one of ours, and the JSON forms can be read back.
func FuzzLintOutput(f *testing.F) {
	for _, s := range []string{
		"plain", "\x1b[2J\x1b]0;title\a", "::error::gotcha\n::set-output name=x::y", "100%0A::stop-commands::x", "[link](javascript:alert(1)) {0}", "\u202etxet \u2028\u0085\x00\xff",
		"##[error]old form", "a\r\nb\tc", "<script>alert(1)</script> @everyone `code`",
	} {
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, what, file, host string) {
		finding := lint.Finding{
			Code: "RW026", Level: lint.Error, Pos: strict.Pos{File: file, Line: 3, Col: 7}, What: what, Hint: what, Hosts: []string{"web1", "web2"},
			Because: []string{what, host}, See: []lint.See{{Pos: strict.Pos{File: file, Line: 1, Col: 1}, What: what}},
		}
		r := lintReport{[]lint.Finding{finding}, "2026-01-01", lint.Warning}
		var text, commands, log, view bytes.Buffer
		r.text(&text, paint{})
		r.github(&commands)
		noControls(t, text.String())
		noControls(t, commands.String())
		lines := strings.Split(strings.TrimSuffix(commands.String(), "\n"), "\n")
		if len(lines) != 2 || !strings.HasPrefix(lines[0], "::error file=") || strings.HasPrefix(lines[1], "::") || strings.Contains(commands.String(), "##[") {
			t.Errorf("workflow commands: %q", lines)
		}
		properties, _, _ := strings.Cut(strings.TrimPrefix(lines[0], "::error "), "::")
		if n := strings.Count(properties, ","); n != 3 {
			t.Errorf("%d properties in %q", n+1, properties)
		}
		if err := encodeJSON(&log, r.sarif()); err != nil {
			t.Fatal(err)
		}
		var back sarifLog
		if err := json.Unmarshal(log.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		message := back.Runs[0].Results[0].Message.Text
		noControls(t, message)
		for i, c := range message {
			if c == '[' && message[max(i-1, 0)] != '\\' {
				t.Errorf("a link may begin in %q", message)
			}
		}
		if uri := back.Runs[0].Results[0].Locations[0].Physical.Artifact.URI; strings.ContainsFunc(uri, func(c rune) bool { return c <= ' ' || c > '~' }) {
			t.Errorf("the URI is %q", uri)
		}
		if err := encodeJSON(&view, r.view()); err != nil || !json.Valid(view.Bytes()) {
			t.Errorf("%v in %s", err, view.String())
		}
	})
}

// FuzzExplainOutput writes answers full of hostile text: nothing but line ends of our own controls a terminal.
func FuzzExplainOutput(f *testing.F) {
	f.Add("\x1b[2J", "\u202e\u2028\x00\xff", "a\r\nb")
	f.Fuzz(func(t *testing.T, reason, file, title string) {
		at := place{file, 1, 2}
		road := roadView{Roles: []step{{Name: "intranet", Title: title, By: "hosts.a", At: &at}}, Service: &step{Name: "Own", Title: title}, Endpoint: &rowView{
			Port: "tcp/1", App: title, Audience: "clients", Feature: "ldaps", By: "file", At: &at, Sources: []string{"policy"}, Note: reason,
		}}
		papers := roadView{Exception: &exception{reason, title, "2027-01-01", "file", at}}
		a := answer{
			Port: "tcp/1", Verdict: verdictOpen, Rules: []explainRule{{
				ID: "01234567", Opens: "tcp/1", Listener: title, From: []namedBy{{"office", []string{"10.0.0.0/8"}, []saying{{"clients", &at}}}},
				Reasons: []roadView{road, papers}, Scripts: []scriptHit{{Target: "nftables", File: "a/nftables.nft", Lines: []int{1}, Text: reason}},
			}},
			Closed:   []closedReason{{Kind: "exception", What: reason, Would: title, At: &at, Roads: []roadView{papers}}},
			Baseline: []targetBaseline{{"own", []string{reason}}},
			Sources:  []source{{Tag: "KB", Title: title}},
		}
		var b strings.Builder
		writeAnswer(&b, paint{}, explainHost{Host: "a", OS: "linux", At: at, From: reason}, a)
		writeRows(&b, []explainRow{{ID: "01234567", Opens: "tcp/1", App: []string{title}, From: []string{"office"}, Because: []string{reason}}}, false, false)
		noControls(t, b.String())
	})
}

// noControls fails for characters that move a cursor, hide text or turn its direction.
func noControls(t *testing.T, text string) {
	t.Helper()
	for _, line := range strings.Split(text, "\n") {
		for _, r := range line {
			if !unicode.IsPrint(r) {
				t.Fatalf("%U in %q", r, line)
			}
		}
	}
}
