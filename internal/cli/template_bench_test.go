package cli

import (
	"slices"
	"testing"
	"time"

	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/internal/trial"
	"rolewall/internal/workspace"
	"rolewall/ruleset"
)

// BenchmarkTemplates renders 1,000 hosts, of which no two share a page, through each example in testdata/templates and
// through the built-in nftables target, by turns of 50 hosts, and reports how many times the latter's time the template
// takes: the median of all turns, so that what else the machine does counts little.
func BenchmarkTemplates(b *testing.B) {
	hosts, err := trial.Hosts()
	if err != nil {
		b.Fatal(err)
	}
	targets := exampleTargets(b)
	nftables, _ := targets.Lookup("nftables")
	for _, g := range targets[len(generators.All()):] {
		b.Run(g.Info().Name, func(b *testing.B) {
			var sets []*ruleset.RuleSet
			for _, h := range hosts {
				if len(generators.Check(g, h.RuleSet, generators.All())) == 0 {
					sets = append(sets, h.RuleSet)
				}
			}
			var ratios []float64
			var site time.Duration
			for b.Loop() {
				for range 20 {
					t := renderHosts(b, g, sets, 50)
					ratios = append(ratios, float64(t)/float64(renderHosts(b, nftables, sets, 50)))
					site += t
				}
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "x-nftables")
			b.ReportMetric(site.Seconds()*1000/float64(b.N), "ms/1000-hosts")
		})
	}
}

func renderHosts(b *testing.B, g target.Target, sets []*ruleset.RuleSet, n int) time.Duration {
	start := time.Now()
	for i := range n {
		if _, err := generators.Render(g, sets[i%len(sets)], "h1"); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}

// exampleTargets are the built-in targets and the examples.
func exampleTargets(t testing.TB) generators.Targets {
	t.Helper()
	targets, err := workspace.Targets(workspace.NewFiles(nil), "../../testdata/templates", nil)
	if err != nil || len(targets) < len(generators.All())+3 {
		t.Fatalf("%d targets, %v", len(targets), err)
	}
	return targets
}
