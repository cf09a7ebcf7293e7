package catalog_test

import (
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/ruleset"
)

// The facts in testdata/catalog were taken from the documents themselves, not from the catalog. What the catalog means
// to say otherwise is in differences.tsv, with its reason; an entry there that is true no more is a failure.

const factsDir = "../testdata/catalog/"

// row is a line of a table of facts, by column.
type row map[string]string

// table reads a file of tab-separated cells: remarks (#), one line of column names, then a row a line.
func table(t testing.TB, file string) []row {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(factsDir + file))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	var out []row
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if names == nil {
			names = cells
			continue
		}
		if len(cells) != len(names) {
			t.Fatalf("%s:%d: %d cells, not %d", file, i+1, len(cells), len(names))
		}
		r := row{}
		for j, name := range names {
			r[name] = cells[j]
		}
		out = append(out, r)
	}
	return out
}

// within reports whether a row holds on an edition.
func (r row) within(os ruleset.OS) bool {
	return os.Within(ruleset.OS(r["since"]), ruleset.OS(r["until"]))
}

// list is a cell with commas.
func (r row) list(column string) []string {
	if r[column] == "" {
		return nil
	}
	return strings.Split(r[column], ",")
}

// difference is a fact that the catalog says otherwise, on some editions.
type difference struct {
	table    string // of facts, without its ending
	name     string // of a service, role or listener
	app      string
	port     string
	editions string
	fact     string
	catalog  string
}

func (d difference) String() string {
	return strings.Join([]string{d.table, d.name, d.app, d.port, d.editions, d.fact, d.catalog}, "\t")
}

// differences gathers what a table's facts and the catalog disagree on.
type differences map[difference][]ruleset.OS

// compare notes a disagreement on one edition.
func (ds differences) compare(d difference, os ruleset.OS, fact, catalog string) {
	if fact == catalog {
		return
	}
	d.fact, d.catalog = fact, catalog
	if !slices.Contains(ds[d], os) {
		ds[d] = append(ds[d], os)
	}
}

// check compares what was found with what differences.tsv says of the table.
func (ds differences) check(t *testing.T, name string) {
	t.Helper()
	found := map[string]bool{}
	for d, list := range ds {
		d.editions = editions(list)
		found[d.String()] = true
	}
	meant := map[string]bool{}
	for _, r := range table(t, "differences.tsv") {
		if r["table"] != name {
			continue
		}
		d := difference{r["table"], r["name"], r["app"], r["port"], r["editions"], r["fact"], r["catalog"]}
		if meant[d.String()] {
			t.Errorf("differences.tsv says twice: %s", d)
		}
		meant[d.String()] = true
		if r["reason"] == "" {
			t.Errorf("differences.tsv gives no reason: %s", d)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(found)) {
		if !meant[line] {
			t.Errorf("the catalog differs from the facts; correct it, or say why in differences.tsv:\n%s", line)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(meant)) {
		if !found[line] {
			t.Errorf("differences.tsv speaks of a difference that is none:\n%s", line)
		}
	}
}

// editions writes a list of editions as runs: "windows-2000..windows-2003,windows-2012".
func editions(list []ruleset.OS) string {
	var runs []string
	all := windows()
	for i := 0; i < len(all); i++ {
		first := i
		for i < len(all) && slices.Contains(list, all[i]) {
			i++
		}
		switch i - first {
		case 0:
		case 1:
			runs = append(runs, string(all[first]))
		default:
			runs = append(runs, string(all[first])+".."+string(all[i-1]))
		}
	}
	return strings.Join(runs, ",")
}

// windows are the editions of Windows, oldest first.
func windows() []ruleset.OS {
	return slices.DeleteFunc(ruleset.AllOS(), func(os ruleset.OS) bool { return !os.IsWindows() })
}

func defaultCatalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// state is what the catalog makes of its rows for one thing on one edition: "open", "feature NAME", "never WHY",
// several of them, or "absent".
func state(c *catalog.Catalog, service, app, port string, os ruleset.OS, counts func(*catalog.Endpoint) bool) string {
	s, known := c.Service(service)
	if !known || !s.Has(os) {
		return "absent"
	}
	var states []string
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		if e.App != app || e.Port() != port || !e.Has(os) || !counts(e) {
			continue
		}
		switch {
		case e.Never != "":
			states = append(states, "never "+e.Never)
		case e.Feature != "":
			states = append(states, "feature "+e.Feature)
		default:
			states = append(states, "open")
		}
	}
	slices.SortFunc(states, func(a, b string) int {
		return cmp.Or(cmp.Compare(cmp.Compare(b, "open"), 0), strings.Compare(b, a))
	})
	return cmp.Or(strings.Join(slices.Compact(states), "+"), "absent")
}

// expected is what the flag of a fact asks for on one edition.
func (r row) expected(os ruleset.OS) string {
	if !r.within(os) {
		return "absent"
	}
	switch r["flag"] {
	case "erratum", "outbound", "loopback":
		return "never " + r["flag"]
	case "netbios":
		return "feature netbios"
	case "optional", "legacy", "doubtful", "farm":
		return strings.TrimSpace("feature " + r["feature"])
	}
	if r["feature"] != "" {
		return "feature " + r["feature"]
	}
	return "open"
}

// ports are the ports of a fact in the catalog's form: an echo is two rows, one a family.
func (r row) ports() []string {
	if r["port"] == "icmp" {
		return []string{"icmp/8", "icmpv6/128"}
	}
	return []string{r["port"]}
}

// compareRow compares one fact with the catalog on one edition.
func (ds differences) compareRow(c *catalog.Catalog, table string, r row, os ruleset.OS, counts func(*catalog.Endpoint) bool) {
	for _, port := range r.ports() {
		ds.compare(difference{table: table, name: r["service"], app: r["app"], port: r["port"]}, os,
			r.expected(os), state(c, r["service"], r["app"], port, os, counts))
	}
}

func tagged(tags ...string) func(*catalog.Endpoint) bool {
	return func(e *catalog.Endpoint) bool {
		return slices.ContainsFunc(tags, func(tag string) bool { return slices.Contains(e.Sources, tag) })
	}
}

// TestDifferencesName holds that differences.tsv speaks of tables that exist, of rows that no table of the article has
// (invented, TestNothingInvented), or of owners bound on editions where they were not seen (bound, TestListenersBound).
func TestDifferencesName(t *testing.T) {
	for _, r := range table(t, "differences.tsv") {
		if _, err := os.Stat(filepath.FromSlash(factsDir + r["table"] + ".tsv")); err != nil && r["table"] != "invented" && r["table"] != "bound" {
			t.Errorf("differences.tsv: no table %q", r["table"])
		}
	}
}
