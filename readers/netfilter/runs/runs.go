// Package runs holds sets of numbers as sorted lists of runs: of ports, of ICMP types, of classes of addresses. The
// functions And, Minus and Or take lists that are sorted and do not overlap, and return such lists.
package runs

import (
	"cmp"
	"slices"
)

// Run is a range of numbers, both ends included.
type Run struct{ First, Last uint32 }

// Append adds a run behind sorted ones. It extends the last one if the two touch.
func Append(list []Run, r Run) []Run {
	if n := len(list); n > 0 && list[n-1].Last+1 >= r.First {
		list[n-1].Last = max(list[n-1].Last, r.Last)
		return list
	}
	return append(list, r)
}

// Join sorts the runs, and joins those that touch or overlap. It reuses the list.
func Join(list []Run) []Run {
	if len(list) < 2 {
		return list
	}
	slices.SortFunc(list, func(a, b Run) int { return cmp.Compare(a.First, b.First) })
	out := list[:0]
	for _, r := range list {
		out = Append(out, r)
	}
	return out
}

// And returns the numbers that are in both sets.
func And(a, b []Run) []Run {
	var out []Run
	for len(a) > 0 && len(b) > 0 {
		if first, last := max(a[0].First, b[0].First), min(a[0].Last, b[0].Last); first <= last {
			out = append(out, Run{first, last})
		}
		if a[0].Last < b[0].Last {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return out
}

// Minus returns the numbers of a that are not in b.
func Minus(a, b []Run) []Run {
	var out []Run
	for _, r := range a {
		first := r.First
		for len(b) > 0 && b[0].Last < first {
			b = b[1:]
		}
		rest, open := b, true
		for len(rest) > 0 && rest[0].First <= r.Last {
			if rest[0].First > first {
				out = append(out, Run{first, rest[0].First - 1})
			}
			if rest[0].Last >= r.Last {
				open = false
				break
			}
			first = rest[0].Last + 1
			rest = rest[1:]
		}
		if open {
			out = append(out, Run{first, r.Last})
		}
	}
	return out
}

// Or returns the numbers that are in a or b.
func Or(a, b []Run) []Run {
	out := make([]Run, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && a[0].First <= b[0].First {
			out = Append(out, a[0])
			a = a[1:]
		} else {
			out = Append(out, b[0])
			b = b[1:]
		}
	}
	return out
}

// Contains reports whether all numbers of b are in a.
func Contains(a, b []Run) bool { return len(Minus(b, a)) == 0 }
