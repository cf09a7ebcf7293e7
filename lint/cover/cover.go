// Package cover finds rules that open nothing more: another rule, or several others together, already allow all of
// it. Find looks for a single other rule, Union for several.
package cover

import (
	"math"
	"net/netip"
	"slices"
	"sort"

	"rolewall/ruleset"
)

// Piece is what one rule allows.
type Piece struct {
	Spans []ruleset.Interval
	From  ruleset.Sources
	Bound string // the listener that the rule is bound to; empty means any
}

// covers reports whether p allows everything that q allows.
func (p Piece) covers(q Piece) bool {
	return (p.Bound == "" || p.Bound == q.Bound) && Within(q.Spans, p.Spans) && p.From.Contains(q.From)
}

// Find returns for every piece the index of another piece that covers it, or -1. Of two equal pieces the later one
// is covered. Its time grows with n log n, unless all sources share a prefix and differ otherwise. For a piece
// with several spans it only tries the piece that reaches farthest over the first span, so it can miss a rare
// cover.
func Find(pieces []Piece) []int {
	x := newCoverIndex(pieces)
	out := make([]int, len(pieces))
	for i, p := range pieces {
		out[i] = -1
		for _, group := range x.wider(p) {
			j := group.over(p.Spans[0], i)
			if j >= 0 && pieces[j].covers(p) && !(j > i && p.covers(pieces[j])) {
				out[i] = j
				break
			}
		}
	}
	return out
}

// coverIndex groups pieces by sources and listener.
type coverIndex struct {
	sources []ruleset.Sources      // each set of addresses once
	ids     map[string]int         // index into sources, by Key
	anyone  []int                  // indexes of sources that are anyone: none or one
	holders map[netip.Prefix][]int // indexes of sources that have the prefix
	lengths map[bool][]int         // lengths of prefixes in holders, by "is IPv4"
	above   map[int][]int          // for each index, the indexes of sources that contain these
	groups  map[groupKey]*group
}

type groupKey struct {
	sources int
	bound   string
}

// group holds the spans of pieces with equal sources and listener, sorted by start.
type group struct {
	spans []groupSpan
	best  []reach // for each span, the farthest reach of the spans up to it
}

type groupSpan struct {
	ruleset.Interval
	piece int
}

// reach holds the span that ends last, and the next one that belongs to another piece. The second is needed when
// the first belongs to the piece that is being checked.
type reach struct{ first, second groupSpan }

func newCoverIndex(pieces []Piece) *coverIndex {
	x := &coverIndex{
		ids: map[string]int{}, holders: map[netip.Prefix][]int{}, lengths: map[bool][]int{}, above: map[int][]int{},
		groups: map[groupKey]*group{},
	}
	for i, p := range pieces {
		k := groupKey{x.add(p.From), p.Bound}
		g := x.groups[k]
		if g == nil {
			g = &group{}
			x.groups[k] = g
		}
		for _, s := range p.Spans {
			g.spans = append(g.spans, groupSpan{s, i})
		}
	}
	for _, g := range x.groups {
		g.sort()
	}
	return x
}

// add returns the index of a set of sources, and adds the set if it is new.
func (x *coverIndex) add(s ruleset.Sources) int {
	key := s.Key()
	if id, known := x.ids[key]; known {
		return id
	}
	id := len(x.sources)
	x.ids[key] = id
	x.sources = append(x.sources, s)
	if s.IsAnyone() {
		x.anyone = append(x.anyone, id)
	}
	for _, p := range s.Prefixes() {
		x.holders[p] = append(x.holders[p], id)
		if v4 := p.Addr().Is4(); !slices.Contains(x.lengths[v4], p.Bits()) {
			x.lengths[v4] = append(x.lengths[v4], p.Bits())
		}
	}
	return id
}

// wider returns the groups whose sources contain those of p and whose listener is p's or any.
func (x *coverIndex) wider(p Piece) []*group {
	id := x.ids[p.From.Key()]
	above, known := x.above[id]
	if !known {
		above = x.holding(p.From)
		x.above[id] = above
	}
	var out []*group
	for _, sources := range above {
		for _, bound := range slices.Compact([]string{"", p.Bound}) {
			if g := x.groups[groupKey{sources, bound}]; g != nil {
				out = append(out, g)
			}
		}
	}
	return out
}

// holding returns the indexes of sources that contain all of s. It starts from the prefix of s that the fewest
// others share.
func (x *coverIndex) holding(s ruleset.Sources) []int {
	if s.IsAnyone() {
		return x.anyone
	}
	fewest, size := []int(nil), math.MaxInt
	for _, p := range s.Prefixes() {
		var candidates []int
		for _, bits := range x.lengths[p.Addr().Is4()] {
			if bits <= p.Bits() {
				candidates = append(candidates, x.holders[netip.PrefixFrom(p.Addr(), bits).Masked()]...)
			}
		}
		if len(candidates) < size {
			fewest, size = candidates, len(candidates)
		}
		if size <= 1 { // only s itself
			break
		}
	}
	out := slices.Clone(x.anyone)
	for _, id := range fewest {
		if x.sources[id].Contains(s) {
			out = append(out, id)
		}
	}
	return out
}

func (g *group) sort() {
	slices.SortFunc(g.spans, func(a, b groupSpan) int {
		if a.First != b.First {
			return int(int64(a.First) - int64(b.First))
		}
		return a.piece - b.piece
	})
	nobody := groupSpan{piece: -1}
	r := reach{nobody, nobody}
	for _, s := range g.spans {
		switch {
		case r.first.piece < 0 || s.Last > r.first.Last:
			r = reach{s, nobody}
		case s.Last == r.first.Last && s.piece != r.first.piece && r.second.piece < 0:
			r.second = s
		}
		g.best = append(g.best, r)
	}
}

// over returns a piece with a span that contains s, other than the piece not, or -1.
func (g *group) over(s ruleset.Interval, not int) int {
	n := sort.Search(len(g.spans), func(i int) bool { return g.spans[i].First > s.First })
	if n == 0 {
		return -1
	}
	for _, c := range []groupSpan{g.best[n-1].first, g.best[n-1].second} {
		if c.piece >= 0 && c.piece != not && c.Last >= s.Last {
			return c.piece
		}
	}
	return -1
}
