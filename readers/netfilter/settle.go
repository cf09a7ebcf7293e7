package netfilter

import "slices"

// settle works out which results hold whatever the conditions are, so that a condition is named only where it matters.
func (v *survey) settle(list []result) []result {
	u := v.from
	for range 100 { // each round shrinks something; more rounds than conditions are never of use
		if !v.combine(&list) {
			break
		}
	}
	// What holds under fewer assumptions takes the place of what holds under more.
	for i := range list {
		for j := range list {
			if i == j || list[i].passed != list[j].passed || !v.cases.covers(list[i].cases, list[j].cases) {
				continue
			}
			if list[i].cases == list[j].cases && i > j {
				continue
			}
			list[j].from = u.minus(list[j].from, list[i].from)
		}
	}
	list = slices.DeleteFunc(list, func(r result) bool { return r.from == 0 })
	return list
}

// combine unites results of which only one condition tells them apart. It reports whether it changed something.
func (v *survey) combine(list *[]result) bool {
	u := v.from
	changed := false
	for i := 0; i < len(*list); i++ {
		for j := i + 1; j < len(*list); j++ {
			a, b := &(*list)[i], &(*list)[j]
			if a.passed != b.passed || a.nat != b.nat && !a.passed {
				continue
			}
			c, ok := v.cases.opposite(a.cases, b.cases)
			if !ok {
				continue
			}
			both := u.and(a.from, b.from)
			if both == 0 {
				continue
			}
			x := *a
			x.from, x.cases = both, c
			if b.to != a.to { // which of the two is chance
				x.to += " or " + b.to
			}
			a.from, b.from = u.minus(a.from, both), u.minus(b.from, both)
			*list = append(*list, x)
			changed = true
		}
	}
	*list = slices.DeleteFunc(*list, func(r result) bool { return r.from == 0 })
	return changed
}

// certain is from where a packet of the point surely reaches the host itself, at the port that it asks for.
func (v *survey) certain(p point) setID {
	s := setID(0)
	for _, r := range p.results {
		if r.cases == 0 && r.nat == nil {
			s = v.from.or(s, r.from)
		}
	}
	return s
}

// fewPieces is up to how many pieces are compared with each other.
const fewPieces = 200

// simplify unites pieces that have met the same, and those that only a condition tells apart.
func (w *walk) simplify(list []piece) []piece {
	if len(list) < 2 || len(list) > fewPieces {
		return list
	}
	for changed := true; changed; {
		changed = false
		for i := 0; i < len(list); i++ {
			for j := i + 1; j < len(list); j++ {
				if list[i].state != list[j].state || list[i].path != list[j].path {
					continue
				}
				if list[i].cases == list[j].cases {
					list[i].from = w.p.from.or(list[i].from, list[j].from)
				} else if c, ok := w.p.cases.opposite(list[i].cases, list[j].cases); ok && list[i].from == list[j].from {
					list[i].cases = c
				} else {
					continue
				}
				list = append(list[:j], list[j+1:]...)
				changed = true
				j--
			}
		}
	}
	return list
}
