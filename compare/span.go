package compare

import (
	"fmt"
	"slices"

	"rolewall/ruleset"
)

// span is an inclusive range of what a protocol numbers: ports, or ICMP types and codes as type*256+code. A protocol
// without numbers is the span 0 to 0.
type span struct{ first, last int }

func (s span) overlaps(t span) bool { return s.first <= t.last && t.first <= s.last }

// spansOf are the numbers of a rule.
func spansOf(r *ruleset.Rule) []span {
	var out []span
	switch {
	case r.Protocol.HasPorts():
		for _, p := range r.Ports {
			out = append(out, span{int(p.First), int(p.Last)})
		}
	case r.Protocol.HasTypes():
		for _, t := range r.ICMP {
			first := int(t.Type) << 8
			if t.HasCode {
				out = append(out, span{first + int(t.Code), first + int(t.Code)})
			} else {
				out = append(out, span{first, first + 255})
			}
		}
	default:
		out = []span{{0, 0}}
	}
	return out
}

// segments cuts the numbers that touched holds wherever a span of all begins or ends, so that each rule has all of a
// segment or nothing of it. The result is sorted and disjoint.
func segments(touched, all []span) []span {
	cuts := []int{}
	for _, s := range slices.Concat(touched, all) {
		cuts = append(cuts, s.first, s.last+1)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []span
	for i := 1; i < len(cuts); i++ {
		s := span{cuts[i-1], cuts[i] - 1}
		if slices.ContainsFunc(touched, s.overlaps) {
			out = append(out, s)
		}
	}
	return out
}

// portsOf turns segments back into ports.
func portsOf(spans []span) ruleset.Ports {
	ranges := make([]ruleset.PortRange, len(spans))
	for i, s := range spans {
		ranges[i] = ruleset.PortRange{First: uint16(s.first), Last: uint16(s.last)}
	}
	return ruleset.NewPorts(ranges...)
}

// typesOf turns segments back into ICMP types: a type all of whose codes are there is written without them.
func typesOf(spans []span) []ruleset.ICMPType {
	codes := map[int]int{}
	for _, s := range spans {
		for n := s.first; n <= s.last; n++ {
			codes[n>>8]++
		}
	}
	var out []ruleset.ICMPType
	for _, s := range spans {
		for n := s.first; n <= s.last; n++ {
			t := ruleset.ICMPType{Type: uint8(n >> 8), Code: uint8(n), HasCode: true}
			if codes[n>>8] == 256 {
				t.Code, t.HasCode = 0, false
			}
			out = append(out, t)
		}
	}
	slices.SortFunc(out, ruleset.ICMPType.Compare)
	return slices.Compact(out)
}

// typeTexts writes types in few words: codes that follow one another as "8:1-255". The list is sorted.
func typeTexts(types []ruleset.ICMPType) []string {
	var out []string
	for i := 0; i < len(types); {
		end := i + 1
		for end < len(types) && follows(types[end-1], types[end]) {
			end++
		}
		text := types[i].String()
		if end-i > 1 {
			text += fmt.Sprintf("-%d", types[end-1].Code)
		}
		out = append(out, text)
		i = end
	}
	return out
}

func follows(t, next ruleset.ICMPType) bool {
	return t.HasCode && next.HasCode && t.Type == next.Type && int(t.Code)+1 == int(next.Code)
}
