package linux

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// randomRanges returns n ranges within the first few ports, each with an annotation of its own.
func randomRanges(random *rand.Rand, n int, ports uint16) []annotated[ruleset.PortRange] {
	var out []annotated[ruleset.PortRange]
	for i := range n {
		first := 1 + uint16(random.IntN(int(ports)))
		r := ruleset.PortRange{First: first, Last: first + uint16(random.IntN(int(ports)))}
		out = append(out, annotateAll(Annotation{Why: fmt.Sprint(i)}, r)...)
	}
	return out
}

// TestSegmentsNameRules compares what segments name with a search through all rules: those that begin with the segment, the first
// few of the others, and the number of the rest, in the order of the rules.
func TestSegmentsNameRules(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		all := randomRanges(random, 60, 40)
		for _, s := range Segments(mergePorts(all)) {
			var want []string
			others := 0
			for _, x := range all {
				switch {
				case !x.key.Contains(s.Key):
					continue
				case x.key.First != s.Key.First:
					if others++; others > fewReasons {
						continue
					}
				}
				want = append(want, x.annotation.Why)
			}
			if others > fewReasons {
				want = append(want, fmt.Sprintf("and %d more rules, named where they begin", others-fewReasons))
			}
			var got []string
			for _, a := range s.Annotations {
				got = append(got, a.Why)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s: %s, want %s", s.Key, strings.Join(got, " "), strings.Join(want, " "))
			}
		}
	}
}

// BenchmarkGrowth cuts ports that rules hold one by one, and ranges that overlap: four times as many ports take five times as
// long, four times as many ranges eight times: each range that begins moves the numbers of those that are open.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{4_000, 16_000} {
		var single []annotated[ruleset.PortRange]
		for i := range n {
			p := uint16(1 + 3*i)
			single = append(single, annotateAll(Annotation{Why: "x"}, ruleset.PortRange{First: p, Last: p})...)
		}
		ranges := randomRanges(rand.New(rand.NewPCG(5, 6)), n, 30_000)
		b.Run(fmt.Sprintf("%d ports", n), func(b *testing.B) {
			for b.Loop() {
				Segments(mergePorts(single))
			}
		})
		b.Run(fmt.Sprintf("%d ranges", n), func(b *testing.B) {
			for b.Loop() {
				Segments(mergePorts(ranges))
			}
		})
	}
}
