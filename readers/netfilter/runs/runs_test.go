package runs_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"rolewall/readers/netfilter/runs"
)

// highest is the largest number of the test.
const highest = 12

// random returns a set of numbers up to highest, as runs and by number.
func random(r *rand.Rand) ([]runs.Run, [highest + 1]bool) {
	var list []runs.Run
	var has [highest + 1]bool
	for range r.IntN(5) {
		first := r.Uint32N(highest + 1)
		x := runs.Run{First: first, Last: first + r.Uint32N(highest+1-first)}
		list = append(list, x)
		for n := x.First; n <= x.Last; n++ {
			has[n] = true
		}
	}
	return runs.Join(list), has
}

// TestOperations compares the operations on random sets with the same on each number alone. Their results are sorted,
// and no two of their runs touch.
func TestOperations(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		a, inA := random(r)
		b, inB := random(r)
		contains := true
		for n := range inA {
			contains = contains && (inA[n] || !inB[n])
		}
		if runs.Contains(a, b) != contains {
			t.Fatalf("Contains(%v, %v) is %t", a, b, !contains)
		}
		for name, c := range map[string]struct {
			got  []runs.Run
			want func(a, b bool) bool
		}{
			"And":   {runs.And(a, b), func(a, b bool) bool { return a && b }},
			"Minus": {runs.Minus(a, b), func(a, b bool) bool { return a && !b }},
			"Or":    {runs.Or(a, b), func(a, b bool) bool { return a || b }},
		} {
			var want []runs.Run
			for n := range inA {
				if c.want(inA[n], inB[n]) {
					want = runs.Append(want, runs.Run{First: uint32(n), Last: uint32(n)})
				}
			}
			if !slices.Equal(c.got, want) {
				t.Fatalf("%s(%v, %v) is %v, want %v", name, a, b, c.got, want)
			}
		}
	}
}
