package netfilter

import (
	"encoding/binary"
	"slices"
)

// at returns what becomes of the packet. Packets for which the same rules match with the same outcome share a walk.
func (v *survey) at(pt point, x packet, active bits, special []specific) []result {
	key := binary.LittleEndian.AppendUint64(v.key[:0], x.state)
	all := active
	copied := false
	var tail []byte
	for _, c := range special {
		if !active.has(c.number) {
			continue
		}
		alive := true
		tail, alive = v.outcome(c.step, &x, tail)
		if !alive {
			if !copied {
				all, copied = slices.Clone(active), true
			}
			all.clear(c.number)
		}
	}
	v.work += len(all)/8 + 1
	for _, w := range all {
		key = binary.LittleEndian.AppendUint64(key, w)
	}
	key = append(key, tail...)
	if len(v.hooks[Ingress]) > 0 || v.alone(all) {
		for _, n := range []uint64{uint64(pt.link), uint64(pt.dest), x.proto, x.a1, x.a2} {
			key = binary.LittleEndian.AppendUint64(key, n)
		}
	}
	v.key = key
	if r, known := v.memo[string(key)]; known {
		return r
	}
	w := &walk{packet: &x, active: all}
	if !copied {
		w.active = slices.Clone(active)
	}
	r := v.settle(w.follow())
	v.memo[string(key)] = r
	return r
}

// tooLarge reports whether the rules are more than an evaluation follows.
func (v *survey) tooLarge() bool { return v.work > maxWork || len(v.points) > maxPoints }

// outcome tries those ops of a rule that name an axis, and writes down what they say.
func (v *survey) outcome(s *step, x *packet, tail []byte) ([]byte, bool) {
	for i := range s.ops {
		o := &s.ops[i]
		fields := fieldsOf(o.expr)
		if !axes.hasAny(fields) {
			continue
		}
		if i >= s.head && o.kind != opMap || walkFields.hasAny(fields) {
			tail = binary.LittleEndian.AppendUint64(tail, x.a1<<32|x.a2)
			continue
		}
		if o.kind == opMap {
			hits, k := x.lookup(o.table, &state{})
			tail = append(tail, byte(k), byte(len(hits)))
			for _, h := range hits {
				tail = binary.LittleEndian.AppendUint64(tail, uint64(h.group)<<32|uint64(h.from))
			}
			continue
		}
		a, from := x.try(o, &state{})
		if a == no {
			return tail, false
		}
		tail = binary.LittleEndian.AppendUint32(tail, uint32(from))
	}
	return tail, true
}

// alone reports whether a rule that can match asks for more than the rules that match tell: the walk is then of this packet alone.
func (v *survey) alone(active bits) bool {
	for _, s := range v.loners {
		if active.has(s.number) {
			return true
		}
	}
	return false
}
