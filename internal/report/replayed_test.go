package report

import (
	"net/netip"
	"time"

	"rolewall/internal/replay"
	"rolewall/ruleset"
)

// replayed has a row of every kind, with all that a row can have.
func replayed() *replay.Result {
	traffic := func(s string) ruleset.Traffic {
		t, err := ruleset.ParseTraffic(s)
		if err != nil {
			panic(err)
		}
		return t
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 30, 0, 0, time.UTC) }
	from := func(list ...string) []netip.Prefix {
		var out []netip.Prefix
		for _, p := range list {
			out = append(out, netip.MustParsePrefix(p))
		}
		return out
	}
	return &replay.Result{
		Hosts: []string{"web1", "web2"}, Logs: 2, Lines: 10_482_113, Records: 10_000_000, Bad: 212, Gaps: 3, First: at(1, 0), Last: at(30, 4),
		FirstBad: []string{"x.log:7: \x1b[1m"},
		Counts:   replay.Counts{Outbound: 1, Local: 2, Forwarded: 3, Undirected: 1204, Foreign: 4, Late: 5, Outside: 6, Undated: 7},
		Rows: []replay.Row{
			{Kind: replay.Cut, Host: "web1", Network: "office", From: from("10.20.0.0/16")[0], Traffic: traffic("tcp/5432"), Count: 18204, Sources: 2, Addresses: from("10.20.0.7/32", "10.20.0.8/32"), First: at(1, 1), Last: at(30, 4), Answered: true,
				Why: "the policy opens it to admins [a0741950]", Remedy: &replay.Remedy{Services: []string{"PostgreSQL"}, Roles: []string{"linux-postgresql"}, Features: []string{"remote"}, Paste: "[[hosts.web1.allow]]\ntcp     = 5432\nfrom    = [\"10.20.0.7\", \"10.20.0.8\"]\nreason  = \"seen 18204 times\"\nexpires = 2027-02-28"}},
			{Kind: replay.Cut, Host: "web2", From: from("10.1.0.0/24")[0], Traffic: traffic("udp/161"), Count: 1, Sources: 1, Addresses: from("10.1.0.50/32"), ByPort: true, Interface: "=cmd|x\x1b[1m", Remedy: &replay.Remedy{}},
			{Kind: replay.Cut, Host: "web2", Traffic: traffic("tcp/1"), AnyPort: true, Count: 9},
			{Kind: replay.Tried, Host: "web1", From: from("203.0.113.0/24")[0], Traffic: traffic("icmp/3:1"), Count: 41, Sources: 41, Addresses: from("203.0.113.9/32"), Last: at(2, 2)},
			{Kind: replay.CannotTell, Host: "web1", From: from("fd00::/64")[0], Traffic: traffic("gre"), Count: 2, Sources: 1, Addresses: from("fd00::1/128"), Why: "the interface is not known"},
			{Kind: replay.WouldOpen, Host: "web1", Network: "=office", From: from("10.20.0.0/16")[0], Traffic: traffic("tcp/443"), Count: 88, Sources: 1, Addresses: from("10.20.0.9/32"), Last: at(3, 3)},
		},
		Unused:  []replay.Unused{{Host: "web1", Traffic: traffic("tcp/8834"), From: []string{"admins"}, Only: "only on eth0", ID: "0123456789abcdef", Why: "exception: scanner", Expires: "2027-03-31"}},
		Partial: []string{"the log says that entries are missing"},
		Passes:  5, StaysClosed: 6, Undirected: []replay.Port{{Host: "web1", Traffic: traffic("tcp/445"), Count: 1200}, {Host: "web1", Traffic: traffic("tcp/1"), AnyPort: true, Count: 4}},
		Networks: 8, Others: 9, Below: 10, Notes: []string{"web2: rules of other owners stay in force beside the script"},
	}
}
