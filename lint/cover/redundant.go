package cover

// Redundant finds which of the pieces can go without closing anything: for each of them, the pieces that allow the same, alone or
// together; nil for those that must stay. Only pieces for which mayGo holds can go, the first of them first, and all that it
// finds can go at once: a piece that goes does not count among the several that keep another open.
func Redundant(pieces []Piece, mayGo func(i int) bool) [][]int {
	out := make([][]int, len(pieces))
	gone := make([]bool, len(pieces))
	for i, j := range Find(pieces) {
		if j >= 0 && mayGo(i) {
			out[i], gone[i] = []int{j}, true
		}
	}
	union := NewUnion(pieces)
	for i := range gone {
		if gone[i] {
			union.Remove(i)
		}
	}
	for i := range pieces {
		if !mayGo(i) || gone[i] {
			continue
		}
		if out[i] = union.Covering(i); out[i] != nil {
			union.Remove(i)
		}
	}
	return out
}
