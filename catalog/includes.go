package catalog

import (
	"slices"
	"strings"

	"rolewall/diag"
)

// Limits of what roles include. Every way to a service is a reason of its own for a rule, so ways are counted.
const (
	maxIncludes = 16    // roles that include each other
	maxWays     = 4_096 // to roles and services, from one role
)

// includes follows the roles that roles include. Each role is followed once.
type includes struct {
	catalog *Catalog
	errs    *diag.List
	done    map[string]extent
	cycles  map[string]bool // reported ones, by their least role
}

// extent is what a role includes.
type extent struct {
	depth int // roles inside each other, itself included
	ways  int // to roles and services, itself included
}

func newIncludes(c *Catalog, errs *diag.List) *includes {
	return &includes{catalog: c, errs: errs, done: map[string]extent{}, cycles: map[string]bool{}}
}

// follow returns the extent of a role, and reports a role that includes itself or too much. A role that includes such a role
// is not reported again. path leads to r from the role that is followed for its own sake.
func (i *includes) follow(r *Role, path []string) extent {
	if known, done := i.done[r.Name]; done {
		return known
	}
	if at := slices.Index(path, r.Name); at >= 0 {
		i.reportCycle(path[at:])
		return extent{}
	}
	if len(path) >= maxIncludes {
		return extent{depth: 1} // the first role of the path is too deep
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

// reportCycle reports roles that include each other, at the first by name.
func (i *includes) reportCycle(cycle []string) {
	least := slices.Index(cycle, slices.Min(cycle))
	cycle = slices.Concat(cycle[least:], cycle[:least], cycle[least:least+1])
	if r, _ := i.catalog.Role(cycle[0]); !i.cycles[r.Name] {
		i.cycles[r.Name] = true
		i.errs.Add(r.Location.Pos(), "", "role %s includes itself: %s", r.Name, strings.Join(cycle, " > "))
	}
}
