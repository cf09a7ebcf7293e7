package evaluation

import (
	"encoding/binary"
	"slices"

	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/bits"
	"rolewall/readers/netfilter/walk"
)

// at returns the results of the packet. Packets for which the same rules match in the same way share a walk.
func (v *survey) at(pt point, x walk.Packet, active bits.Set, special []specific) []walk.Result {
	key := binary.LittleEndian.AppendUint64(v.key[:0], x.State)
	all := active
	copied := false
	var tail []byte
	for _, c := range special {
		if !active.Has(c.Number) {
			continue
		}
		alive := true
		tail, alive = v.outcome(c.Step, &x, tail)
		if !alive {
			if !copied {
				all, copied = slices.Clone(active), true
			}
			all.Clear(c.Number)
		}
	}
	v.Budget.Spend(len(all)/8 + 1)
	for i, w := range all {
		if w != 0 { // few rules are about one port
			key = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint32(key, uint32(i)), w)
		}
	}
	key = append(binary.LittleEndian.AppendUint32(key, uint32(len(all))), tail...) // no word has this number
	if len(v.Hooks[netfilter.Ingress]) > 0 || v.alone(all) {
		for _, n := range []uint64{uint64(pt.link), uint64(pt.dest), x.Proto, x.A1, x.A2} {
			key = binary.LittleEndian.AppendUint64(key, n)
		}
	}
	v.key = key
	if r, known := v.memo[string(key)]; known {
		return r
	}
	w := &walk.Walk{Packet: &x, Active: all}
	if !copied {
		w.Active = slices.Clone(active)
	}
	r := v.settle(w.Follow())
	v.memo[string(key)] = r
	return r
}

// tooLarge reports whether the rules exceed the limits of an evaluation.
func (v *survey) tooLarge() bool { return v.Budget.Spent() }

// The work of what a survey keeps. Records take most of the memory, until they are united with others.
const (
	pointCost  = 20
	recordCost = 64
)

// outcome tries the ops of a rule that compare an axis, and appends their results to tail.
func (v *survey) outcome(s *walk.Step, x *walk.Packet, tail []byte) ([]byte, bool) {
	for i := range s.Ops {
		o := &s.Ops[i]
		fields := walk.FieldsOf(o.Expr)
		if !walk.Axes.HasAny(fields) {
			continue
		}
		if i >= s.Head && o.Kind != walk.OpMap || walk.WalkFields.HasAny(fields) {
			tail = binary.LittleEndian.AppendUint64(tail, x.A1<<32|x.A2)
			continue
		}
		if o.Kind == walk.OpMap {
			hits, k := x.Lookup(o.Table, &walk.State{})
			tail = append(tail, byte(k), byte(len(hits)))
			for _, h := range hits {
				tail = binary.LittleEndian.AppendUint64(tail, uint64(h.Group)<<32|uint64(h.From))
			}
			continue
		}
		a, from := x.Try(o, &walk.State{})
		if a == walk.No {
			return tail, false
		}
		tail = binary.LittleEndian.AppendUint32(tail, uint32(from))
	}
	return tail, true
}

// alone reports whether the result depends on more than which rules match. The walk is then only for this packet.
func (v *survey) alone(active bits.Set) bool {
	for _, s := range v.Loners {
		if active.Has(s.Number) {
			return true
		}
	}
	return false
}
