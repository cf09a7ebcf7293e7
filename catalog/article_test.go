package catalog_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/ruleset"
)

// article is a table of the article, and the editions and tags for which it speaks.
type article struct {
	file  string
	rows  int
	tags  []string // a row of the catalog that has one of them must appear in the table, and the reverse
	holds func(row, ruleset.OS) bool
}

func old(os ruleset.OS) bool { return os.Before(ruleset.Windows2008) }

var articles = []article{
	{"article-2004", 172, []string{"KB-2004"}, func(_ row, os ruleset.OS) bool { return old(os) }},
	{"article-modern", 215, []string{"KB-2020", "KB-2023"}, func(_ row, os ruleset.OS) bool { return !old(os) }},
	{"article-prose", 18, []string{"KB-2004", "KB-2004-TEXT", "KB-2020", "KB-2023", "KB-2023-TEXT"}, func(r row, os ruleset.OS) bool {
		return r["texts"] == "all" || old(os) == (r["texts"] == "2004")
	}},
	{"article-sorted", 40, nil, func(row, ruleset.OS) bool { return true }},
}

// rowTags are the tags that a row of the catalog has if it comes from this row of the article.
func (a article) rowTags(r row) []string {
	switch {
	case a.file == "article-modern" && r["texts"] == "2020":
		return []string{"KB-2020"}
	case a.file == "article-modern":
		return []string{"KB-2023"}
	}
	return a.tags
}

func (a article) counts(r row) func(*catalog.Endpoint) bool {
	if a.tags == nil {
		return func(*catalog.Endpoint) bool { return true }
	}
	return tagged(a.rowTags(r)...)
}

// TestArticle compares every row of both editions of the article with what the catalog says on every Windows for
// which that edition speaks.
func TestArticle(t *testing.T) {
	c := defaultCatalog(t)
	for _, a := range articles {
		t.Run(a.file, func(t *testing.T) {
			rows := table(t, a.file+".tsv")
			if len(rows) != a.rows {
				t.Errorf("%d rows, not %d", len(rows), a.rows)
			}
			ds := differences{}
			for _, r := range rows {
				if r["flag"] == "duplicate" {
					twin := func(x row) bool {
						return x["flag"] != "duplicate" && x["service"] == r["service"] && x["port"] == r["port"]
					}
					if !slices.ContainsFunc(rows, twin) {
						t.Errorf("%v is not a duplicate", r)
					}
					continue
				}
				for _, os := range windows() {
					if a.holds(r, os) {
						ds.compareRow(c, a.file, r, os, a.counts(r))
					}
				}
			}
			ds.check(t, a.file)
		})
	}
}

// TestNothingInvented holds that every row of the catalog that names the article appears in that edition of it.
func TestNothingInvented(t *testing.T) {
	c := defaultCatalog(t)
	places := map[string][]string{ // tag, and the tables that must hold its rows
		"KB-2004": {"article-2004"}, "KB-2020": {"article-modern"}, "KB-2023": {"article-modern"},
		"KB-2004-TEXT": {"article-prose"}, "KB-2023-TEXT": {"article-prose"}, "KB-2023-SORTED": {"article-sorted"},
	}
	texts := map[string][]string{ // tag, and what the column texts may say then
		"KB-2020": {"2020"}, "KB-2023": {"2023", "both"}, "KB-2004-TEXT": {"2004", "all"}, "KB-2023-TEXT": {"modern", "all"},
	}
	ds := differences{}
	for tag, files := range places {
		known := map[string]bool{}
		for _, file := range files {
			for _, r := range table(t, file+".tsv") {
				if want := texts[tag]; want != nil && !slices.Contains(want, r["texts"]) {
					continue
				}
				for _, port := range r.ports() {
					known[r["service"]+"|"+r["app"]+"|"+port] = true
				}
			}
		}
		for _, name := range c.ServiceNames() {
			s, _ := c.Service(name)
			for i := range s.Endpoints {
				e := &s.Endpoints[i]
				if !slices.Contains(e.Sources, tag) || known[s.Name+"|"+e.App+"|"+e.Port()] {
					continue
				}
				for _, os := range windows() {
					ds.compare(difference{table: "invented", name: s.Name, app: e.App, port: e.Port()}, os, "absent", tag)
				}
			}
		}
	}
	ds.check(t, "invented")
}

// TestExtra compares the rows of other documents with the catalog.
func TestExtra(t *testing.T) {
	c := defaultCatalog(t)
	rows := table(t, "extra.tsv")
	if len(rows) != 118 {
		t.Errorf("%d rows, not 118", len(rows))
	}
	elsewhere := map[string]bool{}
	for _, r := range table(t, "article-modern.tsv") {
		elsewhere[r["service"]+"|"+r["port"]] = true
	}
	ds := differences{}
	for _, r := range rows {
		for _, os := range windows() {
			if !r.within(os) && elsewhere[r["service"]+"|"+r["port"]] {
				continue
			}
			ds.compareRow(c, "extra", r, os, func(e *catalog.Endpoint) bool {
				return !slices.ContainsFunc(r.list("sources"), func(tag string) bool { return !slices.Contains(e.Sources, tag) })
			})
		}
	}
	ds.check(t, "extra")
}

// TestLinuxTakesTheNewestRows holds that a row without a platform exists on linux exactly where the newest Windows has it.
func TestLinuxTakesTheNewestRows(t *testing.T) {
	c := defaultCatalog(t)
	all := windows()
	newest := all[len(all)-1]
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		for i := range s.Endpoints {
			e := &s.Endpoints[i]
			if s.Platform == "" && e.Platform == "" && (s.Has(newest) && e.Has(newest)) != (s.Has(ruleset.Linux) && e.Has(ruleset.Linux)) {
				t.Errorf("%s %s: %s and linux differ", name, e.Port(), newest)
			}
		}
	}
}

// TestArticleText holds that facts are written as the catalog writes them, so that no comparison fails by spelling.
func TestArticleText(t *testing.T) {
	c := defaultCatalog(t)
	for _, a := range append(slices.Clone(articles), article{file: "extra"}) {
		for _, r := range table(t, a.file+".tsv") {
			s, known := c.Service(r["service"])
			if !known || s.Name != r["service"] {
				t.Errorf("%s: no service %q", a.file, r["service"])
			}
			if f := r["feature"]; f != "" {
				if _, known := c.Feature(f); !known {
					t.Errorf("%s: %s %s: no feature %q", a.file, r["service"], r["port"], f)
				}
			}
			for _, column := range []string{"since", "until"} {
				if _, known := ruleset.ParseOS(r[column]); r[column] != "" && !known {
					t.Errorf("%s: %s %s: no edition %q", a.file, r["service"], r["port"], r[column])
				}
			}
			if strings.TrimSpace(r["app"]) != r["app"] || r["app"] == "" {
				t.Errorf("%s: %s %s: app %q", a.file, r["service"], r["port"], r["app"])
			}
		}
	}
}

// TestAsPublished holds what the feature as-published opens for every service on every Windows: beside what is open
// without it exactly the rows that the article of that edition lists, errata aside.
func TestAsPublished(t *testing.T) {
	c := defaultCatalog(t)
	for _, os := range windows() {
		t.Run(string(os), func(t *testing.T) {
			f := newFleet(fmt.Sprintf("os = %q", os))
			services := map[string]string{} // by host
			for i, name := range c.ServiceNames() {
				if s, _ := c.Service(name); s.Has(os) {
					plain, published := fmt.Sprintf("plain-%d", i), fmt.Sprintf("published-%d", i)
					f.host(plain, fmt.Sprintf("services = [%q]", name))
					f.host(published, fmt.Sprintf("services = [%q]", name), `features = ["as-published"]`)
					services[published] = name
				}
			}
			sets := f.resolve(t, c)
			for host, name := range services {
				want := opened(sets[strings.Replace(host, "published", "plain", 1)])
				maps.Copy(want, published(t, c, name, os))
				got := opened(sets[host])
				for _, key := range slices.Sorted(maps.Keys(union(want, got))) {
					if want[key] != got[key] {
						t.Errorf("%s: %s is open: %t", name, key, got[key])
					}
				}
			}
		})
	}
}

// opened lists what a rule set allows, by app and port.
func opened(rs *ruleset.RuleSet) map[string]bool {
	out := map[string]bool{}
	for _, r := range rs.Inbound {
		for _, reason := range r.Reasons {
			out[reason.App+", "+r.What()] = true
		}
	}
	return out
}

// published lists the rows of a service in the article of the edition, errata aside, in the form of opened. What the
// catalog means not to have there at all is left out: TestArticle holds it.
func published(t *testing.T, c *catalog.Catalog, service string, os ruleset.OS) map[string]bool {
	out := map[string]bool{}
	for _, a := range articles[:2] {
		for _, r := range table(t, a.file+".tsv") {
			if r["service"] != service || r["flag"] == "erratum" || !r.within(os) || !a.holds(r, os) {
				continue
			}
			for _, port := range r.ports() {
				protocol, number, _ := strings.Cut(port, "/")
				if protocol == "icmpv6" && !os.Families().IPv6 || state(c, service, r["app"], port, os, a.counts(r)) == "absent" {
					continue
				}
				if number == "dynamic" {
					number = os.DynamicRange().String()
				}
				out[strings.TrimSpace(r["app"]+", "+protocol+" "+number)] = true
			}
		}
	}
	return out
}
