package netfilter

import (
	"cmp"
	"encoding/binary"
	"slices"
)

func runsCommon(a, b []run) []run { return runsWithout(a, runsWithout(a, b)) }

// own gives a record lists that no other record shares.
func (r *record) own() {
	if !r.owned {
		r.owned = true
		r.links, r.dests, r.a1, r.a2 = slices.Clone(r.links), slices.Clone(r.dests), slices.Clone(r.a1), slices.Clone(r.a2)
	}
}

// unite unites records that differ in one thing alone: in ports, source ports, destinations, interfaces, in this order.
func (v *survey) unite(list []record) []record {
	steps := []struct {
		key  func(b []byte, r *record) []byte
		join func(into, r *record)
	}{
		{keyOf(false, true, true, true, true), func(into, r *record) { into.a1 = append(into.a1, r.a1...) }},
		{keyOf(true, false, true, true, true), func(into, r *record) { into.a2 = append(into.a2, r.a2...) }},
		{keyOf(false, true, true, true, true), func(into, r *record) { into.a1 = append(into.a1, r.a1...) }},
		{keyOf(true, true, true, false, true), func(into, r *record) { or(into.dests, r.dests) }},
		{keyOf(true, true, false, true, true), func(into, r *record) { or(into.links, r.links) }},
		{keyOf(true, true, true, true, false), func(into, r *record) { into.from = v.from.or(into.from, r.from) }},
	}
	for _, s := range steps {
		byKey := make(map[string]int, len(list))
		out := list[:0] // no record is written before it is read
		var key []byte
		for i := range list {
			r := list[i]
			key = s.key(key[:0], &r)
			if at, known := byKey[string(key)]; known {
				out[at].own()
				s.join(&out[at], &r)
				continue
			}
			byKey[string(key)] = len(out)
			r.owned = false
			out = append(out, r)
		}
		for i := range out {
			if out[i].owned {
				out[i].a1, out[i].a2 = joinRuns(out[i].a1), joinRuns(out[i].a2)
			}
		}
		list = out
	}
	return list
}

func or(into, b bits) {
	for i := range into {
		into[i] |= b[i]
	}
}

// keyOf returns what makes the key of a record of the parts that are asked for.
func keyOf(a1, a2, links, dests, from bool) func([]byte, *record) []byte {
	return func(b []byte, r *record) []byte {
		b = binary.LittleEndian.AppendUint16(b, uint16(r.protocol))
		b = binary.LittleEndian.AppendUint64(b, uint64(r.cases))
		b = binary.LittleEndian.AppendUint64(b, uint64(r.path))
		b = append(b, r.nat...)
		if r.group {
			b = append(b, 1)
		}
		for i, list := range [][]run{r.a1, r.a2} {
			if i == 0 && !a1 || i == 1 && !a2 {
				continue
			}
			b = append(b, 0xff)
			for _, x := range list {
				b = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, x.first), x.last)
			}
		}
		for i, list := range []bits{r.links, r.dests} {
			if i == 0 && !links || i == 1 && !dests {
				continue
			}
			for _, x := range list {
				b = binary.LittleEndian.AppendUint64(b, x)
			}
		}
		if from {
			b = binary.LittleEndian.AppendUint32(b, uint32(r.from))
		}
		return b
	}
}

func joinRuns(list []run) []run {
	if len(list) < 2 {
		return list
	}
	slices.SortFunc(list, func(a, b run) int { return cmp.Compare(a.first, b.first) })
	out := list[:0]
	for _, r := range list {
		out = appendRun(out, r)
	}
	return out
}

func runsHold(a, b []run) bool { return len(runsWithout(b, a)) == 0 }

func runsWithout(a, b []run) []run {
	var out []run
	for _, r := range a {
		first, open := r.first, true
		for _, x := range b {
			if x.last < first || x.first > r.last {
				continue
			}
			if x.first > first {
				out = append(out, run{first, x.first - 1})
			}
			if x.last >= r.last {
				open = false
				break
			}
			first = x.last + 1
		}
		if open {
			out = append(out, run{first, r.last})
		}
	}
	return out
}

// bits is a set of small numbers.
type bits []uint64

func newBits(n int) bits { return make(bits, (n+63)/64) }

func (b bits) has(n int) bool { return b[n>>6]>>(n&63)&1 != 0 }

func (b bits) set(n int) { b[n>>6] |= 1 << (n & 63) }

func (b bits) clear(n int) { b[n>>6] &^= 1 << (n & 63) }
