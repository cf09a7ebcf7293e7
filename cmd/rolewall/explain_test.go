package main

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
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

// TestExplainAgrees compares answers with the rule set: for every host, ports that are open and ports that are not, and
// senders from inside and outside.
func TestExplainAgrees(t *testing.T) {
	senders := []string{"10.20.1.1", "10.3.0.9", "10.30.0.1", "10.66.0.1", "fd00:20::1", "2001:db8::1", "203.0.113.7"}
	ports := []string{"tcp/22", "tcp/80", "tcp/135", "tcp/139", "tcp/445", "tcp/3268", "tcp/8834", "tcp/50100", "udp/53", "udp/137", "udp/514"}
	counts := map[explain.Verdict]int{}
	asked := 0
	everyHost(t, func(file string, h *policy.Host, rs *ruleset.RuleSet) {
		asked++
		for n := range 4 {
			i := (n*3 + asked) % len(ports)
			port := ports[i]
			from := senders[(i+asked)%len(senders)]
			name, number, _ := strings.Cut(port, "/")
			protocol, _ := ruleset.ParseProtocol(name)
			r, err := ruleset.ParsePortRange(number)
			if err != nil {
				t.Fatal(err)
			}
			answers, stdout := ask(t, file, h.Name, port, "--from", from)
			if n == 0 {
				validate(t, "explain.schema.json", stdout)
			}
			a := answers.Answers[0]
			counts[a.Verdict]++
			if want := rs.Allows(ruleset.Packet{Protocol: protocol, Port: r.First, Remote: netip.MustParseAddr(from), IPsec: true}); (a.Verdict == explain.Open) != want {
				t.Errorf("%s %s: %s from %s is %s, the rule set says %v", file, h.Name, port, from, a.Verdict, want)
			}
			if a.Verdict == explain.Open == (len(a.Closed) > 0) {
				t.Errorf("%s %s: %s is %s, and there are %d reasons against it", file, h.Name, port, a.Verdict, len(a.Closed))
			}
		}
	})
	if counts[explain.Open] < 10 || counts[explain.Closed] < 10 {
		t.Errorf("the questions say little: %v", counts)
	}
}

// TestExplainRules holds that every rule of every host can be asked about: it has a road for every reason, senders with
// their place in the policy, and lines in the script of every target that takes the host.
func TestExplainRules(t *testing.T) {
	everyHost(t, func(file string, h *policy.Host, rs *ruleset.RuleSet) {
		args := []string{file, h.Name, "", "-t", "advfirewall", "-t", "ipsec", "-t", "nftables", "-t", "iptables", "-t", "json"}
		known := map[string]explain.Rule{}
		for _, r := range rs.Inbound {
			port := r.Traffic.String()
			if r.Protocol.HasPorts() {
				port = r.Protocol.String() + "/" + ruleset.PortRange{First: r.Ports[0].First, Last: r.Ports[0].First}.String()
			}
			if r.Protocol == ruleset.AnyProtocol {
				port = "tcp/1"
			}
			args[2] = port
			if _, found := known[r.ID]; !found {
				answers, stdout := ask(t, args...)
				if len(known) == 0 {
					validate(t, "explain.schema.json", stdout)
				}
				for _, x := range answers.Answers[0].Rules {
					known[x.ID] = x
				}
			}
			x, found := known[r.ID]
			if !found || len(x.Reasons) < len(r.Reasons) || len(x.From) == 0 {
				t.Fatalf("%s %s: rule %s %s is explained as %+v", file, h.Name, r.ID, port, x)
			}
			for _, s := range x.From {
				if len(s.Because) == 0 {
					t.Errorf("%s %s: nothing says why %s gets in by rule %s %s", file, h.Name, s.Name, r.ID, port)
				}
			}
			for _, s := range x.Scripts {
				if s.Refused == nil && (len(s.Lines) == 0 || !strings.Contains(s.Text, r.ID)) {
					t.Errorf("%s %s: the script %s does not name rule %s %s", file, h.Name, s.File, r.ID, port)
				}
			}
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
			if strings.TrimSpace(line) != s.Text || !strings.Contains(line, r.ID) {
				t.Errorf("line %d of %s is %q, not %q", s.Lines[0], s.File, line, s.Text)
			}
		}
	}
}

// TestExplainTables holds the tables of hosts and the lists of --who: they fit the schema and agree with the rule sets.
func TestExplainTables(t *testing.T) {
	open := map[string][]string{}
	everyHost(t, func(file string, h *policy.Host, rs *ruleset.RuleSet) {
		code, stdout, stderr := call(t, "explain", "--format", "json", "--as-of", "2026-01-01", file, h.Name)
		validate(t, "explain.schema.json", stdout)
		var table explain.Table
		if err := json.Unmarshal([]byte(stdout), &table); err != nil || code != 0 {
			t.Fatal(err, stderr)
		}
		var got, want []string
		for _, r := range table.Rules {
			got = append(got, r.ID)
		}
		for _, r := range rs.Inbound {
			want = append(want, r.ID)
		}
		if !slices.Equal(got, want) || table.Host != h.Name {
			t.Errorf("%s %s: %v, not %v", file, h.Name, got, want)
		}
		open[file] = append(open[file], "")
		if slices.ContainsFunc(rs.Inbound, func(r *ruleset.Rule) bool {
			return r.Protocol == ruleset.AnyProtocol || r.Protocol == ruleset.TCP && r.Ports.Contains(ruleset.Ports{{First: 445, Last: 445}})
		}) {
			open[file] = append(open[file], h.Name)
		}
	})
	for file, hosts := range open {
		code, stdout, stderr := call(t, "explain", "--format", "json", "--as-of", "2026-01-01", file, "--who", "tcp/445")
		validate(t, "explain.schema.json", stdout)
		var who explain.Who
		if err := json.Unmarshal([]byte(stdout), &who); err != nil || code != 0 {
			t.Fatal(err, stderr)
		}
		var got []string
		for _, r := range who.Open {
			if !slices.Contains(got, r.Host) {
				got = append(got, r.Host)
			}
		}
		want := slices.DeleteFunc(hosts, func(h string) bool { return h == "" })
		if !slices.Equal(got, want) {
			t.Errorf("%s: tcp/445 is open on %v, not %v", file, got, want)
		}
	}
}

// TestExplainMistakes holds what cannot be answered: exit code 2, a hint, nothing on stdout.
func TestExplainMistakes(t *testing.T) {
	const policy = "../../testdata/policies/linux.toml"
	for words, want := range map[string]string{
		policy + " bastoin":                           "no host is called \"bastoin\"\n  hint: did you mean \"bastion\"?",
		policy + " tcp/22":                            "no host is called \"tcp/22\"",
		policy + " bastion tcp/70000":                 "\"tcp/70000\" cannot be asked about: port 70000 is outside 1-65535\n  hint: tcp/445",
		policy + " bastion tcp/80-90":                 "80-90 is a range, ask about one port",
		policy + " bastion any":                       "ask about one protocol",
		policy + " bastion protocol/6":                "ask about a port of tcp\n  hint: tcp/PORT",
		policy + " bastion protocol/58":               "ask about a type of icmpv6\n  hint: icmpv6/TYPE",
		policy + " bastion tcp/22 --from 10.3.0.9/24": "prefix 10.3.0.9/24 has bits set behind its length\n  hint: write 10.3.0.0/24, or 10.3.0.9 for the one address",
		policy + " bastion tcp/22 tcp/80":             "a host and a port at a time",
		policy + " bastion --who tcp/22":              "--who takes the place of HOST and PORT",
		policy + " --who tcp":                         "\"tcp\" cannot be asked about",
		policy + " bastion tcp/22 --from offce":       "--from must be an address, a prefix or a network of the policy, not \"offce\"",
		policy + " bastion --format xml":              "unknown format \"xml\"",
		policy + " bastion -t netsh":                  "unknown target \"netsh\"",
		policy + " bastion --as-of soon":              "\"soon\" is no date",
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
