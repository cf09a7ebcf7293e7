package wintest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// folder reads policies from disk.
type folder struct{}

func (folder) ReadFile(name string) ([]byte, error)  { return os.ReadFile(name) }
func (folder) Glob(pattern string) ([]string, error) { return filepath.Glob(pattern) }

// text is a policy of one file.
type text string

func (t text) ReadFile(string) ([]byte, error) { return []byte(t), nil }
func (t text) Glob(n string) ([]string, error) { return []string{n}, nil }

func defaultCatalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// resolve gives every host of a policy.
func resolve(t testing.TB, files policy.Files, name string, c *catalog.Catalog) []*ruleset.RuleSet {
	t.Helper()
	p, err := policy.Load(files, name, c)
	if err != nil {
		t.Fatal(err)
	}
	r, errs := resolver.New(p, "2026-11-24"), &diag.List{}
	var out []*ruleset.RuleSet
	for _, h := range p.Hosts {
		if rs := r.RuleSet(h, errs); rs != nil {
			named := *rs
			named.Host = h.Name
			out = append(out, &named)
		}
	}
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// roundTrip holds the script of every Windows target that takes the rule set against it, and counts them.
func roundTrip(t *testing.T, rs *ruleset.RuleSet) int {
	n := 0
	if g := generator(t, "advfirewall"); len(generators.Check(g, rs, generators.All())) == 0 {
		checkAdvfirewall(t, rs)
		n++
	}
	if g := generator(t, "ipsec"); len(generators.Check(g, rs, generators.All())) == 0 {
		checkIPsec(t, rs)
		n++
	}
	return n
}

func TestPoliciesRoundTrip(t *testing.T) {
	files, err := filepath.Glob("../../testdata/policies/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal("no policies", err)
	}
	c := defaultCatalog(t)
	scripts := 0
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			for _, rs := range resolve(t, folder{}, file, c) {
				t.Run(rs.Host, func(t *testing.T) { scripts += roundTrip(t, rs) })
			}
		})
	}
	if scripts < 10 {
		t.Errorf("only %d scripts were held against their rule sets", scripts)
	}
}

// Every role of the catalog by itself, on the editions between which netsh or the listeners differ.
func TestRolesRoundTrip(t *testing.T) {
	c := defaultCatalog(t)
	modes := map[ruleset.OS][]string{
		ruleset.Windows2003: {"range", "closed"}, ruleset.Windows2008: {"dynamic"}, ruleset.Windows2012: {"dynamic"},
		ruleset.Windows2019: {"dynamic"}, ruleset.Windows2025: {"dynamic", "range", "closed"},
	}
	if testing.Short() {
		modes = map[ruleset.OS][]string{ruleset.Windows2003: {"range"}, ruleset.Windows2025: {"dynamic"}}
	}
	scripts := 0
	for _, name := range c.RoleNames() {
		role, _ := c.Role(name)
		for edition, modes := range modes {
			for _, mode := range modes {
				if rs := alone(t, c, name, edition, mode); role.Has(edition) && rs != nil {
					t.Run(fmt.Sprintf("%s/%s/%s", name, edition, mode), func(t *testing.T) { scripts += roundTrip(t, rs) })
				}
			}
		}
	}
	t.Logf("%d scripts were held against their rule sets", scripts)
	if scripts < 100 {
		t.Errorf("only %d scripts", scripts)
	}
}

// alone is the rule set of one role; nil where the edition lacks it, or where a port of it lies in the RPC range.
func alone(t *testing.T, c *catalog.Catalog, role string, edition ruleset.OS, mode string) *ruleset.RuleSet {
	rpc := "mode = \"" + mode + "\"\n"
	if mode == "range" {
		rpc += "range = \"57901-57999\"\n"
	}
	toml := fmt.Sprintf("os = %q\nroles = [%q]\n[audience]\nclients = [\"10.20.0.0/16\"]\npeers = [\"10.1.0.0/24\"]\nmanagement = [\"10.3.0.0/24\"]\n[rpc]\n%s[ipsec]\nicmp = \"all-types\"\n", edition, role, rpc)
	p, err := policy.Load(text(toml), "role.toml", c)
	if err != nil {
		t.Errorf("%s on %s: %v", role, edition, err)
		return nil
	}
	return resolver.New(p, "2026-11-24").RuleSet(p.Hosts[0], &diag.List{})
}
