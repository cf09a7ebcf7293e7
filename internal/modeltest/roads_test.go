package modeltest

import (
	"math/rand/v2"
	"strings"
	"testing"

	"rolewall/generators"
	"rolewall/generators/readback"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// TestRoads reads back what each road to Windows Firewall makes of random policies: it is the rule set, no less and no more.
func TestRoads(t *testing.T) {
	n := *policies
	if testing.Short() {
		n = 200
	}
	for i := range uint64(n) {
		r := rand.New(rand.NewPCG(*seed+i, 1))
		o := open(t, randomSite(r, "windows-2022"))
		var groups []target.Group
		for _, rs := range o.sets {
			named := *rs
			named.Host = ""
			groups = append(groups, target.Group{Set: &named, Hosts: []string{rs.Host}})
			o.readBack(t, "powershell", rs, readback.PowerShell)
			o.readBack(t, "dsc", rs, func(text string) ([]readback.Rule, error) {
				rules, _, err := readback.DSC(text)
				return rules, err
			})
		}
		readObjects(t, groups)
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", *seed+i, o.text())
		}
	}
}

// readBack renders a target for a rule set and reads it.
func (o *opened) readBack(t *testing.T, name string, rs *ruleset.RuleSet, read func(string) ([]readback.Rule, error)) {
	t.Helper()
	g, _ := generators.All().Lookup(name)
	if list := generators.Check(g, rs, generators.All()); len(list) > 0 {
		t.Fatalf("unsupported: %v", list)
	}
	text, err := generators.Render(g, rs, rs.Host)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := read(string(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if d := readback.Difference(rs, rules); d != "" {
		t.Errorf("%s, %s:\n%s", name, rs.Host, d)
	}
}

// readObjects makes the objects of a fleet, one group after the other, and reads each Registry.pol.
func readObjects(t *testing.T, groups []target.Group) {
	t.Helper()
	g, _ := generators.All().Lookup("gpo")
	for i, group := range groups {
		files, err := g.(target.Bundler).Bundle(groups[i : i+1])
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, f := range files {
			if !strings.HasSuffix(f.Name, "/registry.pol") {
				continue
			}
			seen++
			rules, _, err := readback.Pol(f.Data)
			if err != nil {
				t.Fatal(err)
			}
			if d := readback.Difference(group.Set, rules); d != "" {
				t.Errorf("gpo, %v:\n%s", group.Hosts, d)
			}
		}
		if seen != 1 {
			t.Errorf("%d files of the registry", seen)
		}
	}
}
