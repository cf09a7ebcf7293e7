package cover

import (
	"maps"
	"net/netip"
	"slices"

	"rolewall/ruleset"
)

// Union finds what several pieces allow together. It keeps a row of spans for each prefix. A search begins with
// the pieces that contain a whole prefix, and looks at the halves of the prefix only for what is still closed. It
// ends at the first address for which something stays closed. Its time grows with the number of pieces in the
// answer.
type Union struct {
	pieces []Piece
	rows   map[rowKey]*row
	places [][]place             // for every piece
	within map[netip.Prefix]bool // prefixes that contain another prefix with a row
	ipv4   []int                 // lengths of prefixes that have a row
	ipv6   []int
}

// rowKey is a prefix and a listener. The zero prefix means anyone.
type rowKey struct {
	prefix netip.Prefix
	bound  string
}

// place is the position of a piece's span in a row.
type place struct {
	row  *row
	span int
}

// NewUnion returns a Union of the pieces.
func NewUnion(pieces []Piece) *Union {
	x := &Union{pieces: pieces, rows: map[rowKey]*row{}, places: make([][]place, len(pieces)), within: map[netip.Prefix]bool{}}
	for i, p := range pieces {
		for _, prefix := range prefixesOf(p.From) {
			k := rowKey{prefix, p.Bound}
			if x.rows[k] == nil {
				x.rows[k] = &row{}
				x.note(prefix)
			}
			for _, s := range p.Spans {
				x.rows[k].spans = append(x.rows[k].spans, groupSpan{s, i})
			}
		}
	}
	for _, r := range x.rows {
		r.build()
		for n, s := range r.spans {
			x.places[s.piece] = append(x.places[s.piece], place{r, n})
		}
	}
	slices.Sort(x.ipv4)
	slices.Sort(x.ipv6)
	return x
}

// prefixesOf returns the prefixes of sources. The zero prefix means anyone.
func prefixesOf(s ruleset.Sources) []netip.Prefix {
	if s.IsAnyone() {
		return []netip.Prefix{{}}
	}
	return s.Prefixes()
}

// note records the length of a prefix that has a row, and the prefixes that contain it.
func (x *Union) note(p netip.Prefix) {
	lengths := x.lengths(p)
	if !p.IsValid() || slices.Contains(*lengths, p.Bits()) && x.within[p] {
		return
	}
	if !slices.Contains(*lengths, p.Bits()) {
		*lengths = append(*lengths, p.Bits())
	}
	for bits := p.Bits() - 1; bits >= 0; bits-- {
		wider := netip.PrefixFrom(p.Addr(), bits).Masked()
		if x.within[wider] {
			return
		}
		x.within[wider] = true
	}
}

func (x *Union) lengths(p netip.Prefix) *[]int {
	if p.Addr().Is4() {
		return &x.ipv4
	}
	return &x.ipv6
}

// Covering returns pieces that together allow all of piece i, or nothing if there are none. It takes the pieces
// that go farthest, so the list is short. Removed pieces do not count.
func (x *Union) Covering(i int) []int {
	x.hide(i, true)
	defer x.hide(i, false)
	found, covered := x.covering(x.pieces[i])
	if !covered {
		return nil
	}
	return slices.Sorted(maps.Keys(found))
}

// Covers reports whether the pieces together allow all of p. p is not one of the pieces.
func (x *Union) Covers(p Piece) bool {
	_, covered := x.covering(p)
	return covered
}

func (x *Union) covering(p Piece) (found map[int]bool, covered bool) {
	found = map[int]bool{}
	for _, prefix := range prefixesOf(p.From) {
		left := p.Spans
		for _, r := range x.over(prefix, p.Bound) {
			left = r.minus(left, found)
		}
		if !x.covers(prefix, left, p.Bound, found) {
			return nil, false
		}
	}
	return found, true
}

// Remove removes piece i.
func (x *Union) Remove(i int) {
	x.hide(i, true)
	x.places[i] = nil
}

func (x *Union) hide(i int, hidden bool) {
	for _, p := range x.places[i] {
		p.row.hide(p.span, hidden)
	}
}

// over returns the rows of anyone and of the prefixes that contain p, the widest first.
func (x *Union) over(p netip.Prefix, bound string) []*row {
	out := x.rowsAt(netip.Prefix{}, bound)
	if !p.IsValid() {
		return out
	}
	for _, bits := range *x.lengths(p) {
		if bits > p.Bits() {
			break
		}
		out = append(out, x.rowsAt(netip.PrefixFrom(p.Addr(), bits).Masked(), bound)...)
	}
	return out
}

// rowsAt returns the rows of a prefix for the given listener and for any listener.
func (x *Union) rowsAt(p netip.Prefix, bound string) []*row {
	var out []*row
	for _, b := range slices.Compact([]string{"", bound}) {
		if r := x.rows[rowKey{p, b}]; r != nil {
			out = append(out, r)
		}
	}
	return out
}

// covers reports whether longer prefixes allow what the prefixes that contain p leave closed. It marks in found
// the pieces that do.
func (x *Union) covers(p netip.Prefix, left []ruleset.Interval, bound string, found map[int]bool) bool {
	if len(left) == 0 {
		return true
	}
	if !x.within[p] {
		return false
	}
	for _, half := range halves(p) {
		rest := left
		for _, r := range x.rowsAt(half, bound) {
			rest = r.minus(rest, found)
		}
		if !x.covers(half, rest, bound, found) {
			return false
		}
	}
	return true
}

// halves returns the two halves of p, which must not be a single address.
func halves(p netip.Prefix) [2]netip.Prefix {
	upper := p.Addr().AsSlice()
	upper[p.Bits()/8] |= 0x80 >> (p.Bits() % 8)
	second, _ := netip.AddrFromSlice(upper)
	return [2]netip.Prefix{netip.PrefixFrom(p.Addr(), p.Bits()+1), netip.PrefixFrom(second, p.Bits()+1)}
}
