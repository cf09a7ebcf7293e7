package lint

import (
	"rolewall/ruleset"
)

// span is a run of points in the space of all traffic, in which each port of TCP and UDP, each type with code of ICMP
// and ICMPv6, and each other protocol has a place. Rules can so be compared whatever they are about.
type span struct{ first, last uint32 }

// width is the room of one protocol.
const width = 1 << 16

// spans are the places that a rule lets in.
func spans(r *ruleset.Rule) []span {
	base := uint32(r.Protocol) * width
	var out []span
	switch {
	case r.Protocol == ruleset.AnyProtocol:
		return []span{{0, base - 1}}
	case r.Protocol.HasPorts():
		for _, p := range r.Ports {
			out = append(out, span{base + uint32(p.First), base + uint32(p.Last)})
		}
	case r.Protocol.HasTypes():
		for _, t := range r.ICMP {
			first := base + uint32(t.Type)<<8
			if t.HasCode {
				first += uint32(t.Code)
				out = append(out, span{first, first})
			} else {
				out = append(out, span{first, first + 255})
			}
		}
	default:
		return []span{{base, base + width - 1}}
	}
	return out
}

func (s span) holds(t span) bool { return s.first <= t.first && t.last <= s.last }

// meets reports whether two lists of spans share a place.
func meets(a, b []span) bool {
	for _, x := range a {
		for _, y := range b {
			if x.first <= y.last && y.first <= x.last {
				return true
			}
		}
	}
	return false
}

// within reports whether every place of a is in one span of b.
func within(a, b []span) bool {
	for _, x := range a {
		found := false
		for _, y := range b {
			found = found || y.holds(x)
		}
		if !found {
			return false
		}
	}
	return true
}
