package report

import (
	"net/netip"

	"rolewall/diag"
	"rolewall/internal/drift"
	"rolewall/policy"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// capturedResult has a finding of every kind, with all that a finding can have.
func capturedResult() *drift.Result {
	everyone := drift.Addresses{Prefixes: ruleset.AllAddresses(ruleset.Families{IPv4: true, IPv6: true})}
	set := func(names []string, list ...string) drift.Addresses {
		var out []netip.Prefix
		for _, p := range list {
			out = append(out, netip.MustParsePrefix(p))
		}
		return drift.Addresses{Names: names, Prefixes: ruleset.NewPrefixes(out...)}
	}
	traffic := func(s string) ruleset.Traffic {
		t, err := ruleset.ParseTraffic(s)
		if err != nil {
			panic(err)
		}
		return t
	}
	reasons := []ruleset.Reason{{Role: "linux-web", Service: "httpd", App: "HTTPS"}}
	packets := uint64(12)
	place := func(line int, rule, text string) capture.Place {
		return capture.Place{Pos: diag.Pos{File: "web1.capture/nft.json", Line: line}, Rule: rule, Text: text}
	}
	rule := func(line int, name, text string) drift.Rule {
		return drift.Rule{Place: place(line, name, text), Where: "at 10.1.0.1"}
	}
	office := set([]string{"office"}, "10.20.0.0/16")
	return &drift.Result{
		Compared: 4,
		Findings: drift.Group([]drift.Finding{
			{Kind: drift.Open, Hosts: []string{"web1"}, Traffic: traffic("tcp/9100"), From: set(nil, "10.0.0.0/8", "192.0.2.1/32"), Rules: []drift.Rule{rule(3, "filter INPUT rule 3", "-s 10.0.0.0/8 -j ACCEPT \x1b[1m")}, Packets: &packets, EndedOn: "2026-01-31"},
			{Kind: drift.Published, Hosts: []string{"web1"}, Traffic: traffic("tcp/8080"), From: everyone, Now: everyone, Forwarded: "172.17.0.2:80", Owner: "Docker", Rules: []drift.Rule{rule(9, "nat DOCKER rule 2", "-j DNAT")}},
			{Kind: drift.SourcePort, Hosts: []string{"web1"}, Traffic: traffic("tcp/1-65535"), From: everyone, Where: "only from port 20"},
			{Kind: drift.Wider, Hosts: []string{"web1", "web2"}, Traffic: traffic("tcp/443"), From: set(nil, "0.0.0.0/1", "128.0.0.0/1"), Now: everyone, Policy: office, Expected: reasons, IDs: []string{"0123456789abcdef"}},
			{Kind: drift.Missing, Hosts: []string{"web1"}, Traffic: traffic("udp/443"), From: office, Policy: office, Expected: reasons, IDs: []string{"123456789abcdef0"}},
			{Kind: drift.Narrower, Hosts: []string{"web1"}, Traffic: traffic("icmp/8"), From: office, Now: set(nil, "10.3.0.0/24"), Policy: set([]string{"admins", "office"}, "10.20.0.0/16", "10.3.0.0/24"), Interfaces: []string{"eth0"}},
			{Kind: drift.Listener, Hosts: []string{"dc1"}, Traffic: traffic("tcp/88"), From: everyone, Now: everyone, Text: "open to every program; the policy opens it to System", Profiles: []string{"domain"}, Group: "Kerberos [x](y) `z`"},
			{Kind: drift.RateLimited, Hosts: []string{"web1"}, Traffic: traffic("tcp/22"), From: office, Conditions: []capture.Condition{{Kind: capture.Rate, Text: "3/minute", Place: place(4, "filter INPUT rule 4", "limit")}}},
			{Kind: drift.Conditional, Hosts: []string{"web1"}, Traffic: traffic("tcp/25"), From: everyone, Text: "may be open, and the policy does not open it", Conditions: []capture.Condition{{Kind: capture.Time, Text: "depends on the time of day", Place: place(5, "filter INPUT rule 5", "-m time")}}},
			{Kind: drift.Unknown, Hosts: []string{"web1"}, Text: "tcp/26: no reader knows -m magic", Rules: []drift.Rule{rule(6, "filter INPUT rule 6", "-m magic")}},
			{Kind: drift.NotInForce, Hosts: []string{"dc1"}, Text: "the firewall is off in profile public", Rules: []drift.Rule{{Place: capture.Place{Pos: diag.Pos{File: "dc1.reg", Line: 2}}}}},
			{Kind: drift.NoCapture, Hosts: []string{"db1"}}, {Kind: drift.NoCapture, Hosts: []string{"db2"}},
			{Kind: drift.UnknownHost, Hosts: []string{"<old>"}, Text: "captures/old"},
		}),
		Ignored: []drift.Finding{{Kind: drift.Open, Hosts: []string{"web1"}, Traffic: traffic("tcp/1"), From: everyone, Ignored: &policy.Ignore{Reason: "old agent", Expires: "2027-01-31"}}},
		Sources: []drift.Source{{Host: "web1", When: "2026-01-01T00:00:00Z", Source: capture.Source{File: "web1.capture/nft.json", Form: "nft", Complete: true}}, {Host: "dc1", Source: capture.Source{File: "dc1.reg", Form: "reg"}}},
	}
}
