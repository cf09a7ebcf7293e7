package winstore

import (
	"net/netip"

	"rolewall/ruleset"
)

// addresses computes with sets of addresses and caches the results. Many rules of a host have the same sources and
// are cut by the same block rules. It identifies sets by their slices, which nobody changes.
type addresses struct {
	cuts  map[pair][2]ruleset.Prefixes
	names map[key]ruleset.Sources
}

// key identifies a slice.
type key struct {
	first *netip.Prefix
	n     int
}

type pair struct{ p, q key }

func keyOf(p ruleset.Prefixes) key {
	if len(p) == 0 {
		return key{}
	}
	return key{&p[0], len(p)}
}

func newAddresses() *addresses {
	return &addresses{map[pair][2]ruleset.Prefixes{}, map[key]ruleset.Sources{}}
}

// cut returns the part of p that is in q, and the rest of p.
func (a *addresses) cut(p, q ruleset.Prefixes) (shared, rest ruleset.Prefixes) {
	at := pair{keyOf(p), keyOf(q)}
	if known, done := a.cuts[at]; done {
		return known[0], known[1]
	}
	if rest = p.Minus(q); p.Contains(q) {
		shared = q
	} else {
		shared = p.Minus(rest)
	}
	a.cuts[at] = [2]ruleset.Prefixes{shared, rest}
	return shared, rest
}

// sources returns a set of addresses as the sources of a rule. All addresses that the protocol can have are
// anyone.
func (a *addresses) sources(p ruleset.Prefixes, proto ruleset.Protocol) ruleset.Sources {
	if p.Contains(allOf(proto.Families())) {
		return ruleset.Anyone()
	}
	at := keyOf(p)
	if _, known := a.names[at]; !known {
		a.names[at] = ruleset.NewSources(ruleset.AddressSet{Prefixes: p})
	}
	return a.names[at]
}
