package cover

import (
	"cmp"
	"slices"
	"sort"

	"rolewall/ruleset"
)

// FindNear does what Find does, but only for pieces that share ports with a chosen piece. It returns -1 for all
// others. This saves the work for sources with thousands of addresses that are open only on other ports.
func FindNear(pieces []Piece, isChosen func(i int) bool) []int {
	out := make([]int, len(pieces))
	for i := range out {
		out[i] = -1
	}
	near := nearTo(pieces, isChosen)
	for n, j := range Find(pick(pieces, near)) {
		if j >= 0 {
			out[near[n]] = near[j]
		}
	}
	return out
}

// pick returns the pieces at the indexes.
func pick(pieces []Piece, indexes []int) []Piece {
	out := make([]Piece, len(indexes))
	for n, i := range indexes {
		out[n] = pieces[i]
	}
	return out
}

// nearTo returns the indexes of the pieces that share a port with a chosen piece, including the chosen ones.
func nearTo(pieces []Piece, isChosen func(i int) bool) []int {
	var spans []ruleset.Interval
	for i, p := range pieces {
		if isChosen(i) {
			spans = append(spans, p.Spans...)
		}
	}
	spans = united(spans)
	var out []int
	for i, p := range pieces {
		if slices.ContainsFunc(p.Spans, func(s ruleset.Interval) bool {
			n := sort.Search(len(spans), func(n int) bool { return spans[n].Last >= s.First })
			return n < len(spans) && spans[n].First <= s.Last
		}) {
			out = append(out, i)
		}
	}
	return out
}

// united sorts intervals and unites those that overlap.
func united(spans []ruleset.Interval) []ruleset.Interval {
	slices.SortFunc(spans, func(a, b ruleset.Interval) int { return cmp.Compare(a.First, b.First) })
	var out []ruleset.Interval
	for _, s := range spans {
		if n := len(out); n > 0 && s.First <= out[n-1].Last {
			out[n-1].Last = max(out[n-1].Last, s.Last)
			continue
		}
		out = append(out, s)
	}
	return out
}
