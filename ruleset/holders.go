package ruleset

import (
	"net/netip"
	"slices"
)

// fewSources is up to how many sources are compared with each other, which is faster than an index.
const fewSources = 16

// holders finds which sources hold others. Of many it compares those alone that have a prefix over one of the others: over that
// which the fewest have.
type holders struct {
	sources  []Sources // no two equal
	anyone   []int
	byPrefix map[netip.Prefix][]int // places in sources, by prefix
	ipv4     []int                  // lengths of the prefixes
	ipv6     []int
}

func newHolders(sources []Sources) *holders {
	x := &holders{sources: sources}
	if len(sources) <= fewSources {
		return x
	}
	x.byPrefix = map[netip.Prefix][]int{}
	for i, s := range sources {
		if s.IsAnyone() {
			x.anyone = append(x.anyone, i)
		}
		for _, p := range s.Prefixes() {
			x.byPrefix[p] = append(x.byPrefix[p], i)
			if lengths := x.lengths(p); !slices.Contains(*lengths, p.Bits()) {
				*lengths = append(*lengths, p.Bits())
			}
		}
	}
	return x
}

func (x *holders) lengths(p netip.Prefix) *[]int {
	if p.Addr().Is4() {
		return &x.ipv4
	}
	return &x.ipv6
}

// holding lists the places of sources that hold all of those at i, themselves aside.
func (x *holders) holding(i int) []int {
	var out []int
	note := func(j int) {
		if j != i && x.sources[j].Contains(x.sources[i]) {
			out = append(out, j)
		}
	}
	if x.byPrefix == nil {
		for j := range x.sources {
			note(j)
		}
		return out
	}
	for _, j := range slices.Concat(x.anyone, x.fewest(x.sources[i])) {
		note(j)
	}
	return out
}

// fewest lists the sources that have a prefix over one of s: over that which the fewest have.
func (x *holders) fewest(s Sources) []int {
	var best []int
	for n, p := range s.Prefixes() {
		var over []int
		for _, bits := range *x.lengths(p) {
			if bits <= p.Bits() {
				over = append(over, x.byPrefix[netip.PrefixFrom(p.Addr(), bits).Masked()]...)
			}
		}
		if n == 0 || len(over) < len(best) {
			best = over
		}
		if len(best) <= 1 {
			break
		}
	}
	return best
}
