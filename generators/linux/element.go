package generators

import (
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// member is one element of a set of ports, ICMP types or protocols, with every rule's claim on it.
type member[K any] struct {
	key   K
	notes []note
}

// note says why one rule wants an element.
type note struct {
	what string // what the rule wants, where that is less than the element
	why  string // reasons and rule IDs; harmless behind a comment mark
}

func newNote(r *ruleset.Rule) note {
	return note{why: target.Remark(ruleset.ReasonText(r.Reasons), 240) + " [" + strings.Join(r.IDs(), " ") + "]"}
}

// claim is one rule's wish for one element.
type claim[K any] struct {
	key  K
	note note
}

func claims[K any](n note, keys ...K) []claim[K] {
	out := make([]claim[K], len(keys))
	for i, k := range keys {
		out[i] = claim[K]{k, n}
	}
	return out
}

// mergeEqual gathers the claims on one key into one element, sorted.
func mergeEqual[K comparable](all []claim[K], compare func(a, b K) int) []member[K] {
	slices.SortStableFunc(all, func(a, b claim[K]) int { return compare(a.key, b.key) })
	var out []member[K]
	for _, c := range all {
		if n := len(out); n == 0 || out[n-1].key != c.key {
			out = append(out, member[K]{key: c.key})
		}
		last := &out[len(out)-1]
		last.notes = append(last.notes, c.note)
	}
	return out
}

// mergePorts unites ranges that touch or overlap, since a set of intervals holds no port twice. A claim on a part of
// the united range says on which.
func mergePorts(all []claim[ruleset.PortRange]) []member[ruleset.PortRange] {
	ranges := make([]ruleset.PortRange, len(all))
	for i, c := range all {
		ranges[i] = c.key
	}
	var out []member[ruleset.PortRange]
	for _, united := range ruleset.NewPorts(ranges...) {
		e := member[ruleset.PortRange]{key: united}
		for _, c := range all {
			if !united.Contains(c.key) {
				continue
			}
			n := c.note
			if c.key != united {
				n.what = c.key.String()
			}
			e.notes = append(e.notes, n)
		}
		out = append(out, e)
	}
	return out
}
