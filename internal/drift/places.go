package drift

import "rolewall/ruleset"

// places finds which of many rules, openings or changes have to do with some traffic.
type places[T any] struct {
	list    []T
	traffic func(T) ruleset.Traffic
	index   *ruleset.Index // nil until somebody asks: most hosts are as they should be
}

func newPlaces[T any](list []T, traffic func(T) ruleset.Traffic) *places[T] {
	return &places[T]{list: list, traffic: traffic}
}

// about returns what overlaps traffic, in the order of the list.
func (p *places[T]) about(t ruleset.Traffic) []T {
	if p.index == nil {
		p.index = ruleset.NewIndex(len(p.list), func(i int) []ruleset.Interval { return p.traffic(p.list[i]).Intervals() })
	}
	var out []T
	for _, i := range p.index.Overlapping(t.Intervals()...) {
		out = append(out, p.list[i])
	}
	return out
}

func placesOfRules(list []*ruleset.Rule) *places[*ruleset.Rule] {
	return newPlaces(list, func(r *ruleset.Rule) ruleset.Traffic { return r.Traffic })
}

func placesOfOpenings(list []opening) *places[opening] {
	return newPlaces(list, func(p opening) ruleset.Traffic { return p.rule.Traffic })
}
