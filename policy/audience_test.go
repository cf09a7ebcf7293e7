package policy

import (
	"strings"
	"testing"
)

// TestRoleAudienceMistakes holds the message about an audience of a role that cannot be meant.
func TestRoleAudienceMistakes(t *testing.T) {
	const hosts = "[hosts.a]\nroles = ['file-server']\n"
	for text, want := range map[string]string{
		hosts + "audience.roles.file-servr.clients = ['any']":                                                         "3:16: unknown role \"file-servr\"",
		hosts + "audience.roles.file-server = {}":                                                                     "3:30: the audience of the role file-server names nobody",
		hosts + "audience.roles.file-server = { client = ['any'] }":                                                   "unknown key \"client\"",
		hosts + "audience.roles.file-server = { clients = ['offic'] }":                                                "\"offic\"",
		hosts + "audience.roles.file-server.roles.file-server.clients = ['any']":                                      "unknown key \"roles\"",
		hosts + "audience.roles = ['file-server']":                                                                    "roles must be a table",
		"[audience.roles.file-server]\nclients = ['any']\n[roles.file-server.audience]\nclients = ['none']\n" + hosts: "audience.clients is already defined at",
		"[groups.x]\nhosts = ['a']\naudience.roles.file-server.clients = ['any']\n[groups.y]\nhosts = ['a']\naudience.roles.file-server.clients = ['none']\n" + hosts: "groups.y.audience.roles.file-server and groups.x.audience.roles.file-server (at p.toml:3:28) both say audience.clients for host a",
	} {
		if got := (files{"p.toml": text}).mistakes(t); !strings.Contains(got, want) {
			t.Errorf("%s\ngives %q, not %q", text, got, want)
		}
	}
	fine := "[groups.x]\nhosts = ['a']\naudience.roles.file-server.clients = ['any']\n[groups.y]\nhosts = ['a']\naudience.roles.file-server.clients = ['none']\n" + hosts + "audience.roles.file-server.clients = ['10.0.0.0/8']\n"
	if _, err := (files{"p.toml": fine}).load(t, "p.toml"); err != nil {
		t.Errorf("the host decides between two groups: %s", err)
	}
}

// TestSameElsewhere holds that @same, the hosts with the role of an endpoint, has no meaning where there is no endpoint.
func TestSameElsewhere(t *testing.T) {
	for name, table := range map[string]string{
		"deny":    "[[deny]]\ntcp = 1\nfrom = ['@same']\nreason = 'r'\n",
		"outside": "[[deny]]\ntcp = 1\noutside = ['@same']\nreason = 'r'\n",
		"require": "[[require]]\ntcp = 1\nfrom = ['@same']\nreason = 'r'\n",
		"ignore":  "[[ignore]]\ntcp = 1\nfrom = ['@same']\nreason = 'r'\nexpires = 2030-01-01\n",
	} {
		if got := (files{"p.toml": "[hosts.a]\n" + table}).mistakes(t); !strings.Contains(got, "@same has no meaning") || strings.Contains(got, "\n") {
			t.Errorf("%s: %s", name, got)
		}
	}
}
