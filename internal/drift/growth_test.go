package drift_test

import (
	"fmt"
	"testing"

	"rolewall/diag"
	"rolewall/internal/drift"
	"rolewall/readers/capture"
)

// BenchmarkGrowth compares a host that opens more than the policy: each rule another port, and all of them one port to another
// source. Time per rule stays near equal.
func BenchmarkGrowth(b *testing.B) {
	w := open(b, linuxPolicy)
	for _, n := range []int{2000, 20_000} {
		for name, traffic := range map[string]func(i int) string{
			"ports":   func(i int) string { return fmt.Sprintf("%s/%d", []string{"tcp", "udp"}[i%2], 1000+i/2) },
			"sources": func(int) string { return "tcp/9999" },
		} {
			c := enforced(b, w)
			for i := range n {
				r := rule(b, traffic(i), fmt.Sprintf("10.%d.%d.%d/32", i>>15, i>>7&255, i<<1&255))
				c.Openings = append(c.Openings, capture.Opening{Rule: r, Rules: []capture.Place{{Pos: diag.Pos{File: "f", Line: i}, Text: r.Traffic.String()}}})
			}
			b.Run(fmt.Sprintf("%s-%d", name, n), func(b *testing.B) {
				for b.Loop() {
					run(b, w, drift.Options{}, c)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/rule")
			})
		}
	}
}
