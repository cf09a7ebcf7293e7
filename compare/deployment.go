package compare

import (
	"slices"
	"strings"
)

// Deployment is what a policy says about a host besides its rule set. It is compared only with that of another
// policy.
type Deployment struct {
	Targets []string
	Filters []string // targets of the host whose scripts filter packets
	Access  string   // "network" or "console"
}

// NoFilter is the value of the fact "filter" for a host without a target that filters packets.
const NoFilter = "NONE"

// compareDeployments finds what differs if both sides are policies. A host without a filter is a fact of its own,
// since not every reader knows which targets filter packets.
func compareDeployments(before, after *Deployment) []Fact {
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

// listed joins words in alphabetic order, since their order in a policy has no meaning.
func listed(words []string, none string) string {
	if len(words) == 0 {
		return none
	}
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(words))), ", ")
}

// LeavesNoFilter reports whether a target filtered the hosts' packets before and none does now.
func (f Fact) LeavesNoFilter() bool { return f.Name == "filter" && f.After == NoFilter }

// Unfiltered returns the hosts that lost their last filter.
func (r *Report) Unfiltered() []string {
	var out []string
	for _, f := range r.Facts {
		if f.LeavesNoFilter() {
			out = append(out, f.Hosts...)
		}
	}
	return out
}
