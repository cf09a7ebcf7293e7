// Package cover finds rules that open nothing of their own: everything that one allows, another one or several others
// together allow too. Find looks for a single cover, Union for several.
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
	Bound string // the listener that the rule is bound to; empty is any
}

// covers reports whether everything that q allows, p allows too.
func (p Piece) covers(q Piece) bool {
	return (p.Bound == "" || p.Bound == q.Bound) && Within(q.Spans, p.Spans) && p.From.Contains(q.From)
}

// Find finds for every piece another one that covers it, by index, or -1. Of two equal ones the later is covered.
// Time grows with n log n as long as sources do not all share a prefix and differ in others. A piece of several spans
// is only found covered by the piece with the widest reach over its first span, so a rare one may be missed.
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
	ids     map[string]int         // place in sources, by Key
	anyone  []int                  // sources that are anyone: none or one
	holders map[netip.Prefix][]int // sources with that prefix
	lengths map[bool][]int         // lengths of prefixes in holders, by "is IPv4"
	above   map[int][]int          // sources that hold others, by those
	groups  map[groupKey]*group
}

type groupKey struct {
	sources int
	bound   string
}

// group holds the spans of pieces with equal sources and listener, by their first place.
type group struct {
	spans []groupSpan
	best  []reach // of the spans up to each place: how far they reach
}

type groupSpan struct {
	ruleset.Interval
	piece int
}

// reach is the span that ends last, and one of another piece that ends there too: who asks what lies over a span must not
// be told of the span itself.
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

// add numbers a set of sources.
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

// wider lists the groups whose sources hold those of p and whose listener is p's or any.
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

// holding lists the sources that hold all of s, by way of the prefix of s that the fewest others hold.
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
		if size <= 1 { // s itself
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

// over finds a piece other than not that has a span over s, or -1.
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
