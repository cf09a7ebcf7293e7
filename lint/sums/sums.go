// Package sums caches what lint computes from the sources of a rule. Hosts of a fleet share the sources of their
// audiences, so a sum over thousands of addresses is computed once and not for each host. Sources are compared by
// identity.
package sums

import "rolewall/ruleset"

// most limits the number of results in a table. A full table is emptied, so memory is bounded for fleets of any
// size.
const most = 1_000

// Sums holds unions and differences of sources.
type Sums struct {
	unions  map[[2]ruleset.Sources]ruleset.Sources
	lacking map[lackingKey]ruleset.Prefixes
}

type lackingKey struct {
	has, wanted ruleset.Sources
	families    ruleset.Families
}

// New returns Sums without results.
func New() Sums {
	return Sums{map[[2]ruleset.Sources]ruleset.Sources{}, map[lackingKey]ruleset.Prefixes{}}
}

// Remember returns the value of a key in a table. It computes the value if the table does not have it.
func Remember[K comparable, V any](table map[K]V, key K, work func() V) V {
	if known, has := table[key]; has {
		return known
	}
	if len(table) >= most {
		clear(table)
	}
	made := work()
	table[key] = made
	return made
}

// Union returns the addresses that are in a or b.
func (s Sums) Union(a, b ruleset.Sources) ruleset.Sources {
	return Remember(s.unions, [2]ruleset.Sources{a, b}, func() ruleset.Sources { return a.Union(b) })
}

// Lacks returns the addresses of the families that are in wanted and not in has. If wanted is anyone and has is
// not, it returns all addresses.
func (s Sums) Lacks(has, wanted ruleset.Sources, families ruleset.Families) ruleset.Prefixes {
	return Remember(s.lacking, lackingKey{has, wanted, families}, func() ruleset.Prefixes {
		switch {
		case has.IsAnyone():
			return nil
		case wanted.IsAnyone():
			return ruleset.AllAddresses(families)
		}
		return wanted.Restrict(families).Prefixes().Minus(has.Prefixes())
	})
}
