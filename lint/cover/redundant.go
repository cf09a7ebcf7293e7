package cover

// Redundant finds which of the pieces can go without closing anything: for each of them, the pieces that allow the same, alone or
// together; nil for those that must stay. Only pieces for which mayGo holds can go, the first of them first, and all that it
// finds can go at once: a piece that goes does not count among the several that keep another open.
func Redundant(pieces []Piece, mayGo func(i int) bool) [][]int {
	out := make([][]int, len(pieces))
	near := nearTo(pieces, mayGo)
	gone := make([]bool, len(near))
	picked := pick(pieces, near)
	for n, j := range Find(picked) {
		if j >= 0 && mayGo(near[n]) {
			out[near[n]], gone[n] = []int{near[j]}, true
		}
	}
	union := NewUnion(picked)
	for n := range gone {
		if gone[n] {
			union.Remove(n)
		}
	}
	for n, i := range near {
		if !mayGo(i) || gone[n] {
			continue
		}
		if covering := union.Covering(n); covering != nil {
			union.Remove(n)
			for _, j := range covering {
				out[i] = append(out[i], near[j])
			}
		}
	}
	return out
}
