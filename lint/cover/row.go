package cover

import (
	"cmp"
	"slices"
	"sort"

	"rolewall/ruleset"
)

// row holds spans sorted by start, and a tree that finds the span that ends last among those that begin early
// enough.
type row struct {
	spans    []groupSpan
	farthest []int // a tree: entry n is the span in the subtree of n that ends last, or -1; leaves begin at size
	size     int
}

// build sorts the spans and makes the tree. Call it once, after all spans are added.
func (r *row) build() {
	slices.SortFunc(r.spans, func(a, b groupSpan) int { return cmp.Or(cmp.Compare(a.First, b.First), a.piece-b.piece) })
	for r.size = 1; r.size < len(r.spans); {
		r.size *= 2
	}
	r.farthest = make([]int, 2*r.size)
	for n := range r.farthest {
		r.farthest[n] = -1
	}
	for n := range r.spans {
		r.farthest[r.size+n] = n
	}
	for n := r.size - 1; n > 0; n-- {
		r.farthest[n] = r.farther(r.farthest[2*n], r.farthest[2*n+1])
	}
}

// farther returns the span that ends later. Of equal ones it returns the first.
func (r *row) farther(a, b int) int {
	if a < 0 || b >= 0 && r.spans[b].Last > r.spans[a].Last {
		return b
	}
	return a
}

// hide removes a span from the tree, or puts it back.
func (r *row) hide(span int, hidden bool) {
	n := r.size + span
	r.farthest[n] = span
	if hidden {
		r.farthest[n] = -1
	}
	for n /= 2; n > 0; n /= 2 {
		r.farthest[n] = r.farther(r.farthest[2*n], r.farthest[2*n+1])
	}
}

// reaching returns the span that ends last among those that begin at or before a point, or -1.
func (r *row) reaching(at uint32) int {
	end := sort.Search(len(r.spans), func(n int) bool { return r.spans[n].First > at })
	best := -1
	for low, high := r.size, r.size+end; low < high; low, high = low/2, high/2 {
		if low%2 == 1 {
			best = r.farther(best, r.farthest[low])
			low++
		}
		if high%2 == 1 {
			high--
			best = r.farther(best, r.farthest[high])
		}
	}
	return best
}

// next returns the first span that begins after a point and is not hidden, or -1.
func (r *row) next(at uint32) int {
	n := r.size + sort.Search(len(r.spans), func(n int) bool { return r.spans[n].First > at })
	if n == 2*r.size {
		return -1
	}
	for r.farthest[n] < 0 { // go right, or up if there is nothing to the right
		for n%2 == 1 {
			n /= 2
		}
		if n == 0 {
			return -1
		}
		n++
	}
	for n < r.size {
		if n *= 2; r.farthest[n] < 0 {
			n++
		}
	}
	return n - r.size
}

// minus removes the spans of the row from the given intervals. It marks in found the pieces whose spans it used.
func (r *row) minus(from []ruleset.Interval, found map[int]bool) []ruleset.Interval {
	var out []ruleset.Interval
	for _, s := range from {
		for {
			if n := r.reaching(s.First); n >= 0 && r.spans[n].Last >= s.First {
				found[r.spans[n].piece] = true
				if r.spans[n].Last >= s.Last {
					break
				}
				s.First = r.spans[n].Last + 1
				continue
			}
			n := r.next(s.First)
			if n < 0 || r.spans[n].First > s.Last {
				out = append(out, s)
				break
			}
			out = append(out, ruleset.Interval{First: s.First, Last: r.spans[n].First - 1})
			s.First = r.spans[n].First
		}
	}
	return out
}
