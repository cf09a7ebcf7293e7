package catalog

import (
	"slices"
	"strings"

	"rolewall/diag"
)

// Limits of what roles include. Each path to a service is a reason of a rule, so paths are counted.
const (
	maxIncludes = 16    // depth of roles that include roles
	maxWays     = 4_096 // number of paths from one role to roles and services
)

// includes follows the roles that roles include. It follows each role once.
type includes struct {
	catalog *Catalog
	errs    *diag.List
	done    map[string]extent
	cycles  map[string]bool // reported cycles, by the first of their roles in order of names
}

// extent says how much a role includes.
type extent struct {
	depth int // longest chain of included roles, with the role itself
	ways  int // number of paths to roles and services, with the role itself
}

func newIncludes(c *Catalog, errs *diag.List) *includes {
	return &includes{catalog: c, errs: errs, done: map[string]extent{}, cycles: map[string]bool{}}
}

// follow returns the extent of a role. It reports a role that includes itself or too much. A role that includes a
// reported one is not reported again. path leads to r from the role where the search began.
func (i *includes) follow(r *Role, path []string) extent {
	if known, done := i.done[r.Name]; done {
		return known
	}
	if at := slices.Index(path, r.Name); at >= 0 {
		i.reportCycle(path[at:])
		return extent{}
	}
	if len(path) >= maxIncludes {
		return extent{depth: 1} // the first role of the path is too deep and is reported
	}
	e := extent{1, 1 + len(r.Services)}
	isRefused := false
	for _, name := range r.Includes {
		if next, known := i.catalog.Role(name.Value); known {
			inner := i.follow(next, append(slices.Clip(path), r.Name))
			isRefused = isRefused || inner == extent{}
			e.depth, e.ways = max(e.depth, 1+inner.depth), e.ways+inner.ways
		}
	}
	switch {
	case isRefused:
		e = extent{}
	case e.depth > maxIncludes:
		i.errs.Add(r.Location.Pos(), "", "role %s includes roles more than %d deep", r.Name, maxIncludes)
		e = extent{}
	case e.ways > maxWays:
		i.errs.Add(r.Location.Pos(), "name what is included by several roles once", "role %s includes the same roles and services in more than %d ways", r.Name, maxWays)
		e = extent{}
	}
	i.done[r.Name] = e
	return e
}

// reportCycle reports a cycle of roles once, at the role whose name sorts first.
func (i *includes) reportCycle(cycle []string) {
	least := slices.Index(cycle, slices.Min(cycle))
	cycle = slices.Concat(cycle[least:], cycle[:least], cycle[least:least+1])
	if r, _ := i.catalog.Role(cycle[0]); !i.cycles[r.Name] {
		i.cycles[r.Name] = true
		i.errs.Add(r.Location.Pos(), "", "role %s includes itself: %s", r.Name, strings.Join(cycle, " > "))
	}
}
