package evaluation

import (
	"encoding/binary"
	"slices"

	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/runs"
	"rolewall/readers/netfilter/universe"
	"rolewall/readers/netfilter/walk"
	"rolewall/ruleset"
)

// point is traffic that all rules treat alike, with its results.
type point struct {
	link, dest int
	protocols  []uint64
	a1, a2     runs.Run
	types      bool // a1 and a2 are ICMP type and code
	ports      bool
	invalid    bool // the packets open no connection
	results    []walk.Result
}

// survey computes the results of all traffic. It cuts the traffic into points, and walks once for all points in
// which the same rules match.
type survey struct {
	*walk.Program
	dests  []walk.Destination
	points []point
	memo   map[string][]walk.Result
	key    []byte

	remotes map[universe.Set]ruleset.Sources
}

func newSurvey(p *walk.Program) *survey {
	v := &survey{Program: p, dests: p.Destinations(), memo: map[string][]walk.Result{}, remotes: map[universe.Set]ruleset.Sources{}}
	for li, l := range p.Links {
		x := walk.Packet{P: p, Link: l}
		onLink := v.alive(p.Rules, &x, walk.LinkFields)
		for di, d := range v.dests {
			if d.Kind != netfilter.TypeLocal && !v.NamesDests {
				continue // rules for the host's addresses are also for groups
			}
			x.To, x.Kind, x.Asked = d.Address, d.Kind, d.Address
			toDest := v.alive(onLink, &x, walk.DestFields|walk.LinkFields)
			v.protocols(li, di, x, toDest)
		}
	}
	return v
}

// alive returns the rules that can still match, given the fields of the set.
func (v *survey) alive(rules []*walk.Step, x *walk.Packet, fields walk.FieldSet) []*walk.Step {
	var out []*walk.Step
	for _, s := range rules {
		if !v.dead(s, x, fields) {
			out = append(out, s)
		}
	}
	return out
}

func (v *survey) dead(s *walk.Step, x *walk.Packet, fields walk.FieldSet) bool {
	for i := range s.Ops[:s.Head] {
		o := &s.Ops[i]
		if o.Kind == walk.OpNever {
			return true
		}
		if o.Kind != walk.OpNames && o.Kind != walk.OpNumber && o.Kind != walk.OpTable {
			continue
		}
		if m := o.Expr.(*netfilter.Match); !fields.HasAll(m.Fields) {
			continue
		}
		if a, _ := x.Try(o, &walk.State{}); a == walk.No {
			return true
		}
	}
	return false
}

// spansIn returns the values of a field that rules name.
func spansIn(rules []*walk.Step, f netfilter.Field) []netfilter.Span {
	var out []netfilter.Span
	for _, s := range rules {
		for i := range s.Ops {
			out = append(out, s.Ops[i].SpansOf(f)...)
		}
	}
	return out
}

// cuts cuts the numbers from first to last at the ends of the spans, and returns the pieces.
func cuts(spans []netfilter.Span, first, last uint32) []runs.Run {
	starts := []uint32{first}
	for _, s := range spans {
		if s.First.Hi == 0 && s.First.Lo > uint64(first) && s.First.Lo <= uint64(last) {
			starts = append(starts, uint32(s.First.Lo))
		}
		if s.Last.Hi == 0 && s.Last.Lo >= uint64(first) && s.Last.Lo < uint64(last) {
			starts = append(starts, uint32(s.Last.Lo)+1)
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	out := make([]runs.Run, len(starts))
	for i, s := range starts {
		out[i] = runs.Run{First: s, Last: last}
		if i > 0 {
			out[i-1].Last = s - 1
		}
	}
	return out
}

// protocols cuts the traffic by protocol.
func (v *survey) protocols(li, di int, x walk.Packet, rules []*walk.Step) {
	spans := append(spansIn(rules, netfilter.Protocol), spansIn(rules, netfilter.NextHeader)...)
	for _, n := range []uint64{walk.ProtoICMP, walk.ProtoTCP, walk.ProtoUDP, walk.ProtoAH, walk.ProtoICMPv6} {
		spans = append(spans, netfilter.One(netfilter.Number(n)))
	}
	classes := map[string]int{} // protocols with the same set of live rules are one class
	var out []point
	var of [][]*walk.Step
	for _, r := range cuts(spans, 0, 255) {
		x.Proto = uint64(r.First)
		var numbers []uint64
		for n := r.First; n <= r.Last; n++ {
			if !v.V6 || !slices.Contains([]uint32{0, 43, 44, 59, 60}, n) { // not for extension headers
				numbers = append(numbers, uint64(n))
			}
		}
		if len(numbers) == 0 {
			continue
		}
		live := v.alive(rules, &x, walk.ProtocolFields|walk.DestFields|walk.LinkFields)
		special := walk.HasPorts(x.Proto) || x.Proto == walk.ProtoICMP || x.Proto == walk.ProtoICMPv6 || x.Proto == walk.ProtoAH
		key := v.key[:0]
		for _, s := range live {
			key = binary.LittleEndian.AppendUint32(key, uint32(s.Number))
		}
		v.key = key
		if n, known := classes[string(key)]; known && !special {
			out[n].protocols = append(out[n].protocols, numbers...)
			continue
		}
		if !special {
			classes[string(key)] = len(out)
		}
		out = append(out, point{link: li, dest: di, protocols: numbers})
		of = append(of, live)
	}
	for i, pt := range out {
		x.Proto = pt.protocols[0]
		v.ports(pt, x, of[i])
	}
}
