package cover

import (
	"cmp"
	"net/netip"
	"slices"
	"sort"

	"rolewall/ruleset"
)

// Union finds what several pieces allow together: the spans of all of them, by their first place.
type Union struct {
	pieces []Piece
	spans  []groupSpan
	reach  []uint32 // how far the spans up to each place go
}

// NewUnion returns a Union of the pieces.
func NewUnion(pieces []Piece) *Union {
	x := &Union{pieces: pieces}
	for i, p := range pieces {
		for _, s := range p.Spans {
			x.spans = append(x.spans, groupSpan{s, i})
		}
	}
	slices.SortFunc(x.spans, func(a, b groupSpan) int { return cmp.Or(cmp.Compare(a.First, b.First), a.piece-b.piece) })
	far := uint32(0)
	for _, s := range x.spans {
		far = max(far, s.Last)
		x.reach = append(x.reach, far)
	}
	return x
}

// Covering lists pieces that together allow all of piece i, or nothing where they do not; those in gone do not count.
func (x *Union) Covering(i int, gone []bool) []int {
	var out []int
	p := x.pieces[i]
	for _, s := range p.Spans {
		near := x.near(s, i, gone)
		for _, part := range cut(s, near) {
			var holders []int
			for _, n := range near {
				if n.Contains(part) {
					holders = append(holders, n.piece)
				}
			}
			if !x.admit(holders, p.From) {
				return nil
			}
			out = append(out, holders...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// near are the spans that share a place with s, of pieces that have some of i's sources and need no listener of their own.
func (x *Union) near(s ruleset.Interval, i int, gone []bool) []groupSpan {
	var out []groupSpan
	end := sort.Search(len(x.spans), func(n int) bool { return x.spans[n].First > s.Last })
	for n := end - 1; n >= 0 && x.reach[n] >= s.First; n-- {
		c := x.spans[n]
		if c.Last < s.First || c.piece == i || gone[c.piece] {
			continue
		}
		if q := x.pieces[c.piece]; (q.Bound == "" || q.Bound == x.pieces[i].Bound) && q.From.Overlaps(x.pieces[i].From) {
			out = append(out, c)
		}
	}
	return out
}

// cut divides a span where others begin. Where one of them ends needs no cut: what still holds the last place of a part
// began before it, and so holds all of it.
func cut(s ruleset.Interval, others []groupSpan) []ruleset.Interval {
	firsts := []uint32{s.First}
	for _, o := range others {
		if o.First > s.First {
			firsts = append(firsts, o.First)
		}
	}
	slices.Sort(firsts)
	firsts = slices.Compact(firsts)
	out := make([]ruleset.Interval, len(firsts))
	for i, first := range firsts {
		out[i] = ruleset.Interval{First: first, Last: s.Last}
		if i > 0 {
			out[i-1].Last = first - 1
		}
	}
	return out
}

// admit reports whether the sources of the pieces together hold all of from. Each prefix of from is looked up by itself, so
// that the first one that nobody holds ends the search.
func (x *Union) admit(pieces []int, from ruleset.Sources) bool {
	if slices.ContainsFunc(pieces, func(n int) bool { return x.pieces[n].From.Contains(from) }) {
		return true
	}
	return len(pieces) > 0 && !from.IsAnyone() && !slices.ContainsFunc(from.Prefixes(), func(p netip.Prefix) bool { return !x.hold(pieces, p) })
}

// hold reports whether the sources of the pieces together hold a prefix.
func (x *Union) hold(pieces []int, p netip.Prefix) bool {
	var parts []netip.Prefix
	for _, n := range pieces {
		for _, q := range x.pieces[n].From.Prefixes() {
			switch {
			case !q.Overlaps(p):
			case q.Bits() <= p.Bits():
				return true
			default:
				parts = append(parts, q)
			}
		}
	}
	return len(parts) > 1 && ruleset.NewPrefixes(parts...).Contains(ruleset.Prefixes{p})
}
