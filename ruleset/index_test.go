package ruleset_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"rolewall/ruleset"
)

// TestIndex holds the index against a look at every rule.
func TestIndex(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func(most uint32) ruleset.Interval {
		first := r.Uint32N(60)
		return ruleset.Interval{First: first, Last: first + r.Uint32N(most)}
	}
	for range 500 {
		rules := make([][]ruleset.Interval, r.IntN(20))
		for i := range rules {
			for range r.IntN(4) {
				rules[i] = append(rules[i], random([]uint32{1, 4, 60}[r.IntN(3)]))
			}
		}
		x := ruleset.NewIndex(len(rules), func(i int) []ruleset.Interval { return rules[i] })
		for range 20 {
			places := []ruleset.Interval{random(8), random(3)}[:r.IntN(3)]
			var want []int
			for i, has := range rules {
				if slices.ContainsFunc(places, func(p ruleset.Interval) bool { return slices.ContainsFunc(has, p.Overlaps) }) {
					want = append(want, i)
				}
			}
			if got := x.Overlapping(places...); !slices.Equal(got, want) {
				t.Fatalf("%v overlap %v of %v, not %v", places, got, rules, want)
			}
		}
	}
}
