package ruleset

import (
	"cmp"
	"slices"
)

// Interval is a run of numbers, both ends included. Every kind of traffic has a number of its own: each port of
// TCP and UDP, each type and code of ICMP and ICMPv6, and each other protocol. So rules can be compared whatever
// their protocol is.
type Interval struct{ First, Last uint32 }

// protocolWidth is how many numbers one protocol has: one for each port, or for each pair of ICMP type and code.
const protocolWidth = 1 << 16

// Intervals returns the numbers of the traffic as sorted, disjoint intervals that never touch. AnyProtocol covers
// all numbers.
func (t Traffic) Intervals() []Interval {
	base := uint32(t.Protocol) * protocolWidth
	switch {
	case t.Protocol == AnyProtocol:
		return []Interval{{0, base - 1}}
	case t.Protocol.HasPorts():
		out := make([]Interval, len(t.Ports))
		for i, p := range t.Ports {
			out[i] = Interval{base + uint32(p.First), base + uint32(p.Last)}
		}
		return out
	case t.Protocol.HasTypes():
		out := make([]Interval, len(t.ICMP))
		for i, x := range t.ICMP {
			first := base + uint32(x.Type)<<8
			out[i] = Interval{first, first + 255}
			if x.HasCode {
				out[i] = Interval{first + uint32(x.Code), first + uint32(x.Code)}
			}
		}
		return join(out)
	}
	return []Interval{{base, base + protocolWidth - 1}}
}

// join sorts intervals and unites those that overlap or touch.
func join(list []Interval) []Interval {
	slices.SortFunc(list, func(i, j Interval) int { return cmp.Compare(i.First, j.First) })
	out := list[:0]
	for _, i := range list {
		if n := len(out); n > 0 && i.First <= out[n-1].Last+1 {
			out[n-1].Last = max(out[n-1].Last, i.Last)
			continue
		}
		out = append(out, i)
	}
	return out
}

// TrafficOf returns the traffic of protocol p in the given intervals, which must be numbers of p. An ICMP type is
// written without codes if all of its codes are there.
func TrafficOf(p Protocol, places []Interval) Traffic {
	t := Traffic{Protocol: p}
	base := uint32(p) * protocolWidth
	switch {
	case p.HasPorts():
		ranges := make([]PortRange, len(places))
		for i, x := range places {
			ranges[i] = PortRange{uint16(x.First - base), uint16(x.Last - base)}
		}
		t.Ports = NewPorts(ranges...)
	case p.HasTypes():
		t.ICMP = typesOf(base, places)
	}
	return t
}

func typesOf(base uint32, places []Interval) []ICMPType {
	var codes [256][256]bool
	var count [256]int
	for _, x := range places {
		for n := x.First - base; n <= x.Last-base; n++ {
			if at := &codes[n>>8][n&255]; !*at {
				*at = true
				count[n>>8]++
			}
		}
	}
	var out []ICMPType
	for typ, n := range count {
		switch n {
		case 0:
			continue
		case 256:
			out = append(out, ICMPType{Type: uint8(typ)})
			continue
		}
		for code := range 256 {
			if codes[typ][code] {
				out = append(out, ICMPType{Type: uint8(typ), Code: uint8(code), HasCode: true})
			}
		}
	}
	slices.SortFunc(out, ICMPType.Compare)
	return out
}

// Contains reports whether every point of j is in i.
func (i Interval) Contains(j Interval) bool { return i.First <= j.First && j.Last <= i.Last }

// Overlaps reports whether i and j share a point.
func (i Interval) Overlaps(j Interval) bool { return i.First <= j.Last && j.First <= i.Last }
