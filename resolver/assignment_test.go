package resolver

import (
	"strings"
	"testing"

	"rolewall/ruleset"
)

// TestOtherEditions holds that a role or service which the host's os has not is a mistake that names those which have it.
func TestOtherEditions(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"roles = ['web', 'old']", "1:17: role old does not exist on windows-2022 (host p)\n  hint: it exists on windows-2000, windows-2003"},
		{"roles = ['old']\nos = 'linux'", "1:10: role old does not exist on linux (host p)\n  hint: it exists on windows-2000, windows-2003"},
		{"roles = ['old']\nos = 'windows-2003'", ""},
		{"roles = ['wraps-new']\nos = 'windows-2019'", "1:10: role new does not exist on windows-2019 (host p)\n  hint: it exists on windows-2022, windows-2025, linux"},
		{"services = ['Web', 'Old']", "1:20: service Old does not exist on windows-2022 (host p)\n  hint: it exists on windows-2000, windows-2003"},
		{"services = ['tux']", "1:13: service Tux does not exist on windows-2022 (host p)\n  hint: it exists on linux"},
		{"services = ['tux']\nos = 'linux'", ""},
	} {
		err := resolve(t, c.src).errs.Err()
		if got := ""; err != nil {
			got = err.Error()
			want(t, c.src, got, "p.toml:"+c.want)
		} else {
			want(t, c.src, got, c.want)
		}
	}
	want(t, "a group's role", resolve(t, `
		[groups.g]
		hosts = ["a", "b"]
		roles = ["new"]
		[hosts.a]
		os = "windows-2016"
		[hosts.b]`).mistakes(), "4:12: role new does not exist on windows-2016 (host a)")
}

// TestRoleEditions holds that a role may use a service on some editions alone.
func TestRoleEditions(t *testing.T) {
	for os, text := range map[string]string{"windows-2016": "Client Peer Admin", "windows-2022": "Web", "linux": "Web"} {
		want(t, os, apps(resolve(t, "roles = ['mixed']\nos = '"+os+"'"), "p"), text)
	}
}

// TestPaths holds that one service by several paths is one rule with a reason for each path.
func TestPaths(t *testing.T) {
	w := resolve(t, `
		[groups.g]
		hosts = ["a"]
		roles = ["outermost", "web"]
		[hosts.a]
		roles = ["outer", "web"]
		services = ["Web", "web"]`)
	want(t, "80", paths(w.set("a").Inbound[0]), ">Web outermost>Web web>Web")
	want(t, "100", paths(w.set("a").Inbound[1]), "outer>app>App outermost>outer>app>App")
	want(t, "roles", strings.Join(w.set("a").Roles, " "), "outer outermost web")
}

// paths writes the reasons of a rule as role>via>service.
func paths(r *ruleset.Rule) string {
	var out []string
	for _, x := range r.Reasons {
		out = append(out, strings.Join(append(append([]string{x.Role}, x.Via...), x.Service), ">"))
	}
	return strings.Join(out, " ")
}

// TestUnused holds that a pin or an exception which opens nothing anywhere is a mistake.
func TestUnused(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"an exception of no family", `
			[hosts.a]
			families = ["ipv4"]
			allow = [{ tcp = "1", from = ["fd00::/8"], reason = "r" }]`, `4:13: the exception opens nothing on any host`},
		{"ICMP of the other family", `
			[hosts.a]
			allow = [{ icmp = "8", from = ["fd00::/8"], reason = "r" }, { icmpv6 = "128", from = ["10.0.0.0/8"], reason = "r" }]`,
			"3:13: the exception opens nothing on any host\n3:64: the exception opens nothing on any host"},
		{"ICMPv6 from anyone to IPv4", `
			[hosts.a]
			os = "windows-2003"
			allow = [{ icmpv6 = "128", from = ["any"], reason = "r" }]`, `4:13: the exception opens nothing on any host`},
		{"an exception of the file that no host can use", `
			allow = [{ tcp = "1", from = ["fd00::/8"], reason = "r" }]
			[hosts.a]
			families = ["ipv4"]
			[hosts.b]
			families = ["ipv4"]`, `2:13: the exception opens nothing on any host`},
		{"an exception of a group that no host of it can use", `
			[groups.g]
			hosts = ["a"]
			allow = [{ tcp = "1", from = ["fd00::/8"], reason = "r" }]
			[hosts.a]
			families = ["ipv4"]
			[hosts.b]`, `4:13: the exception opens nothing on any host`},
		{"used on one host of two", `
			allow = [{ tcp = "1", from = ["fd00::/8"], reason = "r" }]
			[hosts.a]
			families = ["ipv4"]
			[hosts.b]`, ``},
		{"used by a group's second host", `
			[groups.g]
			hosts = ["a", "b"]
			allow = [{ tcp = "1", from = ["fd00::/8"], reason = "r" }]
			[hosts.a]
			families = ["ipv4"]
			[hosts.b]
			[hosts.c]`, ``},
		{"ended", `
			[hosts.a]
			families = ["ipv4"]
			allow = [{ tcp = "1", from = ["fd00::/8"], reason = "r", expires = 2027-03-30 }]`, ``},
		{"a pin without the service", `
			[hosts.a]
			services = ["Rpc"]
			rpc = { mode = "static", fallback = "closed", ports = { Rpc = 6000, Rpc2 = 6001 } }`, `4:72: the pin of Rpc2 has no effect: no host of hosts.a has a dynamic RPC endpoint of it`},
		{"a pin that one host of two uses", `
			rpc = { mode = "static", fallback = "closed", ports = { Rpc = 6000, Rpc2 = 6001 } }
			[hosts.a]
			services = ["Rpc"]
			[hosts.b]
			services = ["Rpc2"]`, ``},
		{"a table that no host has", `
			rpc = { mode = "static", fallback = "closed", ports = { Rpc = 6000 } }
			[hosts.a]
			services = ["Rpc"]
			rpc = { mode = "closed" }`, `2:60: the pin of Rpc has no effect: no host of file has a dynamic RPC endpoint of it`},
	} {
		want(t, c.name, resolve(t, c.src).mistakes(), c.want)
	}
}
