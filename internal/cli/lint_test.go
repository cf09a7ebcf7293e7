package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolewall/internal/term"
	"rolewall/lint/codes"
	"rolewall/policy"
	"rolewall/ruleset"
)

// TestLintDocs holds docs/lint.md, which is made of the codes.
func TestLintDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString(lintDocs)
	b.WriteString("\n| code | level | finds |\n|---|---|---|\n")
	for _, c := range codes.All() {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", c.Name, strings.ToLower(c.Name), c.Level, c.Title)
	}
	for _, c := range codes.All() {
		fmt.Fprintf(&b, "\n## %s\n\n%s, %s.\n\n%s\n\n**What to do.** %s\n\n```toml\n%s```\n", c.Name, firstUp(c.Title), c.Level, term.Wrap(c.Why, 120), term.Wrap(c.Fix, 120), c.Example())
		if c.Pinned {
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

` + "`rolewall lint POLICY`" + ` reports what is not a mistake and yet a risk or without effect. A finding names its code, its place in the
policy, the hosts concerned and the path that leads there; ` + "`rolewall lint --explain CODE`" + ` prints the texts below. This
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
` + "`include`" + `. It opens and closes nothing: lint reports what breaks it as an error, with the path that leads there, and
` + "`[lint]`" + ` cannot switch it off. What Linux targets allow beside the rules counts too, as far as a setting can take it away: a
deny of ` + "`icmp = \"8\"`" + ` asks for ` + "`[linux] ping = false`" + `.

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

A ` + "`[[require]]`" + ` says what must stay open: a policy that does not open it has an error at that line, for all hosts it speaks of. With
both a site pins its contract, and no change of a role or an audience breaks it unseen. What a target allows beside the rules, such as
ping on Linux, counts as open where every target of the host does. Addresses of families that a host does not speak, and its own, are
left out. Whether a program listens, and whether a rule of others blocks, is not seen.

` + "```toml" + `
[[require]]
tcp    = 445
from   = ["office"]       # networks, addresses, "@role", "@host", or ["any"]
hosts  = ["@file-server"] # default: all
reason = "homes are there"
owner  = "desktop team"

[[require]]
icmp   = 8
from   = ["admins"]
hosts  = ["@file-server"]
reason = "monitoring pings"
` + "```" + `

## Codes
`

// lintOutput is what tests read of the JSON form.
type lintOutput struct {
	Failed                  bool
	Errors, Warnings, Notes int
	Findings                []struct {
		Code, Level string
		At          struct {
			File         string
			Line, Column int
		}
		Hosts []string
	}
}

// sarifOutput is what tests read of the SARIF form.
type sarifOutput struct {
	Runs []struct {
		Tool struct {
			Driver struct{ Rules []struct{ ID string } }
		}
		Results []struct {
			RuleID    string
			RuleIndex int
			Level     string
			Locations []struct {
				Physical struct {
					Region struct {
						Line int `json:"startLine"`
					}
				} `json:"physicalLocation"`
			}
		}
	}
}

// TestLintFormats holds the four formats for every policy in testdata: they agree with each other, and JSON fits its schema.
func TestLintFormats(t *testing.T) {
	files, err := filepath.Glob("../../testdata/policies/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range append(files, "../../lint/codes/examples/RW026.toml", "../../lint/codes/examples/RW021.toml", "starter.toml") {
		code, stdout, stderr := call(t, "lint", "--format", "json", "--as-of", "2026-06-01", file)
		validate(t, "lint.schema.json", stdout)
		var report lintOutput
		if err := json.Unmarshal([]byte(stdout), &report); err != nil {
			t.Fatal(err, stderr)
		}
		if report.Failed != (code == 1) || report.Errors+report.Warnings+report.Notes != len(report.Findings) || report.Failed != (report.Errors+report.Warnings > 0) {
			t.Errorf("%s: exit code %d for %+v", file, code, report)
		}
		_, text, _ := call(t, "lint", "--as-of", "2026-06-01", file)
		_, commands, _ := call(t, "lint", "--format", "github", "--as-of", "2026-06-01", file)
		_, sarif, _ := call(t, "lint", "--format", "sarif", "--as-of", "2026-06-01", file)
		var log sarifOutput
		if err := json.Unmarshal([]byte(sarif), &log); err != nil || len(log.Runs) != 1 || len(log.Runs[0].Results) != len(report.Findings) {
			t.Fatalf("%s: %v in %s", file, err, sarif)
		}
		for i, f := range report.Findings {
			place := fmt.Sprintf("%s:%d:%d: %s %s: ", f.At.File, f.At.Line, f.At.Column, f.Level, f.Code)
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
		var report lintOutput
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
