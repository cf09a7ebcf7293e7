package drift_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/internal/drift"
	"rolewall/internal/workspace"
	"rolewall/readers/capture"
	"rolewall/resolver"
	"rolewall/ruleset"
)

const linuxPolicy = `
networks = { office = ["10.20.0.0/16"], admins = ["10.3.0.0/24", "fd00:3::/64"] }
os = "linux"
[hosts.web1]
addresses = ["10.1.0.1"]
roles = ["ssh-managed"]
audience = { clients = ["office"], management = ["admins"] }
allow = [
  { tcp = 443, from = ["any"], reason = "shop" },
  { tcp = 9100, from = ["office"], limit = "10/minute", reason = "metrics" },
]`

const windowsPolicy = `
networks = { office = ["10.20.0.0/16"], admins = ["10.3.0.0/24"] }
os = "windows-2022"
[hosts.web1]
roles = ["iis-web"]
advfirewall = { profile = ["domain"], other_rules = "disable" }
audience = { clients = ["office"], management = ["admins"] }`

func open(t testing.TB, text string) *workspace.Workspace {
	t.Helper()
	w, err := workspace.Open(context.Background(), workspace.NewFiles(strings.NewReader(text)), "-", workspace.Options{AsOf: "2026-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// enforced returns a capture of the first host that enforces the policy to the letter.
func enforced(t testing.TB, w *workspace.Workspace) *capture.Capture {
	t.Helper()
	h, errs := w.Policy.Hosts[0], &diag.List{}
	rs := resolver.New(w.Policy, w.Day).RuleSet(h, errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	c := &capture.Capture{Host: h.Name, OS: rs.OS, Families: rs.Families}
	targets, err := w.TargetsOf(h, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range target.Openings(targets[0], rs) {
		if r, typed := x.Rule(); typed {
			c.Openings = append(c.Openings, capture.Opening{Rule: r, To: x.To})
		}
	}
	for i, r := range rs.Inbound {
		r := *r
		r.Reasons, r.ID = nil, ""
		x := capture.Opening{Rule: &r, Profiles: rs.Settings.Advfirewall.Profile, Rules: []capture.Place{{Pos: diag.Pos{File: "f", Line: i + 1}, Rule: "rule", Text: r.Traffic.String()}}}
		c.Openings = append(c.Openings, x)
	}
	return c
}

// rule returns a rule for tests.
func rule(t testing.TB, traffic string, from ...string) *ruleset.Rule {
	t.Helper()
	tr, err := ruleset.ParseTraffic(traffic)
	if err != nil {
		t.Fatal(err)
	}
	r := &ruleset.Rule{Traffic: tr, Remote: ruleset.Anyone()}
	if len(from) > 0 {
		var list []netip.Prefix
		for _, f := range from {
			list = append(list, netip.MustParsePrefix(f))
		}
		r.Remote = ruleset.NewSources(ruleset.AddressSet{Prefixes: list})
	}
	return r
}

// run compares captures and returns the findings, a line each.
func run(t testing.TB, w *workspace.Workspace, o drift.Options, captures ...*capture.Capture) (*drift.Result, []string) {
	t.Helper()
	var inputs []drift.Input
	for i, c := range captures {
		inputs = append(inputs, drift.Input{Name: fmt.Sprint("capture", i), Read: func(*diag.List) []*capture.Capture { return []*capture.Capture{c} }})
	}
	r, err := drift.Run(context.Background(), w, workspace.Selection{}, inputs, o)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range r.Findings {
		lines = append(lines, line(f))
	}
	return r, lines
}

func line(f drift.Finding) string {
	text := fmt.Sprintf("%s %s", f.Kind, strings.Join(f.Hosts, ","))
	if len(f.From.Prefixes) > 0 {
		text += fmt.Sprintf(" %s %v %v", f.Traffic, f.From.Names, f.From.Prefixes)
	}
	for _, more := range []string{strings.Join(f.Profiles, ","), strings.Join(f.Interfaces, ","), f.Text, f.Where, f.Forwarded} {
		if more != "" {
			text += " | " + more
		}
	}
	return text
}

// without removes the openings of traffic.
func without(c *capture.Capture, traffic string) {
	c.Openings = slices.DeleteFunc(c.Openings, func(o capture.Opening) bool { return o.Rule.Traffic.String() == traffic })
}

// set changes the opening of traffic.
func set(c *capture.Capture, traffic string, change func(*capture.Opening)) {
	for i := range c.Openings {
		if o := &c.Openings[i]; o.Rule.Traffic.String() == traffic {
			r := *o.Rule
			o.Rule = &r
			change(o)
		}
	}
}

// TestCompare holds what a change of a host that enforces its policy makes a finding, and what it does not.
func TestCompare(t *testing.T) {
	const all = "[0.0.0.0/0 ::/0]"
	for name, test := range map[string]struct {
		policy string
		change func(*capture.Capture)
		want   []string
	}{
		"the same":         {linuxPolicy, func(*capture.Capture) {}, nil},
		"the same Windows": {windowsPolicy, func(*capture.Capture) {}, nil},
		"split in two": {linuxPolicy, func(c *capture.Capture) {
			without(c, "tcp/443")
			c.Openings = append(c.Openings, capture.Opening{Rule: rule(t, "tcp/443", "0.0.0.0/1", "::/0")}, capture.Opening{Rule: rule(t, "tcp/443", "128.0.0.0/1")})
		}, nil},
		"open to anyone": {linuxPolicy, func(c *capture.Capture) {
			c.Openings = append(c.Openings, capture.Opening{Rule: rule(t, "tcp/8080-8081")})
		}, []string{"open web1 tcp/8080-8081 [] " + all}},
		"open to a network of the policy": {linuxPolicy, func(c *capture.Capture) {
			c.Openings = append(c.Openings, capture.Opening{Rule: rule(t, "udp/161", "10.20.0.0/16")})
		}, []string{"open web1 udp/161 [office] [10.20.0.0/16]"}},
		"all open": {linuxPolicy, func(c *capture.Capture) {
			c.Openings = []capture.Opening{{Rule: &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.AnyProtocol}, Remote: ruleset.Anyone()}}}
		}, []string{"open web1 any [] " + all}},
		"published": {linuxPolicy, func(c *capture.Capture) {
			c.Openings = append(c.Openings, capture.Opening{Rule: rule(t, "tcp/8080"), Forwarded: "172.17.0.2:80"})
		}, []string{"published web1 tcp/8080 [] " + all + " | 172.17.0.2:80"}},
		"from a source port": {linuxPolicy, func(c *capture.Capture) {
			r := rule(t, "tcp/1-65535")
			r.FromPorts = ruleset.NewPorts(ruleset.PortRange{First: 20, Last: 20})
			c.Openings = append(c.Openings, capture.Opening{Rule: r})
		}, []string{"source_port web1 tcp/1-65535 [] " + all + " | only from port 20"}},
		"wider": {linuxPolicy, func(c *capture.Capture) {
			c.Openings = append(c.Openings, capture.Opening{Rule: rule(t, "tcp/22", "203.0.113.9/32")})
		}, []string{"wider web1 tcp/22 [] [203.0.113.9/32]"}},
		"missing": {linuxPolicy, func(c *capture.Capture) { without(c, "tcp/443") }, []string{"missing web1 tcp/443 [] " + all}},
		"narrower": {linuxPolicy, func(c *capture.Capture) {
			set(c, "tcp/443", func(o *capture.Opening) { o.Rule = rule(t, "tcp/443", "0.0.0.0/0") })
		}, []string{"narrower web1 tcp/443 [] [::/0]"}},
		"on one interface alone": {linuxPolicy, func(c *capture.Capture) {
			set(c, "tcp/443", func(o *capture.Opening) { o.Rule.Interfaces = []string{"eth0"} })
		}, []string{"missing web1 tcp/443 [] " + all}},
		"at all addresses of the host": {linuxPolicy, func(c *capture.Capture) {
			set(c, "tcp/443", func(o *capture.Opening) { o.To = ruleset.NewPrefixes(netip.MustParsePrefix("10.1.0.1/32")) })
		}, nil},
		"at another address": {linuxPolicy, func(c *capture.Capture) {
			set(c, "tcp/443", func(o *capture.Opening) { o.To = ruleset.NewPrefixes(netip.MustParsePrefix("10.1.0.2/32")) })
		}, []string{"missing web1 tcp/443 [] " + all}},
		"depends, and is needed": {linuxPolicy, func(c *capture.Capture) {
			set(c, "tcp/443", func(o *capture.Opening) { o.Conditions = []capture.Condition{{Kind: capture.Time, Text: "by day"}} })
		}, []string{"conditional web1 tcp/443 [] " + all + " | may be closed, and the policy opens it"}},
		"depends, and is not the policy's": {linuxPolicy, func(c *capture.Capture) {
			c.Openings = append(c.Openings, capture.Opening{Rule: rule(t, "tcp/25"), Conditions: []capture.Condition{{Kind: capture.Time, Text: "by day"}}})
		}, []string{"conditional web1 tcp/25 [] " + all + " | may be open, and the policy does not open it"}},
		"depends, and is open anyway": {linuxPolicy, func(c *capture.Capture) {
			c.Openings = append(c.Openings, capture.Opening{Rule: rule(t, "tcp/443"), Conditions: []capture.Condition{{Kind: capture.Time, Text: "by day"}}})
		}, nil},
		"a limit that the policy sets": {linuxPolicy, func(c *capture.Capture) {
			set(c, "tcp/9100", func(o *capture.Opening) { o.Conditions = []capture.Condition{{Kind: capture.Rate, Text: "at first"}} })
		}, nil},
		"a limit that the policy does not set": {linuxPolicy, func(c *capture.Capture) {
			set(c, "tcp/443", func(o *capture.Opening) { o.Conditions = []capture.Condition{{Kind: capture.Rate, Text: "at first"}} })
		}, []string{"rate_limited web1 tcp/443 [] " + all}},
		"not readable": {linuxPolicy, func(c *capture.Capture) {
			c.Unmapped = append(c.Unmapped, capture.Unmapped{Reason: "no reader knows it", Scope: "tcp/25"})
		}, []string{"unknown web1 | tcp/25: no reader knows it"}},
		"off": {linuxPolicy, func(c *capture.Capture) {
			c.Facts = append(c.Facts, capture.Fact{Text: "the firewall is off", Unsafe: true}, capture.Fact{Text: "two addresses"})
		}, []string{"not_in_force web1 | the firewall is off"}},
		"in another profile": {windowsPolicy, func(c *capture.Capture) {
			set(c, "tcp/443", func(o *capture.Opening) { o.Profiles = nil })
		}, []string{"open web1 tcp/443 [admins office] [10.3.0.0/24 10.20.0.0/16] | private,public | for System"}},
		"another program": {windowsPolicy, func(c *capture.Capture) {
			set(c, "tcp/443", func(o *capture.Opening) { o.Rule.Listener = ruleset.Listener{Program: `C:\shop.exe`} })
		}, []string{
			`open web1 tcp/443 [admins office] [10.3.0.0/24 10.20.0.0/16] | domain | for C:\shop.exe`, "missing web1 tcp/443 [admins office] [10.3.0.0/24 10.20.0.0/16] | domain",
		}},
		"every program": {windowsPolicy, func(c *capture.Capture) {
			set(c, "tcp/443", func(o *capture.Opening) { o.Rule.Listener = ruleset.Listener{} })
		}, []string{`listener web1 tcp/443 [admins office] [10.3.0.0/24 10.20.0.0/16] | domain | open to every program; the policy opens it to System`}},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, test.policy)
			c := enforced(t, w)
			test.change(c)
			r, got := run(t, w, drift.Options{}, c)
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
			if r.Same(false) != (len(test.want) == 0) || r.Compared != 1 {
				t.Errorf("same: %v, compared: %d", r.Same(false), r.Compared)
			}
		})
	}
}

// TestGoverned holds that a host is compared on the interfaces that its policy governs alone.
func TestGoverned(t *testing.T) {
	w := open(t, strings.Replace(linuxPolicy, `roles =`, `linux = { interfaces = ["eth0", "eth1"] }
roles =`, 1))
	c := enforced(t, w)
	c.Openings = slices.DeleteFunc(c.Openings, func(o capture.Opening) bool { return o.Rule.Protocol == ruleset.AnyProtocol })
	eth2 := rule(t, "tcp/8080")
	eth2.Interfaces = []string{"eth2"}
	eth1 := rule(t, "tcp/8081")
	eth1.Interfaces = []string{"eth1"}
	c.Openings = append(c.Openings, capture.Opening{Rule: eth2}, capture.Opening{Rule: eth1})
	_, got := run(t, w, drift.Options{}, c)
	if want := []string{"open web1 tcp/8081 [] [0.0.0.0/0 ::/0] | eth1"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// TestLinks compares rules for interfaces on each interface: those that the capture tells, or those that rules name.
func TestLinks(t *testing.T) {
	const policy = `
os = "linux"
[hosts.web1]
roles = ["ssh-managed"]
audience = { clients = ["none"], management = ["10.3.0.0/24"] }
allow = [
  { tcp = 53, from = ["10.0.0.0/8"], interfaces = ["eth0", "veth*"], reason = "names" },
  { tcp = 53, from = ["10.1.0.0/16"], reason = "names" },
]`
	const others = "[10.0.0.0/16 10.2.0.0/15 10.4.0.0/14 10.8.0.0/13 10.16.0.0/12 10.32.0.0/11 10.64.0.0/10 10.128.0.0/9]"
	w := open(t, policy)
	on := func(r *ruleset.Rule, names ...string) capture.Opening {
		r.Interfaces = names
		return capture.Opening{Rule: r}
	}
	notOn := func(r *ruleset.Rule, names ...string) capture.Opening { return capture.Opening{Rule: r, NotOn: names} }
	wide, narrow := func() *ruleset.Rule { return rule(t, "tcp/53", "10.0.0.0/8") }, func() *ruleset.Rule { return rule(t, "tcp/53", "10.1.0.0/16") }
	for _, c := range []struct {
		name       string
		interfaces []string
		openings   []capture.Opening
		want       []string
	}{
		{"one file tells the rules alone", nil, []capture.Opening{on(wide(), "eth0"), on(wide(), "veth*"), notOn(narrow(), "eth0", "veth*")}, nil},
		{"the only interface", []string{"eth0"}, []capture.Opening{on(wide())}, nil},
		{"no such interface", []string{"eth1"}, []capture.Opening{on(narrow())}, nil},
		{"one of two", []string{"eth1", "veth0"}, []capture.Opening{on(wide(), "veth0"), notOn(narrow(), "veth0")}, nil},
		{"wider elsewhere", []string{"eth0", "eth1"}, []capture.Opening{on(wide())}, []string{"wider web1 tcp/53 [] " + others + " | eth1"}},
		{"wider on others", nil, []capture.Opening{on(wide())}, []string{"wider web1 tcp/53 [] " + others + " | other interfaces"}},
		{"a longer name", nil, []capture.Opening{on(wide(), "eth0"), on(wide(), "eth0.5"), on(wide(), "veth*"), notOn(narrow(), "eth0", "eth0.5", "veth*")},
			[]string{"wider web1 tcp/53 [] " + others + " | eth0.5"}},
		{"closed on one", nil, []capture.Opening{on(wide(), "eth0"), notOn(narrow(), "eth0", "veth*")}, []string{"missing web1 tcp/53 [] [10.0.0.0/8] | veth*"}},
	} {
		h := enforced(t, w)
		h.Interfaces = c.interfaces
		h.Openings = slices.DeleteFunc(h.Openings, func(o capture.Opening) bool { return o.Rule.Protocol == ruleset.TCP && o.Rule.Ports.String() == "53" })
		h.Openings = append(h.Openings, c.openings...)
		if _, got := run(t, w, drift.Options{}, h); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestOptions holds what the options of a call change.
func TestOptions(t *testing.T) {
	w := open(t, linuxPolicy)
	c := enforced(t, w)
	without(c, "icmp/8")
	if _, got := run(t, w, drift.Options{}, c); len(got) != 0 {
		t.Errorf("the baseline counts: %q", got)
	}
	if _, got := run(t, w, drift.Options{StrictBaseline: true}, c); len(got) != 1 || !strings.HasPrefix(got[0], "missing web1 icmp/8 ") {
		t.Errorf("got %q", got)
	}
	w = open(t, windowsPolicy)
	c = enforced(t, w)
	set(c, "tcp/443", func(o *capture.Opening) { o.Rule.Listener = ruleset.Listener{Program: `C:\shop.exe`} })
	if _, got := run(t, w, drift.Options{IgnoreListeners: true}, c); len(got) != 0 {
		t.Errorf("the program counts: %q", got)
	}
}

// TestFleet holds findings about whole hosts, and that equal ones are one.
func TestFleet(t *testing.T) {
	w := open(t, `
os = "linux"
allow = [{ tcp = 22, from = ["any"], reason = "r" }]
[hosts]
a = {}
b = {}
c = {}`)
	one := enforced(t, w)
	two := *one
	two.Host = "B"
	stranger := *one
	stranger.Host = "x"
	for _, c := range []*capture.Capture{one, &two} {
		c.Openings = append(slices.Clone(c.Openings), capture.Opening{Rule: rule(t, "tcp/23"), Rules: []capture.Place{{Pos: diag.Pos{File: c.Host}, Text: "r"}}})
	}
	r, got := run(t, w, drift.Options{}, one, &two, &stranger)
	want := []string{"open a,b tcp/23 [] [0.0.0.0/0 ::/0]", "no_capture c", "unknown_host x | capture2"}
	if !slices.Equal(got, want) || r.Compared != 2 {
		t.Errorf("got %q, %d compared", got, r.Compared)
	}
	if !(&drift.Result{Findings: []drift.Finding{{Kind: drift.NoCapture}, {Kind: drift.Conditional}, {Kind: drift.Unknown}}}).Same(true) {
		t.Error("what cannot be told counts although it may not")
	}
}

// TestMistakes holds that a host has one capture, and that a capture is of the system that the policy says.
func TestMistakes(t *testing.T) {
	w := open(t, linuxPolicy)
	c := enforced(t, w)
	windows := *c
	windows.OS = ruleset.Windows2022
	for want, list := range map[string][]*capture.Capture{
		"are captures of one host, web1":                                       {c, c},
		"is a capture of Windows, and the policy says that web1 runs on linux": {&windows},
	} {
		var inputs []drift.Input
		for _, x := range list {
			inputs = append(inputs, drift.Input{Name: "f", Read: func(*diag.List) []*capture.Capture { return []*capture.Capture{x} }})
		}
		_, err := drift.Run(context.Background(), w, workspace.Selection{}, inputs, drift.Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestIgnored holds what [[ignore]] hides, and that it hides nothing once its last day is over.
func TestIgnored(t *testing.T) {
	for entry, want := range map[string]string{
		`tcp = 8080, reason = "r", expires = 2026-01-01`:                           "ignored",
		`tcp = "8000-9000", from = ["any"], reason = "r", expires = 2026-01-01`:    "ignored",
		`tcp = 8080, hosts = ["web*"], reason = "r", expires = 2026-01-01`:         "ignored",
		`tcp = 8080, hosts = ["@ssh-managed"], reason = "r", expires = 2026-01-01`: "ignored",
		`protocol = "any", reason = "r", expires = 2026-01-01`:                     "ignored",
		`tcp = 8080, reason = "r", expires = 2025-12-31`:                           "ended 2025-12-31",
		`tcp = 8080, from = ["office"], reason = "r", expires = 2026-01-01`:        "found",
		`udp = 8080, reason = "r", expires = 2026-01-01`:                           "found",
		`tcp = 8081, reason = "r", expires = 2026-01-01`:                           "found",
		`tcp = 8080, hosts = ["db*"], reason = "r", expires = 2026-01-01`:          "found",
	} {
		w := open(t, "ignore = [{ "+entry+" }]\n"+linuxPolicy)
		c := enforced(t, w)
		c.Openings = append(c.Openings, capture.Opening{Rule: rule(t, "tcp/8080")})
		r, _ := run(t, w, drift.Options{}, c)
		got := "lost"
		switch {
		case len(r.Ignored) == 1 && len(r.Findings) == 0 && r.Ignored[0].Ignored.Reason == "r":
			got = "ignored"
		case len(r.Findings) == 1 && r.Findings[0].EndedOn != "":
			got = "ended " + r.Findings[0].EndedOn
		case len(r.Findings) == 1:
			got = "found"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", entry, got, want)
		}
	}
}

// TestScan holds what a scan from one address shows: what answers without the policy, and what the policy opens and is silent.
func TestScan(t *testing.T) {
	w := open(t, linuxPolicy)
	scan := &capture.Capture{Addresses: []netip.Addr{netip.MustParseAddr("10.1.0.1")}, Scan: &capture.Scan{
		Open:   []ruleset.Traffic{rule(t, "tcp/22,443,8080").Traffic},
		Silent: []ruleset.Traffic{rule(t, "tcp/1-21,9100").Traffic, rule(t, "udp/53").Traffic},
	}}
	for from, want := range map[string][]string{
		"10.3.0.5":    {"open web1 tcp/8080 [] [10.3.0.5/32]"},
		"203.0.113.9": {"open web1 tcp/22,8080 [] [203.0.113.9/32]"},
	} {
		_, got := run(t, w, drift.Options{From: netip.MustParseAddr(from)}, scan)
		if !slices.Equal(got, want) {
			t.Errorf("from %s: got %q", from, got)
		}
	}
	silent := *scan.Scan
	silent.Open, silent.Silent = nil, []ruleset.Traffic{rule(t, "tcp/22,80,443").Traffic}
	missing := &capture.Capture{Addresses: scan.Addresses, Scan: &silent}
	_, got := run(t, w, drift.Options{From: netip.MustParseAddr("10.3.0.5")}, missing)
	if len(got) != 1 || !strings.HasPrefix(got[0], "missing web1 tcp/22,443 [] [10.3.0.5/32]") {
		t.Errorf("got %q", got)
	}
	other := &capture.Capture{Addresses: []netip.Addr{netip.MustParseAddr("10.1.0.9")}, Scan: &silent}
	if _, got = run(t, w, drift.Options{From: netip.MustParseAddr("10.3.0.5")}, other); len(got) != 2 || !strings.HasPrefix(got[1], "unknown_host 10.1.0.9") {
		t.Errorf("got %q", got)
	}
	inputs := []drift.Input{{Name: "scan.xml", Read: func(*diag.List) []*capture.Capture { return []*capture.Capture{scan} }}}
	if _, err := drift.Run(context.Background(), w, workspace.Selection{}, inputs, drift.Options{}); err == nil || !strings.Contains(err.Error(), "--from") {
		t.Errorf("without an address: %v", err)
	}
}

// TestQuick holds that hosts are found equal without a comparison only where a comparison finds them equal: random rules, split
// and joined.
func TestQuick(t *testing.T) {
	w := open(t, linuxPolicy)
	rng := rand.New(rand.NewPCG(1, 2))
	same := 0
	for range 300 {
		c := enforced(t, w)
		for range rng.IntN(3) {
			i := rng.IntN(len(c.Openings))
			r := *c.Openings[i].Rule
			if len(r.Ports) == 0 {
				continue
			}
			from := []string{"10.20.0.0/16", "10.20.0.0/17", "10.20.128.0/17", "0.0.0.0/0", "::/0"}[rng.IntN(5)]
			r.Remote = rule(t, "tcp/1", from).Remote
			c.Openings = append(c.Openings, capture.Opening{Rule: &r})
			if rng.IntN(2) == 0 {
				c.Openings = slices.Delete(c.Openings, i, i+1)
			}
		}
		_, quick := run(t, w, drift.Options{}, c)
		_, slow := run(t, w, drift.Thorough(), c)
		if !slices.Equal(quick, slow) {
			t.Fatalf("got %q, and %q by comparing", quick, slow)
		}
		if len(quick) == 0 {
			same++
		}
	}
	if same < 20 || same > 280 {
		t.Errorf("%d of 300 are the same: the test tries one side alone", same)
	}
}
