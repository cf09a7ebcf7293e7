//go:build linux

package packettest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// disk reads policies from testdata.
type disk struct{}

func (disk) ReadFile(name string) ([]byte, error)  { return os.ReadFile(name) }
func (disk) Glob(pattern string) ([]string, error) { return filepath.Glob(pattern) }

// text is a policy in memory.
type text string

func (x text) ReadFile(string) ([]byte, error)    { return []byte(x), nil }
func (x text) Glob(name string) ([]string, error) { return []string{name}, nil }

// resolve returns the rule sets of a policy, each once.
func resolve(t testing.TB, files policy.Files, name string) []*ruleset.RuleSet {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load(files, name, cat)
	if err != nil {
		t.Fatal(err)
	}
	var errs diag.List
	all := resolver.New(p, "2026-11-24").RuleSets(&errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	var out []*ruleset.RuleSet
	seen := map[string]bool{}
	for _, rs := range all {
		if digest := rs.Digest(); !seen[digest] {
			seen[digest] = true
			out = append(out, rs)
		}
	}
	return out
}

// everyRole is a policy with a host for every role of the catalog, of the newest edition that has it.
func everyRole(t testing.TB) text {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range cat.RoleNames() {
		role, _ := cat.Role(name)
		editions := role.Editions.List()
		fmt.Fprintf(&b, "[hosts.%s]\nroles = [%q]\nos = %q\naccess = \"console\"\n", name, name, editions[len(editions)-1])
	}
	return text(b.String())
}

// shareOf returns the share of ports that one of many rule sets is swept with. Together they are swept with every port.
func shareOf(number int) share {
	if *everyPort {
		return share{}
	}
	return share{first: number, oneIn: 16}
}

// TestRoles sweeps every role of the catalog, on both targets: with the ports that the script can tell apart, and with a
// share of all others.
func TestRoles(t *testing.T) {
	t.Parallel()
	sweepAll(t, resolve(t, everyRole(t), "roles.toml"), shareOf)
}

// TestPolicies sweeps every host of every policy in testdata with every port in each family, on both targets: from each source with
// the ports that the script can tell apart, and from one source or another with all others.
func TestPolicies(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/policies/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no policies: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".toml"), func(t *testing.T) {
			t.Parallel()
			sweepAll(t, resolve(t, disk{}, file), func(int) share { return share{} })
		})
	}
}

// sweepAll sweeps rule sets with a lab for each of them that runs at the same time.
func sweepAll(t *testing.T, all []*ruleset.RuleSet, shareOf func(number int) share) {
	t.Helper()
	labs := make(chan *Lab, atOnce())
	for range cap(labs) {
		labs <- newAnsweringLab(t)
	}
	for i, rs := range all {
		for _, x := range []target{{"nftables", Nftables}, {"iptables", Iptables}} {
			t.Run(strings.Join(append(slices.Clone(rs.Roles), x.name), ","), func(t *testing.T) {
				t.Parallel()
				l := <-labs
				defer func() { labs <- l }()
				l.share = shareOf(i)
				Report(t, l.Sweep(t, x.script(t, rs), rs))
			})
		}
	}
}
