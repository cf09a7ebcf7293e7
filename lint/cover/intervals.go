package cover

import "rolewall/ruleset"

// Meet reports whether two lists of intervals share a point. Both are sorted and disjoint, as those of traffic
// are.
func Meet(a, b []ruleset.Interval) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].Overlaps(b[0]):
			return true
		case a[0].First < b[0].First:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return false
}

// Within reports whether every interval of a lies inside an interval of b. Both are sorted.
func Within(a, b []ruleset.Interval) bool {
	begun, last := false, uint32(0) // whether an interval of b begins at or before x, and where the longest of those ends
	for _, x := range a {
		for len(b) > 0 && b[0].First <= x.First {
			begun, last = true, max(last, b[0].Last)
			b = b[1:]
		}
		if !begun || last < x.Last {
			return false
		}
	}
	return true
}
