package compare

import (
	"cmp"
	"slices"

	"rolewall/ruleset"
)

// segments cuts the intervals of touched wherever an interval of all begins or ends. So a rule allows all of a
// segment or nothing of it. The result is sorted and disjoint.
func segments(touched, all []ruleset.Interval) []ruleset.Interval {
	var cuts []uint32
	for _, i := range slices.Concat(touched, all) {
		cuts = append(cuts, i.First, i.Last+1)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	touched = slices.SortedFunc(slices.Values(touched), func(i, j ruleset.Interval) int { return cmp.Compare(i.First, j.First) })
	var out []ruleset.Interval
	end := uint32(0) // of what is touched, behind the last point
	for i := 1; i < len(cuts); i++ {
		s := ruleset.Interval{First: cuts[i-1], Last: cuts[i] - 1}
		for len(touched) > 0 && touched[0].First <= s.First {
			end, touched = max(end, touched[0].Last+1), touched[1:]
		}
		if s.First < end {
			out = append(out, s)
		}
	}
	return out
}
