package compare

import (
	"slices"
	"strings"
)

// Deployment is what a policy says of a host beside its rule set. It can be compared only with that of another policy.
type Deployment struct {
	Targets []string
	Filters []string // of the targets those whose scripts filter packets
	Access  string   // "network" or "console"
}

// NoFilter is what the fact "filter" says of a host none of whose targets filters packets.
const NoFilter = "NONE"

// compareDeployments finds what differs where both sides are policies. A host without a filter is a fact of its own, since
// not every reader knows which targets are firewalls and which are lists.
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

// listed joins words in the order of the alphabet, since the order in a policy has no meaning.
func listed(words []string, none string) string {
	if len(words) == 0 {
		return none
	}
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(words))), ", ")
}

// LeavesNoFilter reports whether a target filtered the hosts' packets before and none does after.
func (f Fact) LeavesNoFilter() bool { return f.Name == "filter" && f.After == NoFilter }

// Unfiltered lists the hosts that are left without a filter.
func (r *Report) Unfiltered() []string {
	var out []string
	for _, f := range r.Facts {
		if f.LeavesNoFilter() {
			out = append(out, f.Hosts...)
		}
	}
	return out
}
