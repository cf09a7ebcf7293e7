package catalog_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// fleet is a policy that a test writes: a file of settings, and hosts.
type fleet struct {
	text  strings.Builder
	names []string
}

func newFleet(lines ...string) *fleet {
	f := &fleet{}
	for _, line := range lines {
		fmt.Fprintln(&f.text, line)
	}
	return f
}

// host adds a host with the lines of its table.
func (f *fleet) host(name string, lines ...string) {
	f.names = append(f.names, name)
	fmt.Fprintf(&f.text, "[hosts.%q]\n", name)
	for _, line := range lines {
		fmt.Fprintln(&f.text, line)
	}
}

// resolve gives the rule sets of the hosts, by name.
func (f *fleet) resolve(t testing.TB, c *catalog.Catalog) map[string]*ruleset.RuleSet {
	t.Helper()
	p, err := policy.Load(memory{"fleet.toml": f.text.String()}, "fleet.toml", c)
	if err != nil {
		t.Fatal(err)
	}
	errs := &diag.List{}
	sets := resolver.New(p, "2026-01-01").RuleSets(errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	out := map[string]*ruleset.RuleSet{}
	for i, h := range p.Hosts {
		out[h.Name] = sets[i]
	}
	return out
}

// memory is files in memory.
type memory map[string]string

func (m memory) ReadFile(name string) ([]byte, error) {
	text, known := m[name]
	if !known {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return []byte(text), nil
}

func (m memory) Glob(pattern string) ([]string, error) {
	if _, known := m[pattern]; known {
		return []string{pattern}, nil
	}
	return nil, nil
}
