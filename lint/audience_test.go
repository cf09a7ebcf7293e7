package lint

import (
	"strings"
	"testing"
)

// ofCode returns what lint says of a policy under one code, a line each, with the hosts.
func ofCode(t *testing.T, code, policy string) string {
	t.Helper()
	var out []string
	for _, f := range lintText(t, policy) {
		if f.Code == code {
			out = append(out, strings.Join(f.Hosts, " ")+": "+f.What)
		}
	}
	return strings.Join(out, "\n")
}

// TestWidened holds where an audience of hosts and groups is wider than that of a role, in a fleet that a backup server
// reaches.
func TestWidened(t *testing.T) {
	const fleet = `os = "windows-2022"
families = ["ipv4"]
[networks]
admins = ["10.3.0.0/24"]
office = ["10.20.0.0/16"]
[audience]
clients = ["office"]
management = ["admins"]
[roles.backup-server]
title = "backup server"
[roles.backed-up]
title = "Backed up"
services = ["lanmanserver"]
audience = { clients = ["@backup-server"] }
[hosts.b1]
addresses = ["10.1.0.9"]
roles = ["backup-server", "member-baseline"]
[hosts.w1]
addresses = ["10.1.0.1"]
roles = ["iis-web", "backed-up", "member-baseline"]
`
	const what = " of the role backed-up is open to "
	for _, c := range []struct{ name, more, want string }{
		{"the role's own", "", ""},
		{"anyone", "audience = { clients = [\"any\"] }\n", "w1: tcp/445, icmp/8" + what + "anyone, wider"},
		{"a network", "audience = { clients = [\"10.0.0.0/8\"] }\n", "w1: tcp/445, icmp/8" + what + "10.0.0.0/8, wider"},
		{"a narrower one", "audience = { clients = [\"10.1.0.9\"] }\n", ""},
		{"management, which gets in anyway", "audience = { clients = [\"admins\"] }\n", ""},
		{"nobody", "audience = { clients = [\"none\"] }\n", ""},
		{"a group's", "[groups.web]\nhosts = [\"w1\"]\naudience = { clients = [\"office\"] }\n", "w1: tcp/445, icmp/8" + what + "office, wider"},
		{"a group's for all and for the role", "[groups.web]\nhosts = [\"w1\"]\naudience = { clients = [\"office\"], roles = { backed-up = { clients = [\"@backup-server\"] } } }\n", ""},
		{"a host's for the role, which is meant", "audience = { roles = { backed-up = { clients = [\"office\"] } } }\n", ""},
		{"a host's for all, and another list for the role", "audience = { clients = [\"any\"], roles = { backed-up = { management = [\"none\"] } } }\n", "w1: tcp/445, icmp/8" + what + "anyone, wider"},
		{"another list of the host", "audience = { management = [\"10.4.0.0/24\"] }\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := ofCode(t, "RW034", fleet+c.more); (c.want == "") != (got == "") || !strings.HasPrefix(got, c.want) {
				t.Errorf("found %q, not %q", got, c.want)
			}
		})
	}
}

// TestWidenedEach holds that each list of a host and each role that it widens is a finding of its own.
func TestWidenedEach(t *testing.T) {
	const (
		role  = "title = \"t\"\nservices = [\"S\"]\naudience = { clients = [\"10.1.0.0/24\"], management = [\"10.1.0.0/24\"] }\n"
		fleet = "[audience]\nclients = [\"10.1.0.0/24\"]\nmanagement = [\"10.1.0.0/24\"]\n[services.S]\ntitle = \"t\"\n" +
			"endpoints = [{ app = \"a\", tcp = \"7001\", audience = \"clients\" }, { app = \"b\", tcp = \"7002\", audience = \"management\" }]\n" +
			"[roles.one]\n" + role + "[roles.two]\n" + role + "[hosts.a]\nos = \"linux\"\nroles = [\"one\", \"two\"]\n"
		wide = "audience = { clients = [\"10.0.0.0/8\"], management = [\"10.0.0.0/8\"] }\n"
	)
	got := ofCode(t, "RW034", strings.Replace(fleet, "tcp = \"7001\", audience = \"clients\"", "tcp = \"7001\", audience = \"management\"", 1)+wide)
	want := "a: tcp/7001, tcp/7002 of the role one is open to 10.0.0.0/8, wider than the role's own audience says\n" +
		"a: tcp/7001, tcp/7002 of the role two is open to 10.0.0.0/8, wider than the role's own audience says"
	if got != want {
		t.Errorf("one list and two roles: found\n%s\nwant\n%s", got, want)
	}
	got = ofCode(t, "RW034", strings.ReplaceAll(strings.Replace(fleet, ", \"two\"", "", 1)+wide, "clients", "peers")+"[audience.roles.one]\nclients = [\"none\"]\n")
	want = "a: tcp/7001 of the role one is open to 10.0.0.0/8, wider than the role's own audience says\n" +
		"a: tcp/7002 of the role one is open to 10.0.0.0/8, wider than the role's own audience says"
	if got != want {
		t.Errorf("two lists and one role: found\n%s\nwant\n%s", got, want)
	}
}

// TestSameAsClients holds where @same lets hosts in as clients that nothing of the role needs.
func TestSameAsClients(t *testing.T) {
	const host = "os = \"linux\"\nroles = [\"linux-web\", \"ssh-managed\", \"linux-dns\", \"linux-redis\", \"linux-etcd\"]\n"
	fleet := func(peers, more string) string {
		return "[audience]\nclients = [\"10.20.0.0/16\", \"fd00:20::/48\"]\npeers = " + peers + "\nmanagement = [\"10.3.0.0/24\", \"fd00:3::/64\"]\n[hosts.a]\naddresses = [\"10.1.0.1\"]\n" + host + more
	}
	const second = "[hosts.b]\naddresses = [\"10.1.0.2\"]\n" + host
	for _, c := range []struct{ name, policy, want string }{
		{"two hosts", fleet(`["@same"]`, second), "a b: @same opens tcp/80, tcp/443 to the other hosts with the role linux-web, though nothing of it is for peers"},
		{"two hosts with a role that includes it", strings.ReplaceAll(fleet(`["@same"]`, second), "\"linux-web\"", "\"site\"") + "[roles.site]\ntitle = \"t\"\nincludes = [\"linux-web\"]\n",
			"a b: @same opens tcp/80, tcp/443 to the other hosts with the role linux-web, though nothing of it is for peers"},
		{"a single host", fleet(`["@same"]`, ""), ""},
		{"by name", fleet(`["@linux-web"]`, second), ""},
		{"hosts in one prefix with a client", strings.Replace(fleet(`["@same"]`, strings.ReplaceAll(second, "10.1.0.2", "10.1.0.0")), "10.20.0.0/16", "10.1.0.0/32", 1), "b: @same opens tcp/80, tcp/443 to"},
		{"clients already", fleet(`["@same"]`, strings.ReplaceAll(second, "10.1.0.2", "10.20.0.2")), "b: @same opens tcp/80, tcp/443 to"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := ofCode(t, "RW035", c.policy); (c.want == "") != (got == "") || !strings.HasPrefix(got, c.want) || strings.Contains(got, "\n") {
				t.Errorf("found %q, not %q", got, c.want)
			}
		})
	}
}

// TestNamedInstance holds that a dynamic range which no target of the host binds to a program is a finding.
func TestNamedInstance(t *testing.T) {
	const sql = "features = [\"named-instance\"]\nroles = [\"sql-server\", \"member-baseline\"]\n"
	if got := ofCode(t, "RW032", sql+people); !strings.Contains(got, "MSSQLSERVER opens tcp/49152-65535 for every program") {
		t.Errorf("advfirewall: %q", got)
	}
	if got := ofCode(t, "RW013", sql+"targets = [\"nftables\"]\n"+people); !strings.Contains(got, "nftables cannot bind ports to programs: all of tcp/49152-65535 is open to clients of MSSQLSERVER") {
		t.Errorf("nftables: %q", got)
	}
}
