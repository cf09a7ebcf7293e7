package target

import (
	"testing"

	"rolewall/ruleset"
)

// able is a target with capabilities and nothing else.
type able struct{ Capabilities }

func (a able) Info() Info { return Info{Name: "able", Capabilities: a.Capabilities} }

func (able) Script(*ruleset.RuleSet) (Script, error) { return Script{}, nil }

// TestCheckCapabilities takes one capability away at a time. What needs it is then unsupported, and nothing else.
func TestCheckCapabilities(t *testing.T) {
	all := Capabilities{
		PortRanges: true, IPv4: true, IPv6: true, Sources: true, Protocols: true, AnyProtocol: true, ICMPTypes: true, ICMPCodes: true,
	}
	with := func(change func(*Capabilities)) Capabilities {
		c := all
		change(&c)
		return c
	}
	for _, c := range []struct {
		name    string
		can     Capabilities
		traffic string
		rpc     ruleset.RPCKind
		want    string // of What; empty where it is supported
	}{
		{"all", all, "tcp/22,80-90", ruleset.NoRPC, ""},
		{"no IPv4", with(func(c *Capabilities) { c.IPv4 = false }), "tcp/22", ruleset.NoRPC, "close IPv4"},
		{"no IPv6", with(func(c *Capabilities) { c.IPv6 = false }), "tcp/22", ruleset.NoRPC, "close IPv6"},
		{"no ranges", with(func(c *Capabilities) { c.PortRanges = false }), "tcp/80-90", ruleset.NoRPC, "say port ranges on windows-2008 (rule tcp 80-90)"},
		{"later ranges", with(func(c *Capabilities) { c.PortRangesSince = ruleset.Windows2012 }), "tcp/80-90", ruleset.NoRPC, "say port ranges on windows-2008 (rule tcp 80-90)"},
		{"earlier ranges", with(func(c *Capabilities) { c.PortRangesSince = ruleset.Windows2003 }), "tcp/80-90", ruleset.NoRPC, ""},
		{"as many ports as fit", with(func(c *Capabilities) { c.MaxPorts = 2 }), "tcp/22,80-90", ruleset.NoRPC, ""},
		{"more ports than fit", with(func(c *Capabilities) { c.MaxPorts = 2 }), "tcp/22,24,80-90", ruleset.NoRPC, "say 3 ports and ranges in one rule (rule tcp 22,24,80-90)"},
		{"no ranges, keyword", with(func(c *Capabilities) { c.PortRanges, c.RPCKeyword = false, true }), "tcp/49152-65535", ruleset.Dynamic, ""},
		{"no ranges, no keyword", with(func(c *Capabilities) { c.PortRanges = false }), "tcp/49152-65535", ruleset.Dynamic, "say port ranges on windows-2008 (rule tcp 49152-65535)"},
		{"keyword for a fixed port", with(func(c *Capabilities) { c.MaxPorts, c.RPCKeyword = 1, true }), "tcp/22,80", ruleset.Static, "say 2 ports and ranges in one rule (rule tcp 22,80)"},
		{"no protocols", with(func(c *Capabilities) { c.Protocols = false }), "gre", ruleset.NoRPC, "say protocol gre (rule gre)"},
		{"no every protocol", with(func(c *Capabilities) { c.AnyProtocol = false }), "any", ruleset.NoRPC, "let every protocol in (rule any)"},
		{"no types", with(func(c *Capabilities) { c.ICMPTypes = false }), "icmp/8", ruleset.NoRPC, "say ICMP types (rule icmp 8)"},
		{"no codes", with(func(c *Capabilities) { c.ICMPCodes = false }), "icmp/3:4", ruleset.NoRPC, "say ICMP codes (rule icmp 3:4)"},
		{"types without codes", with(func(c *Capabilities) { c.ICMPCodes = false }), "icmp/3", ruleset.NoRPC, ""},
	} {
		r := &ruleset.Rule{Remote: ruleset.Anyone(), RPC: c.rpc}
		var err error
		if r.Traffic, err = ruleset.ParseTraffic(c.traffic); err != nil {
			t.Fatal(err)
		}
		rs := &ruleset.RuleSet{Host: "h", OS: ruleset.Windows2008, Families: ruleset.Families{IPv4: true, IPv6: true}, Inbound: []*ruleset.Rule{r}}
		got := ""
		list := Check(able{c.can}, rs, nil)
		for _, u := range list {
			got += u.What
		}
		if len(list) > 1 || got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestScriptFor(t *testing.T) {
	for _, c := range []struct {
		script  Script
		comment Comment
		want    string
	}{
		{Script{[]byte("#!\n"), []string{"title", "", "second "}, []byte("body\n")}, Comment{Before: "# "}, "#!\n# web1: title\n#\n# second\nbody\n"},
		{Script{[]byte("{\n"), []string{""}, []byte("}\n")}, Comment{`"host": "`, `",`}, "{\n\"host\": \"web1\",\n}\n"},
		{Script{Body: []byte("body\n")}, Comment{Before: "# "}, "body\n"},
	} {
		if got := string(c.script.For("web1", c.comment)); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
