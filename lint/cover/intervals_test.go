package cover

import (
	"math/rand/v2"
	"slices"
	"testing"

	"rolewall/ruleset"
)

// TestIntervals compares Meet and Within with every pair of intervals.
func TestIntervals(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	draw := func() []ruleset.Interval {
		var out []ruleset.Interval
		at := uint32(0)
		for range random.IntN(4) {
			first := at + random.Uint32N(6)
			out = append(out, ruleset.Interval{First: first, Last: first + random.Uint32N(5)})
			at = out[len(out)-1].Last + 2
		}
		return out
	}
	counts := map[[2]bool]int{}
	for range 20_000 {
		a, b := draw(), draw()
		meet := slices.ContainsFunc(a, func(x ruleset.Interval) bool { return slices.ContainsFunc(b, x.Overlaps) })
		within := !slices.ContainsFunc(a, func(x ruleset.Interval) bool {
			return !slices.ContainsFunc(b, func(y ruleset.Interval) bool { return y.Contains(x) })
		})
		if Meet(a, b) != meet || Within(a, b) != within {
			t.Fatalf("%v and %v: meet %t, want %t; within %t, want %t", a, b, Meet(a, b), meet, Within(a, b), within)
		}
		counts[[2]bool{meet, within}]++
	}
	if len(counts) != 4 {
		t.Errorf("not every outcome was seen: %v", counts)
	}
}
