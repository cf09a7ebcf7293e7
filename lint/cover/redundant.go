package cover

// Redundant finds pieces that can be removed without closing anything. For each such piece it returns the pieces
// that allow the same, alone or together. For all others it returns nil. It tries only pieces for which mayGo
// returns true, in their order. All pieces that it finds can be removed at once: a removed piece does not count
// for another.
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
