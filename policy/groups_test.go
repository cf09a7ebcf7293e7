package policy

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/policy/hostpattern"
)

// TestGroupPatterns chooses the hosts of groups by pattern and by role.
func TestGroupPatterns(t *testing.T) {
	const hosts = "\n[hosts.web1]\nroles = ['iis-web']\n[hosts.WEB2]\n[hosts.db1]\nroles = ['global-catalog']\n"
	for _, c := range []struct{ groups, want string }{
		{"[groups.w]\nhosts = ['web*']", "WEB2[groups.w] db1[] web1[groups.w]"},
		{"[groups.w]\nhosts = ['web*', 'web1']", "1:1"},
		{"[groups.d]\nhosts = ['@domain-controller']", "WEB2[] db1[groups.d] web1[]"}, // through an included role
		{"[groups.w]\nhosts = ['web2']\nroles = ['iis-web']\n[groups.a]\nhosts = ['@iis-web', 'd*']", "WEB2[groups.a groups.w] db1[groups.a] web1[groups.a]"},
		{"[groups.w]\nhosts = ['x*']", `"x*" chooses no host`},
		{"[groups.w]\nhosts = ['[']", `"[" is not a pattern`},
		{"[groups.w]\nhosts = ['@iis-wbe']", `unknown role "iis-wbe"`},
		{"[groups.w]\nhosts = ['@print-server']", `"@print-server" chooses no host`},
		{"[groups.l]\nhosts = ['os:linux']", `"os:linux" chooses no host`},
		{"[groups.l]\nhosts = ['OS:Windows']", "WEB2[groups.l] db1[groups.l] web1[groups.l]"},
		{"[groups.l]\nhosts = ['os:windows-2016']\n[groups.o]\nos = 'windows-2016'\nhosts = ['web*']", "WEB2[groups.l groups.o] db1[] web1[groups.l groups.o]"},
		{"[groups.l]\nhosts = ['os:ubuntu']", `unknown os "ubuntu"`},
		{"[groups.l]\nhosts = ['os:windows-2022']\nos = 'windows-2016'", `"os:windows-2022" chooses other hosts once groups by role or system have given their os`},
		{"[groups.l]\nhosts = ['os:windows-2022']\n[groups.o]\nos = 'windows-2016'\nhosts = ['@iis-web']", `"os:windows-2022" chooses other hosts`},
		{"[groups.l]\naccess = 'console'\n[hosts.own]\ngroups = ['l']", "WEB2[] db1[] own[groups.l] web1[]"},
		{"[groups.l]\nhosts = ['web1']\n[hosts.own]\ngroups = ['l']", "WEB2[] db1[] own[groups.l] web1[groups.l]"},
		{"[groups.l]\nhosts = ['own']\n[hosts.own]\ngroups = ['l']", `host own is in groups.l already`},
		{"[groups.l]\nhosts = ['own']\n[hosts.own]\ngroups = ['m']", `unknown group "m"`},
		{"[groups.l]\nos = 'linux'\n", "group l has no hosts"},
		{"[groups.l]\nos = 'windows-2016'\n[groups.m]\nos = 'windows-2019'\n[hosts.own]\ngroups = ['l', 'm']", "both say os for host own"},
		{"[groups.l]\nhosts = ['web1']\naudience.roles.file-server = { clients = ['10.0.0.1'] }", "no host of groups.l has the role file-server, so its audience has no effect"},
		{"[groups.l]\nhosts = ['*']\naudience.roles.iis-web = { clients = ['10.0.0.1'] }", "WEB2[groups.l] db1[groups.l] web1[groups.l]"},
		{"[hosts.own]\nroles = ['iis-web']\naudience.roles.file-server = { clients = ['10.0.0.1'] }", "host own does not have the role file-server, so its audience has no effect"},
		{"[hosts.own]\nroles = ['global-catalog']\naudience.roles.domain-controller = { clients = ['10.0.0.1'] }", "own[]"},
	} {
		p, err := files{"p.toml": c.groups + hosts}.load(t, "p.toml")
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			for _, h := range p.Hosts {
				names := []string{}
				for _, g := range h.Groups {
					names = append(names, g.Name)
				}
				got += fmt.Sprint(h.Name, names, " ")
			}
		}
		if c.want == "1:1" {
			c.want = "host web1 appears twice in groups.w"
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.groups, got, c.want)
		}
	}
}

// TestHostPatterns holds which hosts a pattern chooses: by name, by system, and by role.
func TestHostPatterns(t *testing.T) {
	p := files{"p.toml": "[hosts.web1]\nos = 'linux'\nroles = ['linux-web']\n[hosts.DC1]\nroles = ['global-catalog']\n"}.good(t)
	for pattern, want := range map[string]string{
		"web1": "web1", "WEB*": "web1", "dc?": "DC1", "[a-d]*": "DC1", "[": "", "*": "DC1 web1", "x": "", "@linux-web": "web1", "@domain-controller": "DC1", "@web*": "", "@*": "",
		"os:linux": "web1", "OS:Windows": "DC1", "os:*": "", "os:windows-2022": "DC1", "os:windows-2003": "",
	} {
		var got []string
		for _, h := range p.Hosts {
			if p.Matches(hostpattern.Pattern(pattern), h) {
				got = append(got, h.Name)
			}
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s: %q, want %q", pattern, text, want)
		}
	}
	if h, known := p.Host("dc1"); known || h != nil {
		t.Error("a host is found by a name in other letters")
	}
	if h, known := p.Host("DC1"); !known || h != p.Hosts[0] {
		t.Error("a host is not found by its name")
	}
}
