package ruleset

import (
	"cmp"
	"slices"
)

// Index finds the intervals that overlap another one, among those of many rules, without a look at each. Time grows with the
// logarithm of their number, and with what is found.
type Index struct {
	spans []indexed // sorted by First; the middle of a run of them is the root of a tree, and so on in both halves
	reach []uint32  // for each root, the last point of all spans of its run
}

// indexed is an interval with the number of the rule that has it.
type indexed struct {
	Interval
	of int
}

// NewIndex returns an index of the places of n rules, which are numbered from 0.
func NewIndex(n int, places func(i int) []Interval) *Index {
	x := &Index{}
	for of := range n {
		for _, i := range places(of) {
			x.spans = append(x.spans, indexed{i, of})
		}
	}
	slices.SortFunc(x.spans, func(a, b indexed) int { return cmp.Compare(a.First, b.First) })
	x.reach = make([]uint32, len(x.spans))
	x.measure(0, len(x.spans))
	return x
}

// measure fills reach for the run of spans from first to before end, and returns how far it reaches.
func (x *Index) measure(first, end int) uint32 {
	if first == end {
		return 0
	}
	root := (first + end) / 2
	x.reach[root] = max(x.spans[root].Last, x.measure(first, root), x.measure(root+1, end))
	return x.reach[root]
}

// Overlapping returns the numbers of the rules that have a point of the places, each once, in order.
func (x *Index) Overlapping(places ...Interval) []int {
	var out []int
	for _, i := range places {
		out = x.find(out, i, 0, len(x.spans))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// find adds what overlaps i in the run of spans from first to before end.
func (x *Index) find(out []int, i Interval, first, end int) []int {
	root := (first + end) / 2
	if first == end || x.reach[root] < i.First {
		return out
	}
	out = x.find(out, i, first, root)
	if s := x.spans[root]; s.First <= i.Last {
		if s.Last >= i.First {
			out = append(out, s.of)
		}
		out = x.find(out, i, root+1, end)
	}
	return out
}
