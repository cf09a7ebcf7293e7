package policy

import (
	"strings"
	"testing"
)

// TestUnusedOfPolicy holds which networks, roles and services of a policy nothing uses: what is used through others counts.
func TestUnusedOfPolicy(t *testing.T) {
	const own = "[networks]\ninner = ['10.1.0.0/16']\nouter = ['inner', '10.2.0.0/16']\n" +
		"[roles.inner]\ntitle = 't'\nservices = ['Inner']\n[roles.outer]\ntitle = 't'\nincludes = ['inner']\nservices = ['Outer']\n" +
		"[services.Inner]\ntitle = 't'\nendpoints = [{ app = 'x', tcp = '7001', audience = 'clients' }]\n" +
		"[services.Outer]\ntitle = 't'\nendpoints = [{ app = 'x', tcp = '7002', audience = 'clients' }]\n"
	const roles, services, all = "role inner, role outer", "service Inner, service Outer", "network inner, network outer, role inner, role outer, service Inner, service Outer"
	for _, c := range []struct{ name, src, want string }{
		{"nothing", "[hosts.a]\n", all},
		{"a role", "[hosts.a]\nroles = ['inner']\n", "network inner, network outer, role outer, service Outer"},
		{"a role that holds others", "[hosts.a]\nroles = ['outer']\n", "network inner, network outer"},
		{"a role twice", "[hosts.a]\nroles = ['outer', 'inner']\n[hosts.b]\nroles = ['inner', 'outer']\n", "network inner, network outer"},
		{"a role of the catalog", "[hosts.a]\nroles = ['file-server']\n", all},
		{"a service, in other letters", "[hosts.a]\nservices = ['inner']\n", "network inner, network outer, " + roles + ", service Outer"},
		{"an exception", "[hosts.a]\nallow = [{ tcp = 1, from = ['inner'], reason = 'r' }]\n", "network outer, " + roles + ", " + services},
		{"a network that holds others", "[hosts.a]\nallow = [{ tcp = 1, from = ['outer', 'inner'], reason = 'r' }]\n", roles + ", " + services},
		{"an address", "[hosts.a]\nallow = [{ tcp = 1, from = ['10.1.0.0/16'], reason = 'r' }]\n", all},
		{"an audience", "[hosts.a.audience]\nclients = ['outer']\nmanagement = ['none']\n", roles + ", " + services},
		{"an audience of a group for a role", "[hosts.a]\nroles = ['inner']\n[groups.g]\nhosts = ['a']\naudience.roles.inner.clients = ['outer']\n", "role outer, service Outer"},
		{"an audience of a role", "[hosts.a]\nroles = ['file-server']\n[roles.file-server.audience]\nclients = ['outer']\n", roles + ", " + services},
		{"what hosts begin", "[hosts.a]\n[ipsec]\noutbound = [{ udp = 53, to = ['outer'], reason = 'r' }]\n", roles + ", " + services},
		{"a deny", "[hosts.a]\n[[deny]]\ntcp = 1\nfrom = ['inner']\nreason = 'r'\n", "network outer, " + roles + ", " + services},
		{"the outside of a deny", "[hosts.a]\n[[deny]]\ntcp = 1\noutside = ['outer']\nreason = 'r'\n", roles + ", " + services},
		{"a require", "[hosts.a]\n[[require]]\ntcp = 1\nfrom = ['outer']\nreason = 'r'\n", roles + ", " + services},
		{"an ignore", "[hosts.a]\n[[ignore]]\ntcp = 1\nfrom = ['outer']\nreason = 'r'\nexpires = 2030-01-01\n", roles + ", " + services},
	} {
		var got []string
		for _, u := range (files{"p.toml": c.src + own}).good(t).Unused() {
			got = append(got, u.Kind+" "+u.Name)
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s: unused are %s, want %s", c.name, text, c.want)
		}
	}
}
