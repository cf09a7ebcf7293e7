package lint

import (
	"testing"

	"rolewall/ruleset"
)

// TestPortOpens holds when a rule opens a port of the knowledge. The RPC range is a row of its own: a port inside it is
// another matter.
func TestPortOpens(t *testing.T) {
	tcp := func(text string) port {
		x, err := ruleset.ParseTraffic(text)
		if err != nil {
			t.Fatal(err)
		}
		return port{text: text, protocol: x.Protocol, ports: x.Ports}
	}
	dynamic := port{text: "tcp/dynamic", protocol: ruleset.TCP}
	for _, c := range []struct {
		rule string
		rpc  ruleset.RPCKind
		port port
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
		if got := c.port.opens(&ruleset.Rule{Traffic: x, RPC: c.rpc}); got != c.want {
			t.Errorf("%s %s opens %s: %t", c.rule, c.rpc, c.port.text, got)
		}
	}
}

// TestShadowed holds which rules inside wider ones are reported as RW023: those of roles inside an exception, not exceptions
// inside exceptions, which are RW022.
func TestShadowed(t *testing.T) {
	for _, c := range []struct{ name, policy, want string }{
		{"a role inside an exception", web + people + allow("440-444", "any"), "RW023"},
		{"an exception inside another", web + people + allow("8000-8010", "10.20.0.0/16") + allow("8005", "10.20.0.0/16"), "RW022"},
	} {
		var got []string
		for _, f := range lintText(t, c.policy) {
			if f.Code == "RW022" || f.Code == "RW023" {
				got = append(got, f.Code)
			}
		}
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: found %v, not %s", c.name, got, c.want)
		}
	}
}
