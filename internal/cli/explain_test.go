package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/internal/explain"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// everyHost calls do for every host of the policies in testdata, with its rule set.
func everyHost(t *testing.T, do func(file string, h *policy.Host, rs *ruleset.RuleSet)) {
	t.Helper()
	files, err := filepath.Glob("../../testdata/policies/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		p, err := policy.Load(workspace.NewFiles(nil), file, cat)
		if err != nil {
			t.Fatal(err)
		}
		r := resolver.New(p, "2026-01-01")
		for _, h := range p.Hosts {
			errs := &diag.List{}
			rs := r.RuleSet(h, errs)
			if rs == nil {
				t.Fatal(errs.Err())
			}
			do(file, h, rs)
		}
	}
}

// ask puts a question and returns the answer, in JSON and read.
func ask(t *testing.T, args ...string) (answers explain.Answers, stdout string) {
	t.Helper()
	code, stdout, stderr := call(t, append([]string{"explain", "--format", "json", "--as-of", "2026-01-01"}, args...)...)
	if code != 0 || stderr != "" {
		t.Fatalf("%v: exit code %d, %s", args, code, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), &answers); err != nil {
		t.Fatal(err)
	}
	return answers, stdout
}

// TestExplainSchema compares what explain prints as JSON with its schema: for every host, all rules and one port with and
// without a source, and for every policy the hosts with a port open.
func TestExplainSchema(t *testing.T) {
	ports := []string{"tcp/445", "udp/138", "tcp/22", "icmp/8", "tcp/50100"}
	asked := map[string]int{}
	everyHost(t, func(file string, h *policy.Host, _ *ruleset.RuleSet) {
		port := ports[asked[file]%len(ports)]
		asked[file]++
		calls := [][]string{{file, h.Name}, {file, h.Name, port}, {file, h.Name, port, "--from", "10.20.1.1"}}
		if asked[file] == 1 {
			calls = append(calls, []string{file, "--who", "tcp/445"})
		}
		for _, args := range calls {
			_, stdout := ask(t, args...)
			validate(t, "explain.schema.json", stdout)
		}
	})
}

// TestExplainLine holds that the line that explain names is the line of the file that generate writes.
func TestExplainLine(t *testing.T) {
	out := t.TempDir()
	const file = "../../testdata/policies/company.toml"
	if code, _, stderr := call(t, "generate", "-o", out, "--as-of", "2026-01-01", file); code != 0 {
		t.Fatal(stderr)
	}
	answers, _ := ask(t, file, "dc1", "tcp/445")
	for _, r := range answers.Answers[0].Rules {
		for _, s := range r.Scripts {
			text, err := os.ReadFile(filepath.Join(out, s.File))
			if err != nil {
				t.Fatal(err)
			}
			line := strings.Split(string(text), "\n")[s.Lines[0]-1]
			if strings.TrimSpace(line) != s.Text || !strings.Contains(line, ruleset.Label(r.ID)) {
				t.Errorf("line %d of %s is %q, not %q", s.Lines[0], s.File, line, s.Text)
			}
		}
	}
}

// TestExplainMistakes holds what cannot be answered: exit code 2, a hint, nothing on stdout.
func TestExplainMistakes(t *testing.T) {
	const policy = "../../testdata/policies/linux.toml"
	for words, want := range map[string]string{
		policy + " bastoin":                           "no host is called \"bastoin\"\n  hint: did you mean \"bastion\"?",
		policy + " tcp/22":                            "no host is called \"tcp/22\"",
		policy + " bastion tcp/70000":                 "\"tcp/70000\" is not a port to explain: port 70000 is outside 1-65535\n  hint: tcp/445",
		policy + " bastion tcp/90-80":                 "90-80",
		policy + " bastion any":                       "ask about one protocol",
		policy + " bastion protocol/6":                "ask about a port of tcp\n  hint: tcp/PORT",
		policy + " bastion protocol/58":               "ask about a type of icmpv6\n  hint: icmpv6/TYPE",
		policy + " bastion tcp/22 --from 10.3.0.9/24": "prefix 10.3.0.9/24 has host bits set\n  hint: write 10.3.0.0/24, or 10.3.0.9 for the one address",
		policy + " bastion tcp/22 tcp/80":             "a host and a port at a time",
		policy + " bastion --who tcp/22":              "--who takes the place of HOST and PORT",
		policy + " --who tcp":                         "\"tcp\" is not a port to explain",
		policy + " bastion tcp/22 --from offce":       "--from must be an address, a prefix, a network or a host of the policy, or @role, not \"offce\"",
		policy + " bastion --format xml":              "unknown format \"xml\"",
		policy + " bastion -t netsh":                  "unknown target \"netsh\"",
		policy + " bastion --as-of soon":              "\"soon\" is not a date",
		"missing.toml bastion":                        "missing.toml: cannot be read",
		"../../testdata/broken/members.toml web1":     "has no addresses, which",
		"../../testdata/broken/target.toml --who 22":  "unknown target",
	} {
		code, stdout, stderr := call(t, append([]string{"explain"}, strings.Fields(words)...)...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, %q, not %q", words, code, stdout+stderr, want)
		}
	}
}
