package evaluation

import (
	"slices"

	"rolewall/readers/netfilter/universe"
	"rolewall/readers/netfilter/walk"
)

// settle finds the results that do not depend on a condition, so that openings name a condition only if it
// matters.
func (v *survey) settle(list []walk.Result) []walk.Result {
	u := v.From
	for range 100 { // each round reduces something; more rounds than conditions never help
		if !v.combine(&list) {
			break
		}
	}
	// A result with fewer assumptions replaces one with more, and the first one those with the same assumptions.
	type class struct {
		cases  walk.CaseID
		passed bool
	}
	var classes []class
	whole, before := map[class]universe.Set{}, map[class]universe.Set{}
	for _, r := range list {
		if v.tooLarge() {
			return nil
		}
		c := class{r.Cases, r.Passed}
		if _, known := whole[c]; !known {
			classes = append(classes, c)
		}
		whole[c] = u.Or(whole[c], r.From)
	}
	for i := range list {
		if v.tooLarge() {
			return nil
		}
		v.Budget.Spend(len(classes))
		r := &list[i]
		own, from := class{r.Cases, r.Passed}, r.From
		for _, c := range classes {
			if c.passed != r.Passed || !v.Cases.Covers(c.cases, r.Cases) {
				continue
			}
			if c == own {
				r.From = u.Minus(r.From, before[c])
			} else {
				r.From = u.Minus(r.From, whole[c])
			}
		}
		before[own] = u.Or(before[own], from)
	}
	list = slices.DeleteFunc(list, func(r walk.Result) bool { return r.From == 0 })
	return list
}

// combine unites results that differ in only one condition. It reports whether it changed anything.
func (v *survey) combine(list *[]walk.Result) bool {
	u := v.From
	changed := false
	if all := *list; !slices.ContainsFunc(all, func(r walk.Result) bool { return r.Cases != all[0].Cases }) {
		return false
	}
	for i := 0; i < len(*list) && !v.tooLarge(); i++ {
		v.Budget.Spend(1 + (len(*list)-i)/8)
		for j := i + 1; j < len(*list); j++ {
			a, b := &(*list)[i], &(*list)[j]
			if a.Passed != b.Passed || a.NAT != b.NAT && !a.Passed {
				continue
			}
			c, ok := v.Cases.Opposite(a.Cases, b.Cases)
			if !ok {
				continue
			}
			both := u.And(a.From, b.From)
			if both == 0 {
				continue
			}
			x := *a
			x.From, x.Cases = both, c
			if b.To != a.To { // either of the two may be taken
				x.To += " or " + b.To
			}
			a.From, b.From = u.Minus(a.From, both), u.Minus(b.From, both)
			*list = append(*list, x)
			changed = true
		}
	}
	*list = slices.DeleteFunc(*list, func(r walk.Result) bool { return r.From == 0 })
	return changed
}

// certain returns the sources from which a packet of the point reaches the host itself without any condition, at
// its original port.
func (v *survey) certain(p point) universe.Set {
	s := universe.Set(0)
	for _, r := range p.results {
		if r.Cases == 0 && r.NAT == nil {
			s = v.From.Or(s, r.From)
		}
	}
	return s
}
