package linux

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Element is one element of a set of ports, ICMP types or protocols, with an annotation for every rule that opens
// it.
type Element[K any] struct {
	Key         K
	Annotations []Annotation
}

// Annotation says why a rule opens an element.
type Annotation struct {
	Part  string            // what the rule opens, if that is less than the element
	Range ruleset.PortRange // what the rule opens; zero if the element is not a range of ports
	Why   string            // reasons and rule IDs, safe behind a comment mark
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

// mergeEqual unites equal keys into one element each, and sorts them.
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

// mergePorts unites ranges that touch or overlap, since a set of intervals cannot hold a port twice. If a rule
// opens only a part of the united range, its annotation names the part.
func mergePorts(all []annotated[ruleset.PortRange]) []Element[ruleset.PortRange] {
	ranges := make([]ruleset.PortRange, len(all))
	for i, x := range all {
		ranges[i] = x.key
	}
	var out []Element[ruleset.PortRange]
	for _, united := range ruleset.NewPorts(ranges...) {
		out = append(out, Element[ruleset.PortRange]{Key: united})
	}
	for _, x := range all {
		i, _ := slices.BinarySearchFunc(out, x.key.First, func(e Element[ruleset.PortRange], first uint16) int { return cmp.Compare(e.Key.Last, first) })
		a := x.annotation
		a.Range = x.key
		if x.key != out[i].Key {
			a.Part = x.key.String()
		}
		out[i].Annotations = append(out[i].Annotations, a)
	}
	return out
}

// fewReasons is how many rules that begin earlier a segment names. Without this limit, n rules that overlap would
// need n lines with n reasons each.
const fewReasons = 20

// Segments splits the ranges of elements wherever a rule opens only a part, so that the same rules open all of a
// segment. Each segment has annotations of the rules that open it, and no parts. If there are many, it has those
// of the rules that begin with it, some others, and the number of the rest. So every rule is named somewhere.
func Segments(elements []Element[ruleset.PortRange]) []Element[ruleset.PortRange] {
	var out []Element[ruleset.PortRange]
	for _, e := range elements {
		open := newOpenRules(e.Annotations)
		for _, segment := range split(e) {
			s := Element[ruleset.PortRange]{Key: segment}
			named, left := open.at(segment.First)
			for _, i := range named {
				s.Annotations = append(s.Annotations, Annotation{Range: segment, Why: e.Annotations[i].Why})
			}
			if left > 0 {
				s.Annotations = append(s.Annotations, Annotation{Range: segment, Why: fmt.Sprintf("and %d more rules, named where they begin", left)})
			}
			out = append(out, s)
		}
	}
	return out
}

// openRules walks upwards over ports and keeps the rules that open the present port. Rules are indexes into
// annotations.
type openRules struct {
	annotations []Annotation
	byFirst     []int // rules that have not begun
	byLast      []int // rules that have not ended
	now         []int // rules that are open, sorted
}

func newOpenRules(annotations []Annotation) *openRules {
	o := &openRules{annotations: annotations, byFirst: make([]int, len(annotations))}
	for i := range annotations {
		o.byFirst[i] = i
	}
	o.byLast = slices.Clone(o.byFirst)
	slices.SortStableFunc(o.byFirst, func(a, b int) int { return cmp.Compare(annotations[a].Range.First, annotations[b].Range.First) })
	slices.SortStableFunc(o.byLast, func(a, b int) int { return cmp.Compare(annotations[a].Range.Last, annotations[b].Range.Last) })
	return o
}

// at moves to a port at which a segment begins. It returns the rules that the segment names, in the order of the
// annotations, and the number of other rules that open it.
func (o *openRules) at(port uint16) (named []int, left int) {
	for len(o.byLast) > 0 && o.annotations[o.byLast[0]].Range.Last < port {
		i, _ := slices.BinarySearch(o.now, o.byLast[0])
		o.now = slices.Delete(o.now, i, i+1)
		o.byLast = o.byLast[1:]
	}
	named = slices.Clone(o.now[:min(fewReasons, len(o.now))])
	left = len(o.now) - len(named)
	for len(o.byFirst) > 0 && o.annotations[o.byFirst[0]].Range.First == port {
		i, _ := slices.BinarySearch(o.now, o.byFirst[0])
		o.now = slices.Insert(o.now, i, o.byFirst[0])
		named = append(named, o.byFirst[0])
		o.byFirst = o.byFirst[1:]
	}
	slices.Sort(named)
	return named, left
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
