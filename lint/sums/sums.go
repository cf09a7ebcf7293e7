// Package sums caches what lint computes from the sources of a rule. The hosts of a fleet share the sources of their audiences, so
// a sum over thousands of addresses is computed once instead of once a host. Sources are compared by identity.
package sums

import "rolewall/ruleset"

// most limits how many results a table holds. A full one is emptied, so that fleets of any size take a bounded amount of memory.
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

// Remember returns the value of a key in a table. It works the value out when it is asked for the first time.
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

// Union returns the addresses of both.
func (s Sums) Union(a, b ruleset.Sources) ruleset.Sources {
	return Remember(s.unions, [2]ruleset.Sources{a, b}, func() ruleset.Sources { return a.Union(b) })
}

// Lacks returns the addresses of the families that are wanted and that the sources do not have. Where anyone is wanted, and the
// sources are not anyone, it is every address.
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
