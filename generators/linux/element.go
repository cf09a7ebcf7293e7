package linux

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Element is one element of a set of ports, ICMP types or protocols, with an annotation for every rule that opens it.
type Element[K any] struct {
	Key         K
	Annotations []Annotation
}

// Annotation says why a rule opens an element.
type Annotation struct {
	Part  string            // what the rule opens, where that is less than the element
	Range ruleset.PortRange // what the rule opens; zero where the element is not a range of ports
	Why   string            // reasons and rule IDs; harmless behind a comment mark
}

func annotate(r *ruleset.Rule) Annotation {
	return Annotation{Why: target.Remark(ruleset.ReasonText(r.Reasons), 240) + " [" + strings.Join(r.Labels(), " ") + "]"}
}

// annotated is what one rule adds to a set.
type annotated[K any] struct {
	key        K
	annotation Annotation
}

func annotateAll[K any](a Annotation, keys ...K) []annotated[K] {
	out := make([]annotated[K], len(keys))
	for i, k := range keys {
		out[i] = annotated[K]{k, a}
	}
	return out
}

// mergeEqual gathers equal keys into one element each, sorted.
func mergeEqual[K comparable](all []annotated[K], compare func(a, b K) int) []Element[K] {
	slices.SortStableFunc(all, func(a, b annotated[K]) int { return compare(a.key, b.key) })
	var out []Element[K]
	for _, x := range all {
		if n := len(out); n == 0 || out[n-1].Key != x.key {
			out = append(out, Element[K]{Key: x.key})
		}
		last := &out[len(out)-1]
		last.Annotations = append(last.Annotations, x.annotation)
	}
	return out
}

// mergePorts unites ranges that touch or overlap, since a set of intervals holds no port twice. The annotation of a rule
// for a part of the united range names the part.
func mergePorts(all []annotated[ruleset.PortRange]) []Element[ruleset.PortRange] {
	ranges := make([]ruleset.PortRange, len(all))
	for i, x := range all {
		ranges[i] = x.key
	}
	var out []Element[ruleset.PortRange]
	for _, united := range ruleset.NewPorts(ranges...) {
		e := Element[ruleset.PortRange]{Key: united}
		for _, x := range all {
			if !united.Contains(x.key) {
				continue
			}
			a := x.annotation
			a.Range = x.key
			if x.key != united {
				a.Part = x.key.String()
			}
			e.Annotations = append(e.Annotations, a)
		}
		out = append(out, e)
	}
	return out
}

// fewReasons is how many rules a segment names that begin before it. Without a bound, n rules that overlap take n lines of n
// reasons each.
const fewReasons = 20

// Segments splits the ranges of elements where a rule opens a part, so that every range is open for the same rules as a
// whole. Each segment has the annotations of the rules that open it, and no parts; of many, those that begin with the
// segment, some others, and the number of the rest. So every rule is named somewhere.
func Segments(elements []Element[ruleset.PortRange]) []Element[ruleset.PortRange] {
	var out []Element[ruleset.PortRange]
	for _, e := range elements {
		for _, segment := range split(e) {
			s := Element[ruleset.PortRange]{Key: segment}
			others, left := 0, 0
			for _, a := range e.Annotations {
				switch {
				case !a.Range.Contains(segment):
					continue
				case a.Range.First == segment.First:
				case others == fewReasons:
					left++
					continue
				default:
					others++
				}
				s.Annotations = append(s.Annotations, Annotation{Range: segment, Why: a.Why})
			}
			if left > 0 {
				s.Annotations = append(s.Annotations, Annotation{Range: segment, Why: fmt.Sprintf("and %d more rules, named where they begin", left)})
			}
			out = append(out, s)
		}
	}
	return out
}

// split cuts the range of an element at both ends of every part.
func split(e Element[ruleset.PortRange]) []ruleset.PortRange {
	firsts := []int{int(e.Key.First), int(e.Key.Last) + 1}
	for _, a := range e.Annotations {
		firsts = append(firsts, int(a.Range.First), int(a.Range.Last)+1)
	}
	slices.Sort(firsts)
	firsts = slices.Compact(firsts)
	var out []ruleset.PortRange
	for i := range len(firsts) - 1 {
		out = append(out, ruleset.PortRange{First: uint16(firsts[i]), Last: uint16(firsts[i+1] - 1)})
	}
	return out
}
