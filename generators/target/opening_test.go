package target_test

import (
	"net/netip"
	"testing"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// TestOpening holds the rule of an opening: its families, its sources, and which packets it allows.
func TestOpening(t *testing.T) {
	var (
		both   = ruleset.Families{IPv4: true, IPv6: true}
		ipv4   = ruleset.Families{IPv4: true}
		anyone = ruleset.Anyone()
		office = ruleset.NewSources(ruleset.AddressSet{Name: "office", Prefixes: ruleset.Prefixes{netip.MustParsePrefix("10.20.0.0/16")}})
		near   = netip.MustParseAddr("10.20.0.1")
		far    = netip.MustParseAddr("192.0.2.1")
		far6   = netip.MustParseAddr("2001:db8::1")
	)
	for _, c := range []struct {
		name     string
		from     ruleset.Sources
		families ruleset.Families
		isAnyone bool
		allows   map[netip.Addr]bool
	}{
		{"anyone", anyone, both, true, map[netip.Addr]bool{near: true, far: true, far6: true}},
		{"anyone over IPv4", anyone, ipv4, false, map[netip.Addr]bool{near: true, far: true, far6: false}},
		{"a network", office, both, false, map[netip.Addr]bool{near: true, far: false, far6: false}},
	} {
		o := target.NewOpening(target.Mirror, "answers", target.AllTraffic(ruleset.TCP), c.from, c.families)
		r, found := o.Rule()
		if !found || r.Remote.IsAnyone() != c.isAnyone || r.Reasons[0].At != target.BesideRules || r.Reasons[0].Allow.Reason != "answers" {
			t.Errorf("%s: %+v, %t", c.name, r, found)
		}
		for addr, want := range c.allows {
			if got := o.Allows(ruleset.Packet{Protocol: ruleset.TCP, Port: 22, Remote: addr}); got != want {
				t.Errorf("%s: %s is allowed: %t", c.name, addr, got)
			}
		}
		o.TextOnly = true
		if _, found := o.Rule(); found || o.Allows(ruleset.Packet{Protocol: ruleset.TCP, Port: 22, Remote: near}) {
			t.Errorf("%s: an opening in words alone has a rule", c.name)
		}
	}
}

// TestOpeningFromPort: a source port that is not known may be one of those of the opening.
func TestOpeningFromPort(t *testing.T) {
	traffic, err := ruleset.ParseTraffic("udp/546")
	if err != nil {
		t.Fatal(err)
	}
	o := target.NewOpening(target.Baseline, "answers", traffic, ruleset.Anyone(), ruleset.Families{IPv6: true})
	o.FromPorts = ruleset.Ports{{First: 547, Last: 547}}
	for port, want := range map[uint16]bool{0: true, 547: true, 548: false} {
		if got := o.Allows(ruleset.Packet{Protocol: ruleset.UDP, Port: 546, SourcePort: port, Remote: netip.MustParseAddr("fe80::2")}); got != want {
			t.Errorf("from port %d: %t", port, got)
		}
	}
	if r, _ := o.Rule(); r.Only() != "only from port 547" {
		t.Errorf("the rule is open %q", r.Only())
	}
}
