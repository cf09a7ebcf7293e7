package cover

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"rolewall/ruleset"
)

// point is one place of traffic from one address; the address is not valid for "any that nobody names".
type point struct {
	place uint32
	from  netip.Addr
}

// lets reports whether a piece allows a point, for a listener.
func (p Piece) lets(x point, bound string) bool {
	return (p.Bound == "" || p.Bound == bound) && (p.From.IsAnyone() || x.from.IsValid() && p.From.ContainsAddr(x.from)) &&
		slices.ContainsFunc(p.Spans, func(s ruleset.Interval) bool { return s.First <= x.place && x.place <= s.Last })
}

// pointsOf lists a point for every part of a piece that others may cut: where spans begin, from the first address of every
// prefix, and from the last one.
func pointsOf(p Piece, all []Piece) []point {
	addresses := []netip.Addr{{}}
	if !p.From.IsAnyone() {
		addresses = nil
	}
	var places []uint32
	for _, q := range all {
		for _, s := range q.Spans {
			places = append(places, s.First, s.Last, s.Last+1)
		}
		for _, x := range q.From.Prefixes() {
			bytes := x.Addr().As4()
			for bit := x.Bits(); bit < 32; bit++ {
				bytes[bit/8] |= 0x80 >> (bit % 8)
			}
			last := netip.AddrFrom4(bytes)
			addresses = append(addresses, x.Addr(), x.Addr().Prev(), last, last.Next())
		}
	}
	var out []point
	for _, place := range places {
		for _, from := range addresses {
			if x := (point{place, from}); p.lets(x, p.Bound) {
				out = append(out, x)
			}
		}
	}
	return out
}

// TestUnion compares what is found with a look at every point.
func TestUnion(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	covered, together := 0, 0
	for range 400 {
		pieces := make([]Piece, 2+r.IntN(16))
		for i := range pieces {
			pieces[i] = randomPiece(r)
		}
		x, gone := NewUnion(pieces), make([]bool, len(pieces))
		for i, p := range pieces {
			want := !slices.ContainsFunc(pointsOf(p, pieces), func(at point) bool {
				for j, q := range pieces {
					if j != i && !gone[j] && q.lets(at, p.Bound) {
						return false
					}
				}
				return true
			})
			got := x.Covering(i)
			if (got != nil) != want {
				t.Fatalf("%d of %+v without %v: covered by %v, want %v", i, pieces, gone, got, want)
			}
			if want {
				covered++
				if len(got) > 1 {
					together++
				}
				var those []Piece
				for _, j := range got {
					if gone[j] || j == i {
						t.Fatalf("%d of %+v without %v: %v", i, pieces, gone, got)
					}
					those = append(those, pieces[j])
				}
				if !NewUnion(those).Covers(p) {
					t.Fatalf("%d of %+v: %v do not allow it", i, pieces, got)
				}
				gone[i] = true
				x.Remove(i)
			}
		}
	}
	if covered < 200 || together < 20 {
		t.Errorf("only %d pieces were covered, %d by several", covered, together)
	}
}
