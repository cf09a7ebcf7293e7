package workspace

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const fleetPolicy = `os = "windows-2019"
[hosts.DC1]
roles = ["domain-controller"]
[hosts.web1]
roles = ["iis-web"]
[hosts.Web2]
roles = ["iis-web"]
`

func open(t *testing.T, text string) *Workspace {
	t.Helper()
	name := filepath.Join(t.TempDir(), "policy.toml")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	w, err := Open(context.Background(), NewFiles(strings.NewReader("")), name, Options{AsOf: "2026-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestSelect tells which hosts patterns choose, and what is wrong with others.
func TestSelect(t *testing.T) {
	w := open(t, fleetPolicy)
	for _, c := range []struct {
		hosts []string
		want  string // names, or a part of the error
	}{
		{nil, "DC1 Web2 web1 gone"},
		{[]string{"dc1"}, "DC1"},
		{[]string{"WEB*"}, "Web2 web1"},
		{[]string{"web?", "d[c-d]1"}, "DC1 Web2 web1"},
		{[]string{"@iis-web"}, "Web2 web1"},
		{[]string{"@iis-web", "dc*"}, "DC1 Web2 web1"},
		{[]string{"@iis-wb"}, `unknown role "iis-wb"` + "\n" + `  hint: did you mean "@iis-web"?`},
		{[]string{"@ssh-managed"}, "no host has the role ssh-managed"},
		{[]string{"dc2"}, `no host is called "dc2"` + "\n" + `  hint: did you mean "DC1"?`},
		{[]string{"[a"}, `"[a" is not a pattern`},
	} {
		s, err := w.Select(nil, c.hosts, Shard{})
		if err != nil {
			if err.Error() != c.want {
				t.Errorf("%q: %v, want %s", c.hosts, err, c.want)
			}
			continue
		}
		names := slices.DeleteFunc([]string{"DC1", "Web2", "web1", "gone"}, func(n string) bool { return !s.HasHost(n) })
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%q chooses %s, want %s", c.hosts, got, c.want)
		}
	}
	if _, err := w.Select([]string{"nftable"}, nil, Shard{}); err == nil || !strings.HasPrefix(err.Error(), `unknown target "nftable"`) {
		t.Error(err)
	}
	s, err := w.Select([]string{"json"}, []string{"dc1"}, Shard{})
	if err != nil || !s.Has("DC1", "ruleset.json") || s.Has("DC1", "nftables.nft") || s.Has("web1", "ruleset.json") {
		t.Errorf("%v, %v", s, err)
	}
}

// TestShard: each host belongs to exactly one part.
func TestShard(t *testing.T) {
	for _, name := range []string{"a", "dc1", "web.example.com", ""} {
		parts := 0
		for i := range 7 {
			if (Shard{i + 1, 7}).Has(name) {
				parts++
			}
		}
		if parts != 1 || !(Shard{}).Has(name) {
			t.Errorf("%q belongs to %d parts", name, parts)
		}
	}
	for _, text := range []string{"0/2", "3/2", "1", "1/x", "-1/2", "1/10001"} {
		if _, err := ParseShard(text); err == nil {
			t.Errorf("%q is taken for a part", text)
		}
	}
	if s, err := ParseShard("2/8"); err != nil || s != (Shard{2, 8}) {
		t.Errorf("%v, %v", s, err)
	}
}
