// Package universe cuts the addresses of a family into classes that all rules of a host treat alike, and computes with
// sets of these classes. Add every set that a rule names, call Cut once, and then combine sets with And, Minus and
// Or. A Budget limits the work.
package universe

import (
	"cmp"
	"encoding/binary"
	"slices"

	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/budget"
	"rolewall/readers/netfilter/runs"
)

// Universe is the address space of one family, cut into classes. Addresses of one class are in the same sets of
// all that rules name. So a set of sources is a few numbers of classes, even if a rule names 100,000 addresses.
type Universe struct {
	v6     bool
	budget *budget.Budget
	named  [][]netfilter.Span // distinct sets that rules name, before the classes are made
	byNode map[*Named]int
	bySet  map[string]int // by addresses, since many rules name the same set

	ranges [][]netfilter.Span // of each class
	sets   [][]runs.Run       // distinct sets, by number
	ids    map[string]Set
	memo   map[uint64]Set
	ofName []Set
	All    Set
}

// Named is a set of addresses that a rule names. It is identified by its pointer.
type Named struct{ Spans []netfilter.Span }

// Set is the number of a set of classes. The empty set is 0.
type Set uint32

// New returns the address space of a family before any rule names a set. Its work is spent from b.
func New(v6 bool, b *budget.Budget) *Universe {
	return &Universe{v6: v6, budget: b, byNode: map[*Named]int{}, bySet: map[string]int{}, ids: map[string]Set{}, memo: map[uint64]Set{}}
}

// Add adds a set of addresses that a rule names. Call Cut before you use the set.
func (u *Universe) Add(n *Named) {
	if _, known := u.byNode[n]; known {
		return
	}
	spans := netfilter.JoinSpans(n.Spans)
	key := make([]byte, 0, 32*len(spans))
	for _, s := range spans {
		for _, x := range []uint64{s.First.Hi, s.First.Lo, s.Last.Hi, s.Last.Lo} {
			key = binary.LittleEndian.AppendUint64(key, x)
		}
	}
	at, known := u.bySet[string(key)]
	if !known {
		at = len(u.named)
		u.bySet[string(key)] = at
		u.named = append(u.named, spans)
	}
	u.byNode[n] = at
}

// Of returns the number of a set that was added.
func (u *Universe) Of(n *Named) Set { return u.ofName[u.byNode[n]] }

// Cut makes the classes. It visits the edges of all added sets in order. Each edge leads to another class. A
// second edge of the same set leads back. So a set of many addresses makes one class, and not one for each
// address. With byRule the numbers of classes follow the order of the rules, so that the sources that remain after a
// chain of rules are few runs.
func (u *Universe) Cut(byRule bool) {
	type edge struct {
		at   netfilter.Value
		ends bool
		set  int
	}
	var edges []edge
	last := netfilter.LastValue(u.v6)
	for i, spans := range u.named {
		for _, s := range spans {
			if s.First.Compare(last) > 0 {
				break // an address of the other family, which no rule of this one compares
			}
			edges = append(edges, edge{s.First, false, i})
			if s.Last.Compare(last) < 0 {
				edges = append(edges, edge{s.Last.Next(), true, i})
			}
		}
	}
	// Sets that begin at the same edge end in the opposite order, so that the classes on the way out are those on
	// the way in.
	slices.SortFunc(edges, func(a, b edge) int {
		switch c := a.at.Compare(b.at); {
		case c != 0:
			return c
		case a.ends != b.ends && a.ends:
			return -1
		case a.ends != b.ends:
			return 1
		case a.ends:
			return cmp.Compare(b.set, a.set)
		}
		return cmp.Compare(a.set, b.set)
	})
	across := map[[2]int]int{}
	members := [][]int{nil}
	u.ranges = [][]netfilter.Span{nil}
	class, start := 0, netfilter.Value{}
	for _, e := range edges {
		if e.at.Compare(start) > 0 {
			u.ranges[class] = append(u.ranges[class], netfilter.Span{First: start, Last: e.at.Prev()})
			start = e.at
		}
		to, known := across[[2]int{class, e.set}]
		if !known {
			if u.budget.Spend(budget.SpanCost * (1 + len(members[class]))); u.budget.Spent() {
				u.single()
				return
			}
			to = len(members)
			members = append(members, toggled(members[class], e.set))
			u.ranges = append(u.ranges, nil)
			across[[2]int{class, e.set}], across[[2]int{to, e.set}] = to, class
		}
		class = to
	}
	u.ranges[class] = append(u.ranges[class], netfilter.Span{First: start, Last: last})
	u.number(members, byRule)
}

// number numbers the classes that have addresses and makes the added sets of them. With byRule the classes of the
// first set come first, and those of no set last.
func (u *Universe) number(members [][]int, byRule bool) {
	var order []int
	for c, ranges := range u.ranges {
		if len(ranges) > 0 {
			order = append(order, c)
		}
	}
	if byRule {
		slices.SortFunc(order, func(a, b int) int {
			return cmp.Or(cmp.Compare(min(len(members[b]), 1), min(len(members[a]), 1)), slices.Compare(members[a], members[b]))
		})
	}
	ranges := make([][]netfilter.Span, len(order))
	of := make([][]runs.Run, len(u.named))
	for n, c := range order {
		ranges[n] = u.ranges[c]
		for _, s := range members[c] {
			of[s] = runs.Append(of[s], runs.Run{First: uint32(n), Last: uint32(n)})
		}
	}
	u.ranges = ranges
	u.intern(nil)
	u.All = u.intern([]runs.Run{{Last: uint32(len(order) - 1)}})
	for _, list := range of {
		u.ofName = append(u.ofName, u.intern(list))
	}
}

// single makes all addresses one class, where the sets that rules name are more than the budget has work for.
func (u *Universe) single() {
	u.ranges = [][]netfilter.Span{{{Last: netfilter.LastValue(u.v6)}}}
	u.intern(nil)
	u.All = u.intern([]runs.Run{{}})
	u.ofName = slices.Repeat([]Set{u.All}, len(u.named))
}

// toggled returns a sorted list with x added, or removed if it was there.
func toggled(list []int, x int) []int {
	at, found := slices.BinarySearch(list, x)
	out := slices.Clone(list)
	if found {
		return slices.Delete(out, at, at+1)
	}
	return slices.Insert(out, at, x)
}

func (u *Universe) intern(list []runs.Run) Set {
	key := make([]byte, 0, 8*len(list))
	for _, r := range list {
		key = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(key, r.First), r.Last)
	}
	if id, known := u.ids[string(key)]; known {
		return id
	}
	u.budget.Spend(budget.SpanCost * (1 + len(list)))
	id := Set(len(u.sets))
	u.sets = append(u.sets, list)
	u.ids[string(key)] = id
	return id
}

// Operations, as keys of the cache.
const (
	opAnd = iota
	opMinus
	opOr
)

func (u *Universe) remember(op int, a, b Set, work func(x, y []runs.Run) []runs.Run) Set {
	u.budget.Spend(budget.LookCost)
	key := uint64(op)<<62 | uint64(a)<<31 | uint64(b)
	if id, known := u.memo[key]; known {
		return id
	}
	u.budget.Spend(budget.SetCost + len(u.sets[a]) + len(u.sets[b]))
	id := u.intern(work(u.sets[a], u.sets[b]))
	u.memo[key] = id
	return id
}

// And returns the classes that are in both sets.
func (u *Universe) And(a, b Set) Set {
	switch {
	case a == u.All || a == b:
		return b
	case b == u.All:
		return a
	case a == 0 || b == 0:
		return 0
	}
	return u.remember(opAnd, min(a, b), max(a, b), runs.And)
}

// Minus returns the classes of a that are not in b.
func (u *Universe) Minus(a, b Set) Set {
	switch {
	case a == 0 || b == u.All || a == b:
		return 0
	case b == 0:
		return a
	}
	return u.remember(opMinus, a, b, runs.Minus)
}

// Or returns the classes that are in a or b.
func (u *Universe) Or(a, b Set) Set {
	switch {
	case a == u.All || b == u.All:
		return u.All
	case a == 0 || a == b:
		return b
	case b == 0:
		return a
	}
	return u.remember(opOr, min(a, b), max(a, b), runs.Or)
}

// Classes returns the addresses of each class, sorted. Call it after Cut.
func (u *Universe) Classes() [][]netfilter.Span { return u.ranges }

// Spans returns the addresses of a set, sorted.
func (u *Universe) Spans(id Set) []netfilter.Span {
	var out []netfilter.Span
	for _, r := range u.sets[id] {
		for c := r.First; c <= r.Last; c++ {
			out = append(out, u.ranges[c]...)
		}
	}
	return netfilter.JoinSpans(out)
}
