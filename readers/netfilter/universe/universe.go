package walk

import (
	"cmp"
	"encoding/binary"
	"rolewall/readers/netfilter"
	"slices"
)

// universe is the address space of one family, cut into classes. Addresses of one class are in the same sets of
// all that rules name. So a set of sources is a few numbers of classes, even if a rule names 100,000 addresses.
type universe struct {
	v6     bool
	budget *Budget
	named  [][]netfilter.Span // distinct sets that rules name, before the classes are made
	byNode map[*nodeSpans]int
	bySet  map[string]int // by addresses, since many rules name the same set

	ranges [][]netfilter.Span // of each class
	sets   [][]Run            // distinct sets, by number
	ids    map[string]SetID
	memo   map[uint64]SetID
	ofName []SetID
	All    SetID
}

// nodeSpans is a set of addresses that a rule names. It is identified by its pointer.
type nodeSpans struct{ Spans []netfilter.Span }

// Run is a range of classes, both ends included.
type Run struct{ First, Last uint32 }

// SetID is the number of a set of classes. The empty set is 0.
type SetID uint32

func newUniverse(v6 bool, budget *Budget) *universe {
	return &universe{v6: v6, budget: budget, byNode: map[*nodeSpans]int{}, bySet: map[string]int{}, ids: map[string]SetID{}, memo: map[uint64]SetID{}}
}

// add adds a set of addresses. Call cut before you use the set.
func (u *universe) add(n *nodeSpans) {
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

// of returns the number of a set that was added.
func (u *universe) of(n *nodeSpans) SetID { return u.ofName[u.byNode[n]] }

// cut makes the classes. It visits the edges of all added sets in order. Each edge leads to another class. A
// second edge of the same set leads back. So a set of many addresses makes one class, and not one for each
// address. With byRule the numbers of classes follow the order of the rules, so that the sources that remain after a
// chain of rules are few runs.
func (u *universe) cut(byRule bool) {
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
			if u.budget.Spend(spanCost * (1 + len(members[class]))); u.budget.Spent() {
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
func (u *universe) number(members [][]int, byRule bool) {
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
	of := make([][]Run, len(u.named))
	for n, c := range order {
		ranges[n] = u.ranges[c]
		for _, s := range members[c] {
			of[s] = AppendRun(of[s], Run{uint32(n), uint32(n)})
		}
	}
	u.ranges = ranges
	u.intern(nil)
	u.All = u.intern([]Run{{0, uint32(len(order) - 1)}})
	for _, runs := range of {
		u.ofName = append(u.ofName, u.intern(runs))
	}
}

// single makes all addresses one class, where the sets that rules name are more than the budget has work for.
func (u *universe) single() {
	u.ranges = [][]netfilter.Span{{{Last: netfilter.LastValue(u.v6)}}}
	u.intern(nil)
	u.All = u.intern([]Run{{}})
	u.ofName = slices.Repeat([]SetID{u.All}, len(u.named))
}

// The work of keeping sets.
const (
	spanCost = 4  // of a run, or of a member of a class
	setCost  = 20 // of the result of an operation
	lookCost = 4  // of finding a result that is known
)

// toggled returns a sorted list with x added, or removed if it was there.
func toggled(list []int, x int) []int {
	at, found := slices.BinarySearch(list, x)
	out := slices.Clone(list)
	if found {
		return slices.Delete(out, at, at+1)
	}
	return slices.Insert(out, at, x)
}

// AppendRun adds a run behind sorted ones. It extends the last one if the two touch.
func AppendRun(list []Run, r Run) []Run {
	if n := len(list); n > 0 && list[n-1].Last+1 >= r.First {
		list[n-1].Last = max(list[n-1].Last, r.Last)
		return list
	}
	return append(list, r)
}

func (u *universe) intern(runs []Run) SetID {
	key := make([]byte, 0, 8*len(runs))
	for _, r := range runs {
		key = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(key, r.First), r.Last)
	}
	if id, known := u.ids[string(key)]; known {
		return id
	}
	u.budget.Spend(spanCost * (1 + len(runs)))
	id := SetID(len(u.sets))
	u.sets = append(u.sets, runs)
	u.ids[string(key)] = id
	return id
}

// Operations, as keys of the cache.
const (
	opAnd = iota
	opMinus
	opOr
)

func (u *universe) remember(op int, a, b SetID, work func(x, y []Run) []Run) SetID {
	u.budget.Spend(lookCost)
	key := uint64(op)<<62 | uint64(a)<<31 | uint64(b)
	if id, known := u.memo[key]; known {
		return id
	}
	u.budget.Spend(setCost + len(u.sets[a]) + len(u.sets[b]))
	id := u.intern(work(u.sets[a], u.sets[b]))
	u.memo[key] = id
	return id
}

// And returns the classes that are in both sets.
func (u *universe) And(a, b SetID) SetID {
	switch {
	case a == u.All || a == b:
		return b
	case b == u.All:
		return a
	case a == 0 || b == 0:
		return 0
	}
	return u.remember(opAnd, min(a, b), max(a, b), func(x, y []Run) []Run {
		var out []Run
		for len(x) > 0 && len(y) > 0 {
			if first, last := max(x[0].First, y[0].First), min(x[0].Last, y[0].Last); first <= last {
				out = append(out, Run{first, last})
			}
			if x[0].Last < y[0].Last {
				x = x[1:]
			} else {
				y = y[1:]
			}
		}
		return out
	})
}

// Minus returns the classes of a that are not in b.
func (u *universe) Minus(a, b SetID) SetID {
	switch {
	case a == 0 || b == u.All || a == b:
		return 0
	case b == 0:
		return a
	}
	return u.remember(opMinus, a, b, func(x, y []Run) []Run {
		var out []Run
		for _, r := range x {
			first := r.First
			for len(y) > 0 && y[0].Last < first {
				y = y[1:]
			}
			rest, open := y, true
			for len(rest) > 0 && rest[0].First <= r.Last {
				if rest[0].First > first {
					out = append(out, Run{first, rest[0].First - 1})
				}
				if rest[0].Last >= r.Last {
					open = false
					break
				}
				first = rest[0].Last + 1
				rest = rest[1:]
			}
			if open {
				out = append(out, Run{first, r.Last})
			}
		}
		return out
	})
}

// Or returns the classes that are in a or b.
func (u *universe) Or(a, b SetID) SetID {
	switch {
	case a == u.All || b == u.All:
		return u.All
	case a == 0 || a == b:
		return b
	case b == 0:
		return a
	}
	return u.remember(opOr, min(a, b), max(a, b), func(x, y []Run) []Run {
		out := make([]Run, 0, len(x)+len(y))
		for len(x) > 0 || len(y) > 0 {
			if len(y) == 0 || len(x) > 0 && x[0].First <= y[0].First {
				out = AppendRun(out, x[0])
				x = x[1:]
			} else {
				out = AppendRun(out, y[0])
				y = y[1:]
			}
		}
		return out
	})
}

// Spans returns the addresses of a set, sorted.
func (u *universe) Spans(id SetID) []netfilter.Span {
	var out []netfilter.Span
	for _, r := range u.sets[id] {
		for c := r.First; c <= r.Last; c++ {
			out = append(out, u.ranges[c]...)
		}
	}
	return netfilter.JoinSpans(out)
}
