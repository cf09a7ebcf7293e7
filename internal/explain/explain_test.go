package explain_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/internal/explain"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

const day = "2026-01-01"

// open reads a policy from a file.
func open(t *testing.T, file string) *workspace.Workspace {
	t.Helper()
	w, err := workspace.Open(context.Background(), workspace.NewFiles(nil), file, workspace.Options{AsOf: day})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// parse reads a policy from a text. The file is named "-".
func parse(t testing.TB, text string) *workspace.Workspace {
	t.Helper()
	w, err := workspace.Open(context.Background(), workspace.NewFiles(strings.NewReader(text)), "-", workspace.Options{AsOf: day})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// explainer returns an explainer for a source, which may be empty, and targets.
func explainer(t testing.TB, w *workspace.Workspace, source string, targets ...string) *explain.Explainer {
	t.Helper()
	x, err := explain.New(w, source, targets)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// ask returns the answers to a question about the host of that name.
func ask(t *testing.T, x *explain.Explainer, h *policy.Host, port string) []explain.Answer {
	t.Helper()
	a, err := x.Port(h, port)
	if err != nil {
		t.Fatal(err)
	}
	return a.Answers
}

// everyPolicy calls do for every policy in testdata.
func everyPolicy(t *testing.T, do func(file string, w *workspace.Workspace)) {
	t.Helper()
	files, err := filepath.Glob("../../testdata/policies/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		do(filepath.Base(file), open(t, file))
	}
}

// resolve returns the rule set of a host.
func resolve(t *testing.T, w *workspace.Workspace, h *policy.Host) *ruleset.RuleSet {
	t.Helper()
	errs := &diag.List{}
	rs := resolver.New(w.Policy, w.Day).RuleSet(h, errs)
	if rs == nil {
		t.Fatal(errs.Err())
	}
	return rs
}

// TestAgrees compares answers with the rule set: for every host, ports that are open and ports that are closed, and sources
// from inside and outside.
func TestAgrees(t *testing.T) {
	sources := []string{"10.20.1.1", "10.3.0.9", "10.30.0.1", "10.66.0.1", "fd00:20::1", "2001:db8::1", "203.0.113.7"}
	ports := []string{"tcp/22", "tcp/80", "tcp/135", "tcp/139", "tcp/445", "tcp/3268", "tcp/8834", "tcp/50100", "udp/53", "udp/137", "udp/514"}
	counts := map[explain.Verdict]int{}
	asked := 0
	everyPolicy(t, func(file string, w *workspace.Workspace) {
		for _, h := range w.Policy.Hosts {
			asked++
			rs := resolve(t, w, h)
			for n := range 4 {
				i := (n*3 + asked) % len(ports)
				port, source := ports[i], sources[(i+asked)%len(sources)]
				a := ask(t, explainer(t, w, source), h, port)[0]
				counts[a.Verdict]++
				traffic, err := ruleset.ParseTraffic(port)
				if err != nil {
					t.Fatal(err)
				}
				want := rs.Allows(ruleset.Packet{Remote: netip.MustParseAddr(source), Protocol: traffic.Protocol, Port: traffic.Ports[0].First})
				if (a.Verdict == explain.Open) != want {
					t.Errorf("%s %s: %s from %s is %s, the rule set says %v", file, h.Name, port, source, a.Verdict, want)
				}
				if (a.Verdict == explain.Open) == (len(a.Closed) > 0) {
					t.Errorf("%s %s: %s is %s, and there are %d reasons against it", file, h.Name, port, a.Verdict, len(a.Closed))
				}
			}
		}
	})
	if counts[explain.Open] < 10 || counts[explain.Closed] < 10 {
		t.Errorf("the questions say little: %v", counts)
	}
}

// TestEveryRule asks about every rule of every host. The answer has a path for every reason, an origin for every source, and a
// line in the script of every target that takes the host.
func TestEveryRule(t *testing.T) {
	everyPolicy(t, func(file string, w *workspace.Workspace) {
		x := explainer(t, w, "", "advfirewall", "ipsec", "nftables", "iptables", "json")
		for _, h := range w.Policy.Hosts {
			known := map[string]explain.Rule{}
			for _, r := range resolve(t, w, h).Inbound {
				port := questionOf(r.Traffic)
				if _, found := known[r.ID]; !found {
					for _, x := range ask(t, x, h, port)[0].Rules {
						known[x.ID] = x
					}
				}
				checkRule(t, file+" "+h.Name+" "+port, known[r.ID], r)
			}
		}
	})
}

// questionOf asks about a part of the traffic.
func questionOf(t ruleset.Traffic) string {
	switch {
	case t.Protocol == ruleset.AnyProtocol:
		return "tcp/1"
	case t.Protocol.HasPorts():
		t.Ports = ruleset.Ports{{First: t.Ports[0].First, Last: t.Ports[0].First}}
	}
	return t.String()
}

func checkRule(t *testing.T, name string, x explain.Rule, r *ruleset.Rule) {
	t.Helper()
	if x.ID != r.ID || x.Opens != r.Traffic.String() || x.RPC != string(r.RPC) || x.Anyone != r.Remote.IsAnyone() || len(x.Reasons) < len(r.Reasons) || len(x.From) == 0 {
		t.Fatalf("%s: rule %s is explained as %+v", name, r.ID, x)
	}
	if !strings.HasPrefix(x.Listener, r.Listener.Program) || !strings.HasSuffix(x.Listener, r.Listener.Service) {
		t.Errorf("%s: rule %s has the listener %q", name, r.ID, x.Listener)
	}
	for _, s := range x.From {
		if len(s.Because) == 0 {
			t.Errorf("%s: nothing says why rule %s allows %s", name, r.ID, s.Name)
		}
	}
	for _, s := range x.Scripts {
		if s.Refused == nil && (len(s.Lines) == 0 || !strings.Contains(s.Text, ruleset.Label(r.ID))) {
			t.Errorf("%s: the script %s does not name rule %s", name, s.File, r.ID)
		}
	}
}

// TestTables compares the tables of hosts, and of the hosts with a port open, with the rule sets.
func TestTables(t *testing.T) {
	smb := ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 445, Last: 445}}}
	everyPolicy(t, func(file string, w *workspace.Workspace) {
		x := explainer(t, w, "")
		var open []string
		for _, h := range w.Policy.Hosts {
			table, err := x.Rules(h)
			if err != nil {
				t.Fatal(err)
			}
			var got, want []string
			for _, r := range table.Rules {
				got = append(got, r.ID)
			}
			for _, r := range resolve(t, w, h).Inbound {
				want = append(want, r.ID)
				if r.Overlaps(smb) && !slices.Contains(open, h.Name) {
					open = append(open, h.Name)
				}
			}
			if !slices.Equal(got, want) || table.Host != h.Name {
				t.Errorf("%s %s: %v, not %v", file, h.Name, got, want)
			}
		}
		who, err := x.Who(context.Background(), "tcp/445")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range who.Open {
			if !slices.Contains(got, r.Host) {
				got = append(got, r.Host)
			}
		}
		if !slices.Equal(got, open) || who.Hosts != len(w.Policy.Hosts) {
			t.Errorf("%s: tcp/445 is open on %v of %d hosts, not %v", file, got, who.Hosts, open)
		}
	})
}

const servers = `
access = "console"
[networks]
office = ["10.20.0.0/16", "fd00:20::/48"]
branch = ["10.30.0.0/16"]
[audience]
clients    = ["office"]
peers      = ["none"]
management = ["none"]
[groups.web]
hosts = ["web1"]
os    = "linux"
roles = ["linux-web"]
[hosts.web1]
families = ["ipv4"]
[[hosts.web1.allow]]
tcp    = "9000-9001"
from   = ["10.0.0.0/9"]
reason = "one half"
owner  = "ops"
[[hosts.web1.allow]]
tcp    = "9001"
from   = ["10.128.0.0/9"]
reason = "the other"
expires = 2026-03-31
[[hosts.web1.allow]]
tcp    = "9002"
from   = ["fd00::/64"]
reason = "of the other family"
[[hosts.web1.allow]]
tcp    = "9003"
from   = ["office"]
reason = "it ended"
expires = 2025-03-31
`

// TestVerdict asks about ports from several sources. Closed lists the kinds of the reasons, the nearest first.
func TestVerdict(t *testing.T) {
	w := parse(t, servers)
	for _, c := range []struct {
		port, source string
		verdict      explain.Verdict
		shares       string // of the rules
		closed       string
	}{
		{"tcp/443", "", explain.Open, " ", ""},
		{"tcp/443", "10.20.0.5", explain.Open, " all", ""},
		{"tcp/443", "office", explain.PartlyOpen, " part", "sender"}, // the host speaks one of its families
		{"tcp/443", "10.20.0.0/16", explain.Open, " all", ""},
		{"tcp/443", "10.20.0.0/15", explain.PartlyOpen, " part", "sender"},
		{"tcp/443", "branch", explain.Closed, " none", "sender"},
		{"tcp/443", "fd00:20::1", explain.Closed, " none", "family"},
		{"tcp/9000", "10.0.0.0/8", explain.PartlyOpen, " part", "sender"},
		{"tcp/9001", "10.0.0.0/8", explain.Open, " part part", ""},
		{"tcp/9002", "", explain.Closed, "", "exception"},
		{"tcp/9003", "", explain.Closed, "", "exception"},
		{"tcp/22", "", explain.Closed, "", "role"},
		{"udp/443", "", explain.Closed, "", "feature role"},
		{"tcp/40000", "", explain.Closed, "", "unknown"},
		{"icmp/8", "", explain.BesideRules, "", "role"},
		{"tcp/3389", "", explain.Closed, "", "role"},
	} {
		a := ask(t, explainer(t, w, c.source), w.Policy.Hosts[0], c.port)[0]
		shares := ""
		for _, r := range a.Rules {
			shares += " " + string(r.Share)
		}
		var closed []string
		for _, r := range a.Closed {
			closed = append(closed, r.Kind)
		}
		if got := strings.Join(closed, " "); a.Port != c.port || a.Verdict != c.verdict || shares != c.shares || got != c.closed {
			t.Errorf("%s from %q is %s, rules %q, closed %q; want %s, %q, %q", c.port, c.source, a.Verdict, shares, got, c.verdict, c.shares, c.closed)
			for _, r := range a.Closed {
				t.Logf("%+v", r)
			}
		}
	}
}

// TestPaths compares the provenance of two rules: one of a role that a group names, and one of an exception.
func TestPaths(t *testing.T) {
	w := parse(t, servers)
	x := explainer(t, w, "", "nftables", "ipsec")
	at := func(line, column int) *explain.Location {
		return &explain.Location{File: "-", Line: line, Column: column}
	}
	https := ask(t, x, w.Policy.Hosts[0], "tcp/443")[0].Rules[0]
	want := []explain.Path{{
		Roles:    []explain.Step{{Name: "linux-web", Title: "Web server", By: "groups.web", At: at(13, 10)}},
		Service:  &explain.Step{Name: "httpd", Title: "Web server (nginx, Apache, Caddy)"},
		Endpoint: &explain.Endpoint{Port: "tcp/443", App: "HTTPS", Audience: "clients", Sources: []string{"IANA", "RFC9110"}},
	}}
	if !reflect.DeepEqual(https.Reasons, want) {
		t.Errorf("tcp/443 comes from %s", asJSON(t, https.Reasons))
	}
	if want := []explain.Source{{Name: "office", Prefixes: []string{"10.20.0.0/16"}, Because: []explain.Origin{{What: "clients", At: at(7, 1)}}}}; !reflect.DeepEqual(https.From, want) {
		t.Errorf("tcp/443 is open to %s", asJSON(t, https.From))
	}
	if s := https.Scripts; len(s) != 2 || len(s[0].Lines) == 0 || s[0].File != "web1/nftables.nft" || s[1].Refused == nil || len(s[1].Lines) > 0 {
		t.Errorf("tcp/443 stands in %s", asJSON(t, https.Scripts))
	}
	half := ask(t, x, w.Policy.Hosts[0], "tcp/9000")[0].Rules[0]
	want = []explain.Path{{Roles: []explain.Step{}, Exception: &explain.Exception{Reason: "one half", Owner: "ops", By: "hosts.web1", At: *at(16, 14)}}}
	if !reflect.DeepEqual(half.Reasons, want) {
		t.Errorf("tcp/9000 comes from %s", asJSON(t, half.Reasons))
	}
}

// TestRows compares the table of a host, and what a source sees of it.
func TestRows(t *testing.T) {
	w := parse(t, servers)
	var got []string
	for _, source := range []string{"", "10.20.0.5", "branch"} {
		table, err := explainer(t, w, source).Rules(w.Policy.Hosts[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range table.Rules {
			got = append(got, fmt.Sprint(source, ": ", r.Opens, " ", r.App, " ", r.From, " ", r.Because, " ", r.Share))
		}
	}
	want := []string{
		": tcp/80 [HTTP] [office] [linux-web (httpd)] ",
		": tcp/443 [HTTPS] [office] [linux-web (httpd)] ",
		": tcp/9000-9001 [] [10.0.0.0/9] [exception: one half] ",
		": tcp/9001 [] [10.128.0.0/9] [exception: the other] ",
		"10.20.0.5: tcp/80 [HTTP] [office] [linux-web (httpd)] all",
		"10.20.0.5: tcp/443 [HTTPS] [office] [linux-web (httpd)] all",
		"10.20.0.5: tcp/9000-9001 [] [10.0.0.0/9] [exception: one half] all",
		"branch: tcp/9000-9001 [] [10.0.0.0/9] [exception: one half] all",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
