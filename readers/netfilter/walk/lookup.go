package walk

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/universe"
)

// table is a set compiled for lookups by certain fields. Elements that differ only in their source are one group
// with a set of sources.
type table struct {
	fields  []netfilter.Field
	set     *netfilter.Set
	axis    int // the field by which groups are sorted; -1 for none
	ordered bool
	apart   bool // no source is in two groups
	groups  []group
	hits    []hit // what a lookup finds, where it is the same for every packet; nil before the first
}

// group holds what its elements have in common, except the source.
type group struct {
	key     []netfilter.Key // as in the element; the key of the source is ignored
	sources *universe.Named // nil if no field is the source
	verdict *netfilter.Verdict
}

// newTable groups the elements of a set.
func newTable(fields []netfilter.Field, set *netfilter.Set) *table {
	t := &table{fields: fields, set: set, axis: -1}
	from := slices.Index(fields, netfilter.Saddr)
	ids := map[string]int{}
	var sources [][]netfilter.Span
	var key []byte
	for _, e := range set.Elements {
		if len(e.Key) != len(fields) {
			continue
		}
		key = key[:0]
		for i, k := range e.Key {
			if i == from {
				continue
			}
			for _, v := range []uint64{k.First.Hi, k.First.Lo, k.Last.Hi, k.Last.Lo} {
				key = binary.LittleEndian.AppendUint64(key, v)
			}
			key = append(append(key, k.Name...), 0)
		}
		if v := e.Verdict; v != nil {
			key = append(append(key, byte(v.Kind)), v.Chain...)
		}
		n, known := ids[string(key)]
		if !known {
			n = len(t.groups)
			ids[string(key)] = n
			t.groups = append(t.groups, group{key: e.Key, verdict: e.Verdict})
			sources = append(sources, nil)
		}
		if from >= 0 {
			sources[n] = append(sources[n], e.Key[from].Span)
		}
	}
	if from >= 0 {
		for i := range t.groups {
			sources[i] = netfilter.JoinSpans(sources[i])
			t.groups[i].sources = &universe.Named{Spans: sources[i]}
		}
		t.apart = areApart(slices.Concat(sources...))
	}
	t.sort()
	return t
}

// areApart reports whether no value is in two of the spans.
func areApart(spans []netfilter.Span) bool {
	slices.SortFunc(spans, func(a, b netfilter.Span) int { return a.First.Compare(b.First) })
	for i := 1; i < len(spans); i++ {
		if spans[i].First.Compare(spans[i-1].Last) <= 0 {
			return false
		}
	}
	return true
}

// sort sorts the groups by one field, so that a lookup need not compare them all.
func (t *table) sort() {
	if len(t.groups) < 8 {
		return
	}
	for _, want := range []netfilter.Field{netfilter.Dport, netfilter.Sport, netfilter.Daddr, netfilter.CtOrigDport, netfilter.CtOrigDaddr, netfilter.Protocol} {
		if t.axis = slices.Index(t.fields, want); t.axis >= 0 {
			break
		}
	}
	if t.axis < 0 {
		return
	}
	slices.SortStableFunc(t.groups, func(a, b group) int {
		x, y := a.key[t.axis], b.key[t.axis]
		return cmp.Or(x.First.Compare(y.First), x.Last.Compare(y.Last))
	})
	t.ordered = true
	for i := 1; i < len(t.groups); i++ {
		x, y := t.groups[i-1].key[t.axis], t.groups[i].key[t.axis]
		if x.Span != y.Span && y.First.Compare(x.Last) <= 0 {
			t.ordered = false // a binary search would miss one of them
		}
	}
}

// candidates returns the groups of an ordered table that may match v, and the index of the first.
func (t *table) candidates(v netfilter.Value) ([]group, int) {
	first, _ := slices.BinarySearchFunc(t.groups, v, func(g group, v netfilter.Value) int { return g.key[t.axis].Last.Compare(v) })
	last := first
	for last < len(t.groups) && t.groups[last].key[t.axis].First.Compare(v) <= 0 {
		last++
	}
	return t.groups[first:last], first
}

// axisSpans returns the values of a field that elements name.
func (t *table) axisSpans(f netfilter.Field) []netfilter.Span {
	at := slices.Index(t.fields, f)
	if at < 0 {
		return nil
	}
	out := make([]netfilter.Span, 0, len(t.groups))
	for _, g := range t.groups {
		out = append(out, g.key[at].Span)
	}
	return out
}

// MatchesName reports whether the pattern of a rule matches a class of interfaces.
func MatchesName(pattern, class string) bool {
	start, wild := strings.CutSuffix(pattern, "*")
	if !wild {
		return pattern == class
	}
	return strings.HasPrefix(strings.TrimSuffix(class, "*"), start)
}
