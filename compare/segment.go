package compare

import (
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
	var out []ruleset.Interval
	for i := 1; i < len(cuts); i++ {
		s := ruleset.Interval{First: cuts[i-1], Last: cuts[i] - 1}
		if slices.ContainsFunc(touched, s.Overlaps) {
			out = append(out, s)
		}
	}
	return out
}
