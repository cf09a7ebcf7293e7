package policy

import (
	"fmt"
	"testing"
)

// TestWhere holds that the nearest level is found for names of every kind, and no level of another host.
func TestWhere(t *testing.T) {
	p := files{"p.toml": `features = ["ldaps"]
without = ["netbios"]
[groups.g]
hosts = ["a"]
roles = ["dns-server", "file-server"]
features = ["ldaps"]
[hosts.a]
roles = ["file-server"]
services = ["TermService"]
[hosts.b]
services = ["W32Time"]
`}.good(t)
	a, _ := p.Host("a")
	for _, c := range []struct {
		kind       NameKind
		name, want string
	}{
		{RoleName, "file-server", "hosts.a 8:10"},
		{RoleName, "dns-server", "groups.g 5:10"},
		{RoleName, "DNS-server", "none"},
		{RoleName, "TermService", "none"},
		{ServiceName, "termservice", "hosts.a 9:13"},
		{ServiceName, "W32Time", "none"},
		{FeatureName, "ldaps", "groups.g 6:13"},
		{FeatureName, "netbios", "none"},
		{FeatureWithout, "netbios", "file 2:12"},
	} {
		got := "none"
		if l, at := p.Where(a, c.kind, c.name); l != nil {
			got = fmt.Sprintf("%s %d:%d", l.Name, at.Pos().Line, at.Pos().Column)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
