package ruleset

import (
	"net/netip"
	"slices"
)

// fewSources is the largest number of sources that are compared with each other one by one. For more sources an
// index is faster.
const fewSources = 16

// holders finds which sources contain others. With many sources it does not compare every pair. For each source it
// picks one prefix, and compares only the sources that have a prefix over that one.
type holders struct {
	sources  []Sources // no two equal
	anyone   []int
	byPrefix map[netip.Prefix][]int // indexes into sources, by prefix
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

// holding returns the indexes of the other sources that contain sources[i].
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

// fewest returns the indexes of the sources that have a prefix over one prefix of s. It takes the prefix of s for
// which these are fewest.
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
