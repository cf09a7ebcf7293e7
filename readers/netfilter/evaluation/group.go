package evaluation

import (
	"slices"

	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/bits"
	"rolewall/readers/netfilter/runs"
	"rolewall/readers/netfilter/universe"
	"rolewall/readers/netfilter/walk"
	"rolewall/ruleset"
)

// groups returns what rules open only to multicast and broadcast addresses. It ignores a policy that accepts
// everything else, since that says nothing about these.
func (v *survey) groups(own []record, all map[[2]int]universe.Set) []record {
	var list []record
	anywhere := v.From.All
	for key, s := range all {
		if v.dests[key[1]].Kind == netfilter.TypeLocal {
			anywhere = v.From.And(anywhere, s)
		}
	}
	alike := v.ownResults()
	for _, p := range v.points {
		if v.tooLarge() {
			return nil
		}
		if v.dests[p.dest].Kind == netfilter.TypeLocal || p.invalid || len(p.results) == 0 || alike[p.place()] == &p.results[0] {
			continue
		}
		for _, r := range p.results {
			in := v.From.Minus(r.From, anywhere)
			if in == 0 || r.Passed || r.Path == 0 {
				continue
			}
			for _, n := range p.protocols {
				if v.foreignICMP(n) {
					continue
				}
				rec := v.record(p, r, ruleset.Protocol(n), in)
				rec.group, rec.unnamed = true, len(p.protocols) > manyProtocols
				list = append(list, rec)
			}
		}
	}
	if len(list) == 0 {
		return nil
	}
	return v.beyond(v.unite(list), own)
}

// place identifies the traffic of a point without its destination.
type place struct {
	link     int
	protocol uint64
	a1, a2   runs.Run
}

func (p *point) place() place { return place{p.link, p.protocols[0], p.a1, p.a2} }

// ownResults returns the results of traffic to the host's own addresses. Points of one walk share their results,
// so the first result identifies all.
func (v *survey) ownResults() map[place]*walk.Result {
	out := map[place]*walk.Result{}
	for _, p := range v.points {
		if v.dests[p.dest].Kind == netfilter.TypeLocal && len(p.results) > 0 {
			out[p.place()] = &p.results[0]
		}
	}
	return out
}

// beyond returns what is open in list and not in own.
func (v *survey) beyond(list, own []record) []record {
	byProtocol := map[ruleset.Protocol][]record{}
	for _, r := range own {
		if r.cases == 0 && r.nat == "" || r.cases != 0 {
			byProtocol[r.protocol] = append(byProtocol[r.protocol], r)
		}
	}
	var out []record
	for _, r := range list {
		if v.tooLarge() {
			return nil
		}
		rest := []record{r}
		for _, o := range append(byProtocol[r.protocol], byProtocol[ruleset.AnyProtocol]...) {
			if portsApart(r, o) {
				continue
			}
			v.Budget.Spend(4 * len(rest))
			var left []record
			for _, x := range rest {
				left = append(left, v.subtract(x, o)...)
			}
			rest = left
		}
		out = append(out, rest...)
	}
	return out
}

// portsApart reports whether all ports of a record are below or above those of another. It is quick, since most are.
func portsApart(r, o record) bool {
	if len(r.a1) == 0 || len(o.a1) == 0 {
		return false
	}
	return r.a1[len(r.a1)-1].Last < o.a1[0].First || o.a1[len(o.a1)-1].Last < r.a1[0].First
}

// subtract returns the parts of a record for a group that are not in an own record.
func (v *survey) subtract(r, o record) []record {
	links := common64(r.links, o.links)
	if o.cases != 0 && o.cases != r.cases || o.nat != "" || links == nil || v.From.And(r.from, o.from) == 0 ||
		o.protocol != ruleset.AnyProtocol && (!runs.Contains(o.a2, r.a2) || r.a1 != nil && len(runs.And(r.a1, o.a1)) == 0) {
		return []record{r}
	}
	elsewhere := r
	elsewhere.links = slices.Clone(r.links)
	for i := range links {
		elsewhere.links[i] &^= links[i]
	}
	var out []record
	if !empty(elsewhere.links) {
		out = append(out, elsewhere)
	}
	r.links = links
	if o.protocol != ruleset.AnyProtocol && r.a1 != nil {
		outside := r
		outside.a1 = runs.Minus(r.a1, o.a1)
		if len(outside.a1) > 0 {
			out = append(out, outside)
		}
		r.a1 = runs.And(r.a1, o.a1)
	}
	r.from = v.From.Minus(r.from, o.from)
	if r.from != 0 {
		out = append(out, r)
	}
	return out
}

// common64 returns the numbers that are in both sets, or nil if there are none.
func common64(a, b bits.Set) bits.Set {
	out := slices.Clone(a)
	for i := range out {
		out[i] &= b[i]
	}
	if empty(out) {
		return nil
	}
	return out
}

func empty(b bits.Set) bool {
	return !slices.ContainsFunc(b, func(w uint64) bool { return w != 0 })
}
