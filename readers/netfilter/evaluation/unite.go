package evaluation

import (
	"encoding/binary"
	"slices"

	"rolewall/readers/netfilter/bits"
	"rolewall/readers/netfilter/runs"
)

// own gives a record lists that no other record shares.
func (r *record) own() {
	if !r.owned {
		r.owned = true
		r.links, r.dests, r.a1, r.a2 = slices.Clone(r.links), slices.Clone(r.dests), slices.Clone(r.a1), slices.Clone(r.a2)
	}
}

// unite unites records that differ only in ports, then in source ports, in destinations, in interfaces.
func (v *survey) unite(list []record) []record {
	steps := []struct {
		key  func(b []byte, r *record) []byte
		join func(into, r *record)
	}{
		{keyOf(true, false, true, true, true), func(into, r *record) { into.a2 = append(into.a2, r.a2...) }},
		{keyOf(false, true, true, true, true), func(into, r *record) { into.a1 = append(into.a1, r.a1...) }},
		{keyOf(true, false, true, true, true), func(into, r *record) { into.a2 = append(into.a2, r.a2...) }},
		{keyOf(true, true, true, false, true), func(into, r *record) { or(into.dests, r.dests) }},
		{keyOf(true, true, false, true, true), func(into, r *record) { or(into.links, r.links) }},
		{keyOf(true, true, true, true, false), func(into, r *record) { into.from = v.From.Or(into.from, r.from) }},
	}
	for _, s := range steps {
		byKey := make(map[string]int, len(list))
		out := list[:0] // a record is read before its place is overwritten
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
				out[i].a1, out[i].a2 = runs.Join(out[i].a1), runs.Join(out[i].a2)
			}
		}
		list = out
	}
	return list
}

func or(into, b bits.Set) {
	for i := range into {
		into[i] |= b[i]
	}
}

// keyOf returns a function that makes a key from the chosen parts of a record.
func keyOf(a1, a2, links, dests, from bool) func([]byte, *record) []byte {
	return func(b []byte, r *record) []byte {
		b = binary.LittleEndian.AppendUint16(b, uint16(r.protocol))
		b = binary.LittleEndian.AppendUint64(b, uint64(r.cases))
		b = binary.LittleEndian.AppendUint64(b, uint64(r.path))
		b = append(b, r.nat...)
		if r.group {
			b = append(b, 1)
		}
		for i, list := range [][]runs.Run{r.a1, r.a2} {
			if i == 0 && !a1 || i == 1 && !a2 {
				continue
			}
			b = append(b, 0xff)
			for _, x := range list {
				b = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, x.First), x.Last)
			}
		}
		for i, list := range []bits.Set{r.links, r.dests} {
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
