package report

import (
	"net/netip"

	"rolewall/compare"
	"rolewall/ruleset"
)

// who makes a set of addresses from a comma-free list of prefixes and a name.
func who(name string, prefixes ...string) compare.Addresses {
	w := compare.Addresses{Names: []string{name}}
	for _, p := range prefixes {
		w.Prefixes = append(w.Prefixes, netip.MustParsePrefix(p))
	}
	return w
}

// clients is a reason of an endpoint for clients.
func clients(service, app string) ruleset.Reason {
	return ruleset.Reason{Role: "web", Via: []string{"base"}, Service: service, App: app, Audience: "clients", Networks: []string{"office"}, Feature: "tls", Source: "KB1"}
}

// exception is a reason of an exception of the policy.
func exception(reason, owner, expires string) ruleset.Reason {
	return ruleset.Reason{Allow: &ruleset.Allow{Reason: reason, Owner: owner, Expires: expires}, At: "hosts.web1"}
}

// change makes a change on TCP ports. Its reason is that after the change, or
// before it where nothing is open any more.
func change(kind compare.Kind, hosts []string, port uint16, before, after compare.Addresses, r ruleset.Reason) compare.Change {
	c := compare.Change{
		Kind: kind, Hosts: hosts, Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: port, Last: port}}}, Before: before, After: after,
		Reasons: [2][]ruleset.Reason{{r}, {r}}, Rules: [2][]string{{"0a1b2c3d"}, {"1f2e3d4c"}},
	}
	if r.Service != "" {
		c.Services = []string{r.Service}
	}
	switch kind {
	case compare.Opened:
		c.Reasons[0], c.Rules[0] = nil, nil
	case compare.Closed:
		c.Reasons[1], c.Rules[1] = nil, nil
	}
	return c
}

// comparison is a report in which every kind of change has every wording.
func comparison() *compare.Report {
	var (
		none   compare.Addresses
		all    = who("any", "0.0.0.0/0", "::/0")
		all4   = compare.Addresses{Names: []string{"any", "branch"}, Prefixes: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("fd00::/48")}}
		all6   = who("any", "::/0")
		most   = who("not-ours", "0.0.0.0/1", "128.0.0.0/2")
		office = who("office", "10.20.0.0/16")
		half   = who("office", "10.20.0.0/17")
		admin  = who("admin", "10.3.0.9/32", "fd00:3::9/128")
		one    = []string{"web1"}
		many   = []string{"dc01", "dc02", "dc03", "web1"}
	)
	program := func(names ...string) (out []compare.Binding) {
		for _, n := range names {
			out = append(out, compare.Binding{Listener: ruleset.Listener{Program: n}})
		}
		return out
	}
	with := func(c compare.Change, edit func(*compare.Change)) compare.Change {
		edit(&c)
		return c
	}
	r := &compare.Report{
		Compared: 16,
		New: []compare.Presence{
			{Name: "new1", OS: "linux", Roles: []string{"web"}, Opens: 3, Anyones: 1}, {Name: "new2", OS: "linux", Roles: []string{"web"}, Opens: 3, Anyones: 1},
			{Name: "bare", OS: "windows-2022", Opens: 1},
		},
		Gone: []compare.Presence{{Name: "old1", OS: "linux", Roles: []string{"a", "b", "c", "d", "e", "f", "g", "h"}}},
		Facts: []compare.Fact{
			{Hosts: many, Name: "os", Before: "windows-2016", After: "windows-2022"},
			{Hosts: one, Name: "filter", Before: "nftables", After: compare.NoFilter},
			{Hosts: one, Name: "role", After: "file-server"}, {Hosts: one, Name: "role", Before: "print-server"},
			{Hosts: one, Name: "setting linux.log", After: "true"}, {Hosts: one, Name: "setting linux.ping", Before: "false"},
			{Hosts: one, Name: "setting linux.rate", Before: "1", After: "2"},
		},
	}
	r.Changes = []compare.Change{
		change(compare.Opened, many, 443, none, all, clients("Web", "HTTPS")),
		change(compare.Opened, many, 8443, none, all, clients("Web", "HTTPS")),
		with(change(compare.Opened, many, 9443, none, most, clients("Web", "HTTPS")), func(c *compare.Change) { c.At = &compare.Line{File: "out/dc01/nftables.nft", Number: 7} }),
		with(change(compare.Opened, many, 80, none, all4, clients("Web", "HTTP")), func(c *compare.Change) {
			peers := ruleset.Reason{Service: "Web", App: "HTTP", Audience: "peers"}
			c.Reasons[1] = append(c.Reasons[1], peers, ruleset.Reason{Service: "Web", Audience: "clients"})
		}),
		change(compare.Widened, many, 81, office, all6, clients("Web", "HTTP")),
		with(change(compare.Widened, many, 82, half, office, clients("Web", "HTTP")), func(c *compare.Change) {
			c.Added = compare.Addresses{Names: []string{"10.20.128.0/17", "any", "office"}, Prefixes: who("", "10.20.128.0/17").Prefixes}
			c.Bindings[0] = program("httpd")
		}),
		with(change(compare.Widened, many, 820, half, office, clients("Web", "HTTP")), func(c *compare.Change) {
			c.Added = who("10.20.128.0/17", "10.20.128.0/17")
			c.Bindings = [2][]compare.Binding{program("httpd"), program("httpd")}
		}),
		with(change(compare.Narrowed, many, 821, half, office, clients("Web", "HTTP")), func(c *compare.Change) {
			c.Removed, c.Bindings[1] = who("any", "0.0.0.0/0", "::/0"), program("httpd")
		}),
		with(change(compare.Moved, many, 83, office, admin, clients("Web", "HTTP")), func(c *compare.Change) { c.Added, c.Removed = admin, office }),
		change(compare.Moved, many, 84, all6, all, clients("Web", "HTTP")),
		with(change(compare.Narrowed, many, 85, office, half, clients("Web", "HTTP")), func(c *compare.Change) { c.Removed = who("office", "10.20.128.0/17") }),
		change(compare.Narrowed, many, 86, all, half, clients("Web", "HTTP")),
		change(compare.Closed, many, 87, office, none, clients("Web", "HTTP")),
		with(change(compare.Listener, one, 88, office, office, clients("Kdc", "Kerberos")), func(c *compare.Change) {
			c.Bindings = [2][]compare.Binding{program(`C:\Windows\kdc.exe`, "/usr/sbin/krb5kdc", "a", "b", "c"), {{
				Listener: ruleset.Listener{Program: "svchost.exe", Service: "Kdc"}, RPC: "dynamic", IPsecOnly: true,
			}}}
		}),
		with(change(compare.Reasons, one, 89, who("office", "10.20.0.0/16"), who("hq", "10.20.0.0/16"), clients("Kdc", "Kerberos")), func(c *compare.Change) {
			c.Renamed = true
			c.Reasons = [2][]ruleset.Reason{
				{clients("Kdc", "Kerberos"), {Service: "Kdc", App: "password", Audience: "peers"}},
				{clients("Kdc", "Kerberos"), exception("backup", "", "")},
			}
		}),
		with(change(compare.Closed, one, 90, office, none, exception("scan", "secops", "2027-03-31")), func(c *compare.Change) {
			c.Protocol, c.Ports, c.StillOpen = ruleset.AnyProtocol, nil, []string{"tcp/80", "tcp/443"}
		}),
		with(change(compare.Opened, one, 0, none, office, ruleset.Reason{Allow: &ruleset.Allow{Reason: "replies"}}), func(c *compare.Change) {
			c.Outbound, c.Protocol, c.Ports, c.ICMP = true, ruleset.ICMP, nil, []ruleset.ICMPType{{Type: 8}}
		}),
		with(change(compare.Widened, many, 91, half, office, clients("Web", "HTTP")), func(c *compare.Change) { c.Causes = []int{0} }),
		with(change(compare.Widened, many, 92, half, office, clients("Web", "HTTP")), func(c *compare.Change) { c.Causes = []int{0} }),
		with(change(compare.Widened, one, 93, office, all, clients("Web", "HTTP")), func(c *compare.Change) {
			c.Causes, c.At = []int{0, 3}, &compare.Line{File: "out/web1/nftables.nft", Number: 9}
		}),
		with(change(compare.Moved, one, 94, office, admin, clients("Web", "HTTP")), func(c *compare.Change) { c.Causes, c.Added, c.Removed = []int{1, 2}, admin, office }),
		with(change(compare.Opened, one, 95, none, office, exception("scan `x`\x1b[31m", "secops", "2027-03-31")), func(c *compare.Change) { c.Causes = []int{4, 5, 6} }),
		with(change(compare.Opened, one, 96, none, office, clients("Files", "SMB")), func(c *compare.Change) { c.Causes = []int{7} }),
		with(change(compare.Closed, one, 97, office, none, clients("Print", "IPP")), func(c *compare.Change) { c.Causes = []int{8} }),
		with(change(compare.Opened, one, 98, none, office, clients("Web", "HTTP")), func(c *compare.Change) { c.Causes = []int{9} }),
		with(change(compare.Opened, []string{"new1"}, 443, none, office, clients("Web", "HTTPS")), func(c *compare.Change) { c.NewHost = true }),
	}
	allow := func(owner, expires string) *ruleset.Allow {
		return &ruleset.Allow{Reason: "scan `x`\x1b[31m", Owner: owner, Expires: expires}
	}
	r.Causes = []compare.Cause{
		{Kind: compare.NetworkEdit, Names: []string{"company", "office"}, Added: office.Prefixes, Removed: half.Prefixes, Hosts: many},
		{Kind: compare.MembersEdit, Names: []string{"@web"}, Added: admin.Prefixes, Hosts: one},
		{Kind: compare.Renumbered, Names: []string{"@web", "servers"}, Removed: office.Prefixes, Added: half.Prefixes, Hosts: one},
		{Kind: compare.AudienceEdit, Names: []string{"clients"}, Before: []string{"office"}, After: []string{"any"}, Hosts: one},
		{Kind: compare.ExceptionEdit, Names: []string{"hosts.web1"}, After: []string{"office"}, Allow: [2]*ruleset.Allow{nil, allow("secops", "2027-03-31")}, Hosts: one},
		{Kind: compare.ExceptionEdit, Names: []string{"hosts.web1"}, Allow: [2]*ruleset.Allow{allow("", "")}, Hosts: one},
		{Kind: compare.ExceptionEdit, Names: []string{"file"}, Allow: [2]*ruleset.Allow{allow("secops", ""), allow("secops", "2027-03-31")}, Hosts: one},
		{Kind: compare.RoleEdit, Names: []string{"file-server"}, Verb: compare.RoleGiven, Hosts: one},
		{Kind: compare.RoleEdit, Names: []string{"print-server"}, Verb: compare.RoleTaken, Hosts: one},
		{Kind: compare.RoleEdit, Names: []string{"web"}, Verb: compare.RoleEdited, Hosts: one},
	}
	return r
}
