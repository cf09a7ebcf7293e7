package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/generators"
	"rolewall/internal/trial"
)

// examplePage is what an example writes for a host of the trial policies.
type examplePage struct {
	trial.Host
	text string
}

// examplePages are the pages of an example, by the hosts that it does not refuse.
func examplePages(t *testing.T, target string) []examplePage {
	t.Helper()
	hosts, err := trial.Hosts()
	if err != nil {
		t.Fatal(err)
	}
	g, known := exampleTargets(t).Lookup(target)
	if !known {
		t.Fatalf("there is no example %s", target)
	}
	var out []examplePage
	for _, h := range hosts {
		if len(generators.Check(g, h.RuleSet, generators.All())) > 0 {
			continue
		}
		page, err := generators.Render(g, h.RuleSet, h.Name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, examplePage{h, string(page)})
	}
	if len(out) == 0 {
		t.Fatalf("%s refuses every host", target)
	}
	return out
}

// TestTemplateGolden holds what the examples write for the trial policies, and what they refuse.
func TestTemplateGolden(t *testing.T) {
	const dir = "../../testdata/templates/golden"
	hosts, err := trial.Hosts()
	if err != nil {
		t.Fatal(err)
	}
	targets := exampleTargets(t)
	wanted := map[string]bool{filepath.Join(dir, "refused.txt"): true}
	var refused strings.Builder
	for _, g := range targets[len(generators.All()):] {
		for _, h := range hosts {
			refusals := generators.Check(g, h.RuleSet, generators.All())
			for _, r := range refusals {
				r.Host = h.Policy + "/" + h.Name
				fmt.Fprintln(&refused, r)
			}
			if len(refusals) > 0 {
				continue
			}
			page, err := generators.Render(g, h.RuleSet, h.Name)
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(dir, h.Policy, h.Name, g.Info().File)
			wanted[name] = true
			golden(t, name, string(page))
		}
	}
	golden(t, filepath.Join(dir, "refused.txt"), refused.String())
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || wanted[path] {
			return err
		}
		if *update {
			return os.Remove(path)
		}
		t.Errorf("%s belongs to no example", path)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
