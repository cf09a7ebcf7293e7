package resolver

import (
	"fmt"
	"slices"
	"testing"

	"rolewall/catalog"
	"rolewall/ruleset"
)

// TestReach holds which sources an endpoint has besides its audience, family by family.
func TestReach(t *testing.T) {
	for _, c := range []struct{ name, clients, src, want string }{
		{"anyone", `"any"`, ``, "udp 120 from any: Link\nudp 121 from any: Any"},
		{"nobody", `"none"`, ``, ``},
		{"IPv4", `"10.0.0.0/8"`, ``, "udp 120 from 10.0.0.0/8 169.254.0.0/16: Link\nudp 121 from any: Any"},
		{"IPv6", `"fd00::/8"`, ``, "udp 120 from fd00::/8 fe80::/10: Link\nudp 121 from any: Any"},
		{"both", `"10.0.0.0/8", "fd00::/8"`, ``, "udp 120 from 10.0.0.0/8 169.254.0.0/16 fd00::/8 fe80::/10: Link\nudp 121 from any: Any"},
		{"both on an IPv4 host", `"10.0.0.0/8", "fd00::/8"`, `families = ["ipv4"]`, "udp 120 from 10.0.0.0/8 169.254.0.0/16: Link\nudp 121 from any: Any"},
		{"IPv6 on an IPv4 host", `"fd00::/8"`, `families = ["ipv4"]`, ``},
		{"IPv4 on an IPv6 host", `"10.0.0.0/8"`, `families = ["ipv6"]`, ``},
	} {
		w := resolve(t, "services = ['Link', 'Any']\naudience = { clients = ["+c.clients+"], peers = ['none'], management = ['none'] }\n"+c.src)
		want(t, c.name, w.open("p"), c.want)
	}
	for _, r := range resolve(t, `services = ["Link"]
		audience = { clients = ["10.0.0.0/8"], peers = ["none"], management = ["none"] }`).set("p").Inbound {
		if got := fmt.Sprint(r.Remote.Names(), r.Reasons[0].Networks); got != "[10.0.0.0/8 link-local] [10.0.0.0/8]" {
			t.Errorf("got %s", got)
		}
	}
}

// TestFamilies holds that prefixes of families which the host has not open nothing and are named in a note.
func TestFamilies(t *testing.T) {
	const src = `
		services = ["Web", "Ping"]
		networks = { four = ["10.0.0.0/8"], six = ["fd00::/8"], both = ["10.0.0.0/9", "fd00::/9"] }
		audience = { peers = ["none"], management = ["none"], clients = `
	for _, c := range []struct{ clients, families, want, notes string }{
		{`["both"]`, `["ipv4", "ipv6"]`, "icmp 8 from 10.0.0.0/9: Ping\ntcp 80 from 10.0.0.0/9 fd00::/9: Web\nicmpv6 128 from fd00::/9: Ping6", ``},
		{`["both"]`, `["ipv4"]`, "icmp 8 from 10.0.0.0/9: Ping\ntcp 80 from 10.0.0.0/9: Web", `the host speaks ipv4 alone: the other prefixes of both are left out`},
		{`["both"]`, `["ipv6"]`, "tcp 80 from fd00::/9: Web\nicmpv6 128 from fd00::/9: Ping6", `the host speaks ipv6 alone: the other prefixes of both are left out`},
		{`["four"]`, `["ipv4", "ipv6"]`, "icmp 8 from 10.0.0.0/8: Ping\ntcp 80 from 10.0.0.0/8: Web", ``},
		{`["six"]`, `["ipv4", "ipv6"]`, "tcp 80 from fd00::/8: Web\nicmpv6 128 from fd00::/8: Ping6", ``},
		{`["six"]`, `["ipv4"]`, ``, `the host speaks ipv4 alone: the other prefixes of six are left out`},
		{`["four", "six"]`, `["ipv4"]`, "icmp 8 from 10.0.0.0/8: Ping\ntcp 80 from 10.0.0.0/8: Web", `the host speaks ipv4 alone: the other prefixes of six are left out`},
		{`["any"]`, `["ipv4"]`, "icmp 8 from any: Ping\ntcp 80 from any: Web", ``},
	} {
		w := resolve(t, src+c.clients+" }\nfamilies = "+c.families)
		want(t, c.clients+c.families, w.open("p"), c.want)
		if notes := w.set("p").Notes; (c.notes == "") != (len(notes) == 0) || c.notes != "" && !slices.Equal(notes, []string{c.notes}) {
			t.Errorf("%s%s: notes %q", c.clients, c.families, notes)
		}
	}
	for os, text := range map[string]string{"windows-2000": "[ipv4]", "windows-2003": "[ipv4]", "windows-2008": "[ipv4 ipv6]", "linux": "[ipv4 ipv6]"} {
		want(t, os, fmt.Sprint(resolve(t, "services = ['Web']\nos = '"+os+"'").set("p").Families.Names()), text)
	}
	want(t, "2003 with IPv6", fmt.Sprint(resolve(t, "services = ['Web']\nos = 'windows-2003'\nfamilies = ['ipv6']").set("p").Families.Names()), "[ipv6]")
}

// TestExceptions holds when exceptions open what, and what they leave behind.
func TestExceptions(t *testing.T) {
	w := resolve(t, `
		networks = { admins = ["10.3.0.0/24"] }
		access = "console"
		allow = [{ tcp = "1", from = ["admins"], reason = "file", expires = 2027-03-30 }]
		[groups.g]
		hosts = ["a"]
		allow = [{ tcp = "2", from = ["10.0.0.0/8"], reason = "group", expires = 2027-03-31 }]
		[hosts.a]
		services = ["Web"]
		[[hosts.a.allow]]
		tcp = "80"
		from = ["any"]
		reason = "host"
		owner = "secops"
		[[hosts.a.allow]]
		tcp = "135"
		rpc = "mapper"
		from = ["admins"]
		reason = "mapper"
		[[hosts.a.allow]]
		protocol = "any"
		from = ["admins", "10.4.0.1"]
		reason = "all"
		[hosts.b]`)
	want(t, "a", w.open("a"), `
		tcp 2 from 10.0.0.0/8: allow-group
		tcp 80 from any: Web allow-host
		tcp 135 endpoint-mapper from 10.3.0.0/24: allow-mapper
		any from 10.3.0.0/24 10.4.0.1/32: allow-all`)
	want(t, "b", w.open("b"), ``)
	const ended = "the exception for tcp/1 (file) ended on 2027-03-30 and opens nothing"
	for _, host := range []string{"a", "b"} {
		if got := w.set(host).Warnings; !slices.Equal(got, []string{ended}) {
			t.Errorf("%s: warnings %q", host, got)
		}
	}
	x := w.set("a").Inbound[1].Reasons[1]
	if *x.Allow != (ruleset.Allow{Reason: "host", Owner: "secops"}) || x.At != "hosts.a" || !slices.Equal(x.Networks, []string{"any"}) || x.Role+x.Service+x.App != "" {
		t.Errorf("the reason is %+v, %+v", x, x.Allow)
	}
	if x := w.set("a").Inbound[0].Reasons[0]; x.At != "groups.g" || x.Allow.Expires != "2027-03-31" {
		t.Errorf("the reason is %+v, %+v", x, x.Allow)
	}
	want(t, "at the file", resolve(t, `
		services = ["Web"]
		allow = [{ tcp = "1", from = ["any"], reason = "r" }]`).set("p").Inbound[0].Reasons[0].At, "file")
}

func TestOutbound(t *testing.T) {
	w := resolve(t, `
		[ipsec]
		outbound = [
		  { udp = "53", to = ["@app"], reason = "names" },
		  { udp = "53", to = ["10.9.0.1"], reason = "again" },
		  { protocol = "any", to = ["fd00::/8"], reason = "six" },
		]
		[hosts.a]
		roles = ["app"]
		addresses = ["10.9.0.1", "10.9.0.2"]
		[hosts.b]
		os = "windows-2003"
		[hosts.c]
		ipsec = { outbound = [] }`)
	const names = "udp 53 from 10.9.0.1/32 10.9.0.2/32: allow-again allow-names"
	want(t, "a", lines(w.set("a").Outbound), names+"\nany from fd00::/8: allow-six")
	want(t, "b", lines(w.set("b").Outbound), names)
	for _, r := range w.set("a").Outbound {
		if r.Direction != ruleset.Outbound {
			t.Errorf("%s is %s", r.What(), r.Direction)
		}
	}
	want(t, "c", lines(w.set("c").Outbound), ``)
	if got := w.set("b").Inbound; len(got) != 0 {
		t.Errorf("what goes out comes in: %v", got)
	}
}

// TestPrograms holds that a policy names the program of a service where the catalog does not, on Windows.
func TestPrograms(t *testing.T) {
	const program = `C:\app\web.exe`
	for _, c := range []struct{ name, src, service, want string }{
		{"a service without a program", "", "Web", program},
		{"a service that the policy does not name", "", "Ping", ""},
		{"a program of the catalog", "rpc = { mode = 'dynamic' }", "Rpc", "one.exe"},
		{"Linux", "os = 'linux'", "Web", ""},
	} {
		w := resolve(t, c.src+"\nservices = ['"+c.service+"']\nprograms = { Web = { program = '"+program+"' }, Rpc = { program = '"+program+"' } }")
		rules := w.set("p").Inbound
		if got := rules[len(rules)-1].Listener.Program; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestSharedPorts holds on the real catalog that 135 and 445 are one rule each for the same sources, however many
// services ask for them, and that no reason is lost.
func TestSharedPorts(t *testing.T) {
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, audience := range []string{``, `audience = { clients = ["10.0.0.0/8"], peers = ["10.0.0.0/9"], management = ["10.0.0.0/8"] }`} {
		w := resolveWith(t, cat, "roles = ['domain-controller', 'dns-server', 'print-server']\n"+audience)
		services := map[string][]string{}
		rules := map[string]int{}
		for _, r := range w.set("p").Inbound {
			rules[r.What()]++
			for _, x := range r.Reasons {
				services[r.What()] = append(services[r.What()], x.Service)
			}
		}
		for port, wanted := range map[string][]string{
			"tcp 135": {"LSASS", "Netlogon", "DFSR", "RpcSs", "Spooler"},
			"tcp 445": {"LSASS", "Netlogon", "lanmanserver", "Dfs", "Spooler"},
		} {
			if rules[port] != 1 {
				t.Errorf("%s: %d rules", port, rules[port])
			}
			for _, s := range wanted {
				if !slices.Contains(services[port], s) {
					t.Errorf("%s is not open for %s, only for %s", port, s, services[port])
				}
			}
		}
	}
}
