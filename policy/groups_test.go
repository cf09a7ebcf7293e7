package policy

import (
	"fmt"
	"strings"
	"testing"
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
			c.want = "host web1 stands twice in groups.w"
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.groups, got, c.want)
		}
	}
}
