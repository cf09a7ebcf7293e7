package ruleset_test

import (
	"fmt"
	"net/netip"

	"rolewall/ruleset"
)

// A rule set is made of requests: Merge unites those that ask for the same, and packets can then be tried against it.
func Example() {
	office := ruleset.NewSources(ruleset.AddressSet{Name: "office", Prefixes: []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16")}})
	smb, err := ruleset.ParseTraffic("tcp/445")
	if err != nil {
		panic(err)
	}
	request := func(role string) *ruleset.Rule {
		return &ruleset.Rule{Traffic: smb, Remote: office, Reasons: []ruleset.Reason{{Role: role, Service: "lanmanserver", App: "SMB"}}}
	}
	rs := &ruleset.RuleSet{
		Host: "fs1", OS: ruleset.Windows2022, Families: ruleset.Families{IPv4: true},
		Inbound: ruleset.Merge([]*ruleset.Rule{request("file-server"), request("domain-controller")}),
	}
	for _, r := range rs.Inbound {
		fmt.Println(ruleset.Label(r.ID), r.Traffic, r.Remote.Names(), ruleset.ReasonText(r.Reasons))
	}
	for _, source := range []string{"10.20.1.1", "192.0.2.1"} {
		p := ruleset.Packet{Protocol: ruleset.TCP, Port: 445, Remote: netip.MustParseAddr(source)}
		fmt.Println(source, rs.Allows(p))
	}
	// Output:
	// 61a475be tcp/445 [office] SMB: domain-controller (lanmanserver), file-server (lanmanserver)
	// 10.20.1.1 true
	// 192.0.2.1 false
}

func ExampleParseTraffic() {
	for _, text := range []string{"tcp/8443,443", "icmp/3:4", "protocol/47", "tcp/0"} {
		t, err := ruleset.ParseTraffic(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(t)
	}
	// Output:
	// tcp/443,8443
	// icmp/3:4
	// gre
	// port 0 is outside 1-65535
}

func ExampleTraffic_Contains() {
	web, _ := ruleset.ParseTraffic("tcp/80,443")
	https, _ := ruleset.ParseTraffic("tcp/443")
	every, _ := ruleset.ParseTraffic("any")
	fmt.Println(web.Contains(https), https.Contains(web), web.Overlaps(https), every.Contains(web))
	// Output: true false true true
}
