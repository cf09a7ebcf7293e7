package knowledge

import (
	"testing"

	"rolewall/ruleset"
)

// TestPortOpens holds when a rule opens a port of the knowledge. The RPC range is a row of its own: a port inside it is
// another matter.
func TestPortOpens(t *testing.T) {
	tcp := func(text string) Port {
		x, err := ruleset.ParseTraffic(text)
		if err != nil {
			t.Fatal(err)
		}
		return Port{Text: text, protocol: x.Protocol, ports: x.Ports}
	}
	dynamic := Port{Text: "tcp/dynamic", protocol: ruleset.TCP}
	for _, c := range []struct {
		rule string
		rpc  ruleset.RPCKind
		port Port
		want bool
	}{
		{"tcp/22", "", tcp("tcp/22"), true},
		{"tcp/20-30", "", tcp("tcp/22"), true},
		{"tcp/22", "", tcp("tcp/20-30"), true},
		{"tcp/23", "", tcp("tcp/22"), false},
		{"udp/22", "", tcp("tcp/22"), false},
		{"any", "", tcp("tcp/22"), true},
		{"any", "", dynamic, true},
		{"tcp/49152-65535", ruleset.Dynamic, dynamic, true},
		{"tcp/49152-65535", ruleset.Dynamic, tcp("tcp/50000"), false},
		{"tcp/49152-65535", "", dynamic, false},
		{"tcp/49152-65535", "", tcp("tcp/50000"), true},
		{"tcp/50000", ruleset.Static, tcp("tcp/50000"), true},
	} {
		x, err := ruleset.ParseTraffic(c.rule)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.port.Opens(&ruleset.Rule{Traffic: x, RPC: c.rpc}); got != c.want {
			t.Errorf("%s %s opens %s: %t", c.rule, c.rpc, c.port.Text, got)
		}
	}
}

// TestKnowledge holds that every edition of Windows has its last day, and no port appears twice in a list.
func TestKnowledge(t *testing.T) {
	k := Read()
	for _, os := range ruleset.AllOS() {
		if _, known := k.Support[os]; known != os.IsWindows() {
			t.Errorf("%s: a last day is known: %v", os, known)
		}
	}
	if len(k.Support) != len(ruleset.AllOS())-1 {
		t.Errorf("%d last days", len(k.Support))
	}
	seen := map[string]bool{}
	for _, list := range [][]Sensitive{k.Sensitive, k.Devices} {
		for _, s := range list {
			if seen[s.Text+s.What] || s.What == "" {
				t.Errorf("%s %q", s.Text, s.What)
			}
			seen[s.Text+s.What] = true
		}
	}
	for _, p := range k.ClearText {
		if p.What == "" || p.Instead == "" || p.Grave && p.Twin.Text != "" {
			t.Errorf("%+v", p)
		}
	}
}
