package compare

import (
	"slices"
	"strings"
)

// Said is what a policy says of a host that stands in no rule set. Only another policy can be compared with it.
type Said struct {
	Targets []string
	Filters []string // of the targets those whose scripts filter packets
	Access  string   // "network" or "console"
}

// NoFilter is what the fact "filter" says of a host none of whose targets filters packets.
const NoFilter = "NONE"

// compareSaid finds what differs where both sides are policies. That a host is left without a filter is a fact of its
// own: which targets are lists and which are firewalls, not every reader knows.
func compareSaid(before, after *Said) []Fact {
	if before == nil || after == nil {
		return nil
	}
	var out []Fact
	value := func(name, old, new string) {
		if old != new {
			out = append(out, Fact{Name: name, Before: old, After: new})
		}
	}
	value("targets", listed(before.Targets, "none"), listed(after.Targets, "none"))
	if len(before.Filters) == 0 || len(after.Filters) == 0 {
		value("filter", listed(before.Filters, NoFilter), listed(after.Filters, NoFilter))
	}
	value("access", before.Access, after.Access)
	return out
}

// listed joins words in an order of its own, since that of a policy says nothing.
func listed(words []string, none string) string {
	if len(words) == 0 {
		return none
	}
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(words))), ", ")
}

// LeavesNoFilter reports whether a target filtered the hosts' packets before, and none does after.
func (f Fact) LeavesNoFilter() bool { return f.Name == "filter" && f.After == NoFilter }

// Unfiltered are the hosts that are left with no filter.
func (r *Report) Unfiltered() []string {
	var out []string
	for _, f := range r.Facts {
		if f.LeavesNoFilter() {
			out = append(out, f.Hosts...)
		}
	}
	return out
}
