package drift

import (
	"cmp"
	"slices"

	"rolewall/ruleset"
)

// cover holds which sources rules allow for each kind of traffic, as a list of segments for each binding. It
// quickly shows for most hosts that nothing differs, so that rules need not be compared one by one.
type cover struct{ byBinding map[string][]segment }

// segment is a run of numbers (see ruleset.Interval) for which the same sources are allowed.
type segment struct {
	ruleset.Interval
	from ruleset.Prefixes
}

// binding returns what two rules must share, besides traffic and sources, to allow the same packets.
func binding(r *ruleset.Rule) string {
	if r.Listener.IsZero() && r.RPC == ruleset.NoRPC && !r.IPsecOnly && !r.Qualified() {
		return ""
	}
	only := r.Only()
	if r.IPsecOnly {
		only += ", decrypted"
	}
	return r.Listener.Program + "\x00" + r.Listener.Service + "\x00" + string(r.RPC) + "\x00" + only
}

func newCover(rules []*ruleset.Rule) cover {
	pieces := map[string][]segment{}
	for _, r := range rules {
		if from := r.Remote.Prefixes(); len(from) > 0 {
			key := binding(r)
			for _, i := range r.Intervals() {
				pieces[key] = append(pieces[key], segment{i, from})
			}
		}
	}
	for key, list := range pieces {
		pieces[key] = disjoint(list)
	}
	return cover{pieces}
}

// disjoint cuts segments where others begin and end, and unites the sources of equal segments.
func disjoint(list []segment) []segment {
	slices.SortFunc(list, func(a, b segment) int { return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last)) })
	overlap := false
	for i := 1; i < len(list) && !overlap; i++ {
		overlap = list[i].First <= list[i-1].Last
	}
	if !overlap {
		return list
	}
	var cuts []uint32 // where segments begin
	for _, s := range list {
		cuts = append(cuts, s.First, s.Last+1)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out, active []segment
	var from []ruleset.Prefixes
	next := 0
	for i := 0; i+1 < len(cuts); i++ {
		for next < len(list) && list[next].First <= cuts[i] {
			active = append(active, list[next])
			next++
		}
		active = slices.DeleteFunc(active, func(s segment) bool { return s.Last < cuts[i] })
		if len(active) == 0 {
			continue
		}
		from = from[:0]
		for _, s := range active {
			from = append(from, s.from)
		}
		out = append(out, segment{ruleset.Interval{First: cuts[i], Last: cuts[i+1] - 1}, ruleset.Union(from...)})
	}
	return out
}

// has reports whether the cover allows everything that the rules allow, by rules with the same binding or without
// one. It may return false although several bindings together allow it.
func (c cover) has(rules []*ruleset.Rule) bool {
	for _, r := range rules {
		from := r.Remote.Prefixes()
		if len(from) == 0 {
			continue
		}
		key := binding(r)
		for _, i := range r.Intervals() {
			if !spans(c.byBinding[""], i, from) && (key == "" || !spans(c.byBinding[key], i, from)) {
				return false
			}
		}
	}
	return true
}

// spans reports whether segments allow the sources in all of an interval.
func spans(list []segment, i ruleset.Interval, from ruleset.Prefixes) bool {
	n, _ := slices.BinarySearchFunc(list, i.First, func(s segment, at uint32) int {
		if s.Last < at {
			return -1
		}
		return 1
	})
	for at := i.First; ; n++ {
		if n == len(list) || list[n].First > at || !list[n].from.Contains(from) {
			return false
		}
		if list[n].Last >= i.Last {
			return true
		}
		at = list[n].Last + 1
	}
}
