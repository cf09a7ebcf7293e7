package cover

import (
	"maps"
	"net/netip"
	"slices"

	"rolewall/ruleset"
)

// Union finds what several pieces allow together. It keeps a row of spans for each prefix: a search begins with the pieces
// that hold a whole prefix, and goes to its halves only for what these leave closed, so the first address that nobody allows
// ends it. Time grows with the pieces that take part in an answer.
type Union struct {
	pieces []Piece
	rows   map[rowKey]*row
	places [][]place             // of every piece
	within map[netip.Prefix]bool // prefixes that hold another one that has a row
	ipv4   []int                 // lengths of prefixes that have a row
	ipv6   []int
}

// rowKey is a prefix, the zero one for anyone, and a listener.
type rowKey struct {
	prefix netip.Prefix
	bound  string
}

// place is a span of a piece in a row.
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

// prefixesOf lists the prefixes of sources; the zero one stands for anyone.
func prefixesOf(s ruleset.Sources) []netip.Prefix {
	if s.IsAnyone() {
		return []netip.Prefix{{}}
	}
	return s.Prefixes()
}

// note keeps the length of a prefix that has a row, and the prefixes that hold it.
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

// Covering lists pieces that together allow all of piece i, or nothing where they do not. Of pieces that begin in time it
// takes the one that goes farthest, so it lists few. Pieces that were removed do not count.
func (x *Union) Covering(i int) []int {
	x.hide(i, true)
	defer x.hide(i, false)
	found, covered := x.covering(x.pieces[i])
	if !covered {
		return nil
	}
	return slices.Sorted(maps.Keys(found))
}

// Covers reports whether the pieces together allow all of p, which is none of them.
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

// Remove takes piece i away.
func (x *Union) Remove(i int) {
	x.hide(i, true)
	x.places[i] = nil
}

func (x *Union) hide(i int, hidden bool) {
	for _, p := range x.places[i] {
		p.row.hide(p.span, hidden)
	}
}

// over lists the rows of anyone and of prefixes that hold all of p, widest first.
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

// rowsAt lists the rows of a prefix whose listener is any, or that one.
func (x *Union) rowsAt(p netip.Prefix, bound string) []*row {
	var out []*row
	for _, b := range slices.Compact([]string{"", bound}) {
		if r := x.rows[rowKey{p, b}]; r != nil {
			out = append(out, r)
		}
	}
	return out
}

// covers reports whether longer prefixes allow what those that hold p leave closed, and notes the pieces that do.
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

// halves are the two prefixes that make up p, which is not a single address.
func halves(p netip.Prefix) [2]netip.Prefix {
	upper := p.Addr().AsSlice()
	upper[p.Bits()/8] |= 0x80 >> (p.Bits() % 8)
	second, _ := netip.AddrFromSlice(upper)
	return [2]netip.Prefix{netip.PrefixFrom(p.Addr(), p.Bits()+1), netip.PrefixFrom(second, p.Bits()+1)}
}
