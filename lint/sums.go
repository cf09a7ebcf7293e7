package lint

import "rolewall/ruleset"

// maxSums limits how many results each table of sums holds. A full one is emptied, so that fleets of any size take a bounded
// amount of memory.
const maxSums = 1_000

// sums keeps what was worked out about sources. The hosts of a fleet share the sources of their audiences, so that a sum over
// thousands of addresses is worked out once, and not for every host. Sources are compared by identity.
type sums struct {
	unions  map[[2]ruleset.Sources]ruleset.Sources
	lacking map[lackingKey]ruleset.Prefixes
	denied  map[deniedKey]bool
}

type lackingKey struct {
	has, wanted ruleset.Sources
	families    ruleset.Families
}

type deniedKey struct {
	deny     *deny
	from     ruleset.Sources
	families ruleset.Families
}

func newSums() sums {
	return sums{map[[2]ruleset.Sources]ruleset.Sources{}, map[lackingKey]ruleset.Prefixes{}, map[deniedKey]bool{}}
}

// remember returns the value of a key, which it works out when it is asked for the first time.
func remember[K comparable, V any](table map[K]V, key K, work func() V) V {
	if known, has := table[key]; has {
		return known
	}
	if len(table) >= maxSums {
		clear(table)
	}
	made := work()
	table[key] = made
	return made
}

// union returns the addresses of both.
func (s sums) union(a, b ruleset.Sources) ruleset.Sources {
	return remember(s.unions, [2]ruleset.Sources{a, b}, func() ruleset.Sources { return a.Union(b) })
}

// lacks returns the addresses of the families that are wanted and that the sources do not have. Anyone who is wanted is every
// address.
func (s sums) lacks(has, wanted ruleset.Sources, families ruleset.Families) ruleset.Prefixes {
	return remember(s.lacking, lackingKey{has, wanted, families}, func() ruleset.Prefixes {
		switch {
		case has.IsAnyone():
			return nil
		case wanted.IsAnyone():
			return ruleset.AllAddresses(families)
		}
		return wanted.Restrict(families).Prefixes().Minus(has.Prefixes())
	})
}

// forbids reports whether a deny forbids some of the sources, in the families.
func (s sums) forbids(d *deny, from ruleset.Sources, families ruleset.Families) bool {
	return remember(s.denied, deniedKey{d, from, families}, func() bool { return d.forbids.ForbidsSome(from, families) })
}
