package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/readback"
	"rolewall/generators/target"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// TestGolden holds the scripts of every policy in testdata/policies for every target. A target that refuses a host is
// held by its words, in refused.txt.
func TestGolden(t *testing.T) {
	policies, err := filepath.Glob("../../testdata/policies/*.toml")
	if err != nil || len(policies) == 0 {
		t.Fatal(err)
	}
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{}
	var registries [][]byte // of all hosts, for a parser that is not ours
	for _, file := range policies {
		name := strings.TrimSuffix(filepath.Base(file), ".toml")
		t.Run(name, func(t *testing.T) {
			p, err := policy.Load(workspace.NewFiles(nil), file, cat)
			if err != nil {
				t.Fatal(err)
			}
			errs := &diag.List{}
			sets := resolver.New(p, "2026-01-01").RuleSets(errs)
			if err := errs.Err(); err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join("../../testdata/golden", name)
			var refused strings.Builder
			groups := map[string][]target.Group{}
			for i, h := range p.Hosts {
				for _, g := range generators.All() {
					if g.Info().Name == "apply" && name+"/"+h.Name != "linux/bastion" { // nearly the same script for all
						continue
					}
					if refusals := generators.Check(g, sets[i], generators.All()); len(refusals) > 0 {
						for _, r := range refusals {
							r.Host = h.Name
							fmt.Fprintln(&refused, r)
						}
						continue
					}
					if _, is := g.(target.Bundler); is {
						groups[g.Info().Name] = append(groups[g.Info().Name], target.Group{Set: sets[i], Hosts: []string{h.Name}})
						continue
					}
					file, err := generators.Render(g, sets[i], h.Name)
					if err != nil {
						t.Error(err)
						continue
					}
					if readBack(t, g.Info().Name, sets[i], string(file)); repeats[g.Info().Name] && name != "company" {
						continue // says the same as advfirewall in other words
					}
					script := filepath.Join(dir, h.Name, g.Info().File)
					wanted[script] = true
					golden(t, script, string(file))
				}
			}
			files, registry := bundles(t, groups)
			registries = append(registries, registry...)
			for _, file := range files {
				page := filepath.Join(dir, file.Name)
				wanted[page] = true
				golden(t, page, string(file.Data))
			}
			wanted[filepath.Join(dir, "refused.txt")] = true
			golden(t, filepath.Join(dir, "refused.txt"), refused.String())
		})
	}
	noStrays(t, wanted)
	t.Run("samba", func(t *testing.T) {
		readback.NeedSamba(t)
		readback.Repack(t, registries...)
	})
}

// repeats lists targets of which the scripts of one policy are kept.
var repeats = map[string]bool{"powershell": true, "dsc": true}

// readBack compares what a road to Windows Firewall says with the rule set.
func readBack(t *testing.T, target string, rs *ruleset.RuleSet, text string) {
	t.Helper()
	var rules []readback.Rule
	var err error
	switch target {
	case "powershell":
		rules, err = readback.PowerShell(text)
	case "dsc":
		rules, _, err = readback.DSC(text)
	case "gpo":
		rules, _, err = readback.Pol([]byte(text))
	default:
		return
	}
	rules = slices.DeleteFunc(rules, readback.Rule.IsBaseline)
	if d := readback.Difference(rs, rules); err != nil || d != "" {
		t.Errorf("%s of %s: %v\n%s", target, rs.Host, err, d)
	}
}

// bundles makes the files of targets that write for the whole fleet, but for Registry.pol, which is no text: hosts.csv has its sum,
// and lgpo.txt has its values. Scripts that import are nearly the same for all.
func bundles(t *testing.T, groups map[string][]target.Group) (out []target.File, registries [][]byte) {
	t.Helper()
	for name, list := range groups {
		found, _ := generators.All().Lookup(name)
		b := found.(target.Bundler)
		files, err := b.Bundle(list)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range list { // each group alone: which object is whose is not told by its name
			alone, err := b.Bundle([]target.Group{g})
			if err != nil {
				t.Fatal(err)
			}
			size := 0 // of the backup
			for _, f := range alone {
				if strings.HasPrefix(f.Name, "{") {
					size += len(f.Data)
				}
				if strings.HasSuffix(f.Name, ".pol") {
					readBack(t, name, g.Set, string(f.Data))
					registries = append(registries, f.Data)
				}
			}
			if size > 60_000 {
				t.Errorf("the object of %v has %d bytes", g.Hosts, size)
			}
		}
		for _, f := range files {
			if !strings.HasSuffix(f.Name, ".pol") && (!strings.HasSuffix(f.Name, ".ps1") || strings.Contains(t.Name(), "company")) {
				out = append(out, target.File{Name: path.Join(name, f.Name), Data: f.Data})
			}
		}
	}
	return out, registries
}

// noStrays fails for golden files that no policy asks for; -update removes them.
func noStrays(t *testing.T, wanted map[string]bool) {
	err := filepath.WalkDir("../../testdata/golden", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || wanted[path] {
			return err
		}
		if *update {
			return os.Remove(path)
		}
		t.Errorf("%s belongs to no policy", path)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
