package cover

import "rolewall/ruleset"

// Meet reports whether two lists of intervals share a point.
func Meet(a, b []ruleset.Interval) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Overlaps(y) {
				return true
			}
		}
	}
	return false
}

// Within reports whether every interval of a lies in one of b.
func Within(a, b []ruleset.Interval) bool {
	for _, x := range a {
		found := false
		for _, y := range b {
			found = found || y.Contains(x)
		}
		if !found {
			return false
		}
	}
	return true
}
