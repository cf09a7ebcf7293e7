package catalog_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/ruleset"
)

// owner writes a listener in one cell; "unknown" where the catalog binds none.
func owner(l ruleset.Listener) string {
	return cmp.Or(strings.TrimSpace(strings.ToLower(l.Program+" "+l.Service)), "unknown")
}

func (r row) owner() string {
	return owner(ruleset.Listener{Program: r["program"], Service: r["owner"]})
}

// is reports whether a listener that was seen is the one bound: to its program, and to its service or to none.
func (r row) is(bound string) bool {
	return bound == r.owner() || bound == owner(ruleset.Listener{Program: r["program"]})
}

// bound lists what the catalog binds the service's rows for a port to.
func bound(c *catalog.Catalog, service, port string, os ruleset.OS) []string {
	found := map[string]bool{}
	s, known := c.Service(service)
	if !known || !s.Has(os) {
		return nil
	}
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		if e.Port() == port && e.Has(os) && e.Never == "" {
			found[owner(c.Listener(e.Listener, os))] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// TestListenersSeen holds that a socket whose owner was seen is bound to that owner, and to nothing where the folder
// of the program was not seen.
func TestListenersSeen(t *testing.T) {
	c := defaultCatalog(t)
	ds := differences{}
	for _, r := range table(t, "listeners.tsv") {
		if _, known := c.Service(r["service"]); !known {
			t.Errorf("listeners.tsv: no service %q", r["service"])
		}
		for _, os := range windows() {
			got := bound(c, r["service"], r["port"], os)
			if !r.within(os) || slices.ContainsFunc(got, r.is) {
				continue
			}
			if len(got) == 0 {
				got = []string{"absent"}
			}
			ds.compare(difference{table: "listeners", name: r["service"], port: r["port"]}, os, r.owner(), strings.Join(got, " or "))
		}
	}
	ds.check(t, "listeners")
}

// TestListenersBound holds that the catalog binds a socket to a program only where the program was seen to own one,
// since a wrong program closes the port.
func TestListenersBound(t *testing.T) {
	c := defaultCatalog(t)
	seen := table(t, "listeners.tsv")
	ds := differences{}
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		for i := range s.Endpoints {
			e := &s.Endpoints[i]
			if e.Listener == "" || e.Listener == catalog.System || e.Listener == catalog.HTTP || e.Never != "" {
				continue
			}
			for _, os := range windows() {
				l := c.Listener(e.Listener, os)
				if !s.Has(os) || !e.Has(os) || l.IsZero() {
					continue
				}
				if !slices.ContainsFunc(seen, func(r row) bool { return r.within(os) && r.is(owner(l)) }) {
					ds.compare(difference{table: "bound", name: e.Listener}, os, "unknown", owner(l))
				}
			}
		}
	}
	ds.check(t, "bound")
}
