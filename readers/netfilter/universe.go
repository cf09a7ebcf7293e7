package netfilter

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// universe is the space of addresses of one family, cut into classes: addresses of one class lie in the same of all sets
// that rules name. A set of sources is then a few numbers of classes, even where a rule names 100,000 addresses.
type universe struct {
	v6     bool
	named  [][]Span // sets that rules name, before the classes are made
	byNode map[*nodeSpans]int

	ranges [][]Span // of each class
	sets   [][]run  // interned sets
	ids    map[string]setID
	memo   map[uint64]setID
	ofName []setID
	all    setID
}

// nodeSpans is a set of addresses that a rule names; its address is its identity.
type nodeSpans struct{ spans []Span }

// run is a run of classes, both ends included.
type run struct{ first, last uint32 }

// setID is an interned set of classes. The empty set is 0.
type setID uint32

func newUniverse(v6 bool) *universe {
	return &universe{v6: v6, byNode: map[*nodeSpans]int{}, ids: map[string]setID{}, memo: map[uint64]setID{}}
}

// add names a set of addresses. cut must follow before it is used.
func (u *universe) add(n *nodeSpans) {
	if _, known := u.byNode[n]; !known {
		u.byNode[n] = len(u.named)
		u.named = append(u.named, n.spans)
	}
}

// of returns the set that was named.
func (u *universe) of(n *nodeSpans) setID { return u.ofName[u.byNode[n]] }

// cut makes the classes. It walks over the edges of all named sets in order. Crossing an edge leads to another class; to
// cross an edge of the same set again leads back, so a set of many addresses makes one class and not one for each address.
func (u *universe) cut() {
	type edge struct {
		at  Value
		set int
	}
	var edges []edge
	last := lastValue(u.v6)
	for i, spans := range u.named {
		for _, s := range joinSpans(spans) {
			if s.First.compare(last) > 0 {
				break // an address of the other family, of which no rule of this one asks
			}
			edges = append(edges, edge{s.First, i})
			if s.Last.compare(last) < 0 {
				edges = append(edges, edge{s.Last.next(), i})
			}
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(a.at.compare(b.at), cmp.Compare(a.set, b.set)) })
	across := map[[2]int]int{}
	members := [][]int{nil}
	u.ranges = [][]Span{nil}
	class, start := 0, Value{}
	for _, e := range edges {
		if e.at.compare(start) > 0 {
			u.ranges[class] = append(u.ranges[class], Span{start, e.at.prev()})
			start = e.at
		}
		to, known := across[[2]int{class, e.set}]
		if !known {
			to = len(members)
			members = append(members, toggled(members[class], e.set))
			u.ranges = append(u.ranges, nil)
			across[[2]int{class, e.set}], across[[2]int{to, e.set}] = to, class
		}
		class = to
	}
	u.ranges[class] = append(u.ranges[class], Span{start, last})
	of := make([][]run, len(u.named))
	for c, in := range members {
		if len(u.ranges[c]) == 0 {
			continue
		}
		for _, s := range in {
			of[s] = appendRun(of[s], run{uint32(c), uint32(c)})
		}
	}
	u.intern(nil)
	u.all = u.intern([]run{{0, uint32(len(members) - 1)}})
	for _, runs := range of {
		u.ofName = append(u.ofName, u.intern(u.normal(runs)))
	}
}

// normal writes the set of every class that has an address in one way.
func (u *universe) normal(runs []run) []run {
	n := 0
	for _, r := range runs {
		for c := r.first; c <= r.last; c++ {
			if len(u.ranges[c]) > 0 {
				n++
			}
		}
	}
	full := 0
	for _, r := range u.ranges {
		if len(r) > 0 {
			full++
		}
	}
	if n == full {
		return u.sets[u.all]
	}
	return runs
}

// toggled returns a sorted list with x put in or taken out.
func toggled(list []int, x int) []int {
	at, found := slices.BinarySearch(list, x)
	out := slices.Clone(list)
	if found {
		return slices.Delete(out, at, at+1)
	}
	return slices.Insert(out, at, x)
}

func appendRun(list []run, r run) []run {
	if n := len(list); n > 0 && list[n-1].last+1 >= r.first {
		list[n-1].last = max(list[n-1].last, r.last)
		return list
	}
	return append(list, r)
}

func (u *universe) intern(runs []run) setID {
	key := make([]byte, 0, 8*len(runs))
	for _, r := range runs {
		key = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(key, r.first), r.last)
	}
	if id, known := u.ids[string(key)]; known {
		return id
	}
	id := setID(len(u.sets))
	u.sets = append(u.sets, runs)
	u.ids[string(key)] = id
	return id
}

// Operations for the memo.
const (
	opAnd = iota
	opMinus
	opOr
)

func (u *universe) remember(op int, a, b setID, work func(x, y []run) []run) setID {
	key := uint64(op)<<62 | uint64(a)<<31 | uint64(b)
	if id, known := u.memo[key]; known {
		return id
	}
	id := u.intern(work(u.sets[a], u.sets[b]))
	u.memo[key] = id
	return id
}

func (u *universe) and(a, b setID) setID {
	switch {
	case a == u.all || a == b:
		return b
	case b == u.all:
		return a
	case a == 0 || b == 0:
		return 0
	}
	return u.remember(opAnd, min(a, b), max(a, b), func(x, y []run) []run {
		var out []run
		for len(x) > 0 && len(y) > 0 {
			if first, last := max(x[0].first, y[0].first), min(x[0].last, y[0].last); first <= last {
				out = append(out, run{first, last})
			}
			if x[0].last < y[0].last {
				x = x[1:]
			} else {
				y = y[1:]
			}
		}
		return out
	})
}

func (u *universe) minus(a, b setID) setID {
	switch {
	case a == 0 || b == u.all || a == b:
		return 0
	case b == 0:
		return a
	}
	return u.remember(opMinus, a, b, func(x, y []run) []run {
		var out []run
		for _, r := range x {
			first := r.first
			for len(y) > 0 && y[0].last < first {
				y = y[1:]
			}
			rest, open := y, true
			for len(rest) > 0 && rest[0].first <= r.last {
				if rest[0].first > first {
					out = append(out, run{first, rest[0].first - 1})
				}
				if rest[0].last >= r.last {
					open = false
					break
				}
				first = rest[0].last + 1
				rest = rest[1:]
			}
			if open {
				out = append(out, run{first, r.last})
			}
		}
		return out
	})
}

func (u *universe) or(a, b setID) setID {
	switch {
	case a == u.all || b == u.all:
		return u.all
	case a == 0 || a == b:
		return b
	case b == 0:
		return a
	}
	return u.remember(opOr, min(a, b), max(a, b), func(x, y []run) []run {
		out := make([]run, 0, len(x)+len(y))
		for len(x) > 0 || len(y) > 0 {
			if len(y) == 0 || len(x) > 0 && x[0].first <= y[0].first {
				out = appendRun(out, x[0])
				x = x[1:]
			} else {
				out = appendRun(out, y[0])
				y = y[1:]
			}
		}
		return u.normal(out)
	})
}

// spans returns the addresses of a set, sorted.
func (u *universe) spans(id setID) []Span {
	var out []Span
	for _, r := range u.sets[id] {
		for c := r.first; c <= r.last; c++ {
			out = append(out, u.ranges[c]...)
		}
	}
	return joinSpans(out)
}
