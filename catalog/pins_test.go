package catalog_test

import (
	"slices"
	"testing"

	"rolewall/catalog"
)

// TestPins compares the settings that pin ports with the facts, on every Windows.
func TestPins(t *testing.T) {
	c := defaultCatalog(t)
	ds := differences{}
	rows := table(t, "pins.tsv")
	for _, r := range rows {
		s, known := c.Service(r["service"])
		if !known {
			t.Errorf("pins.tsv: no service %q", r["service"])
			continue
		}
		i := slices.IndexFunc(s.Pins, func(p catalog.Pin) bool { return p.Place == r["place"] && p.Value == r["value"] && p.With.Value == "" })
		if i < 0 {
			t.Errorf("%s: no setting %s %s", s.Name, r["place"], r["value"])
			continue
		}
		p := s.Pins[i]
		if pins := p.Kind == "registry" || p.Kind == "command"; (pins && p.Kind != r["kind"]) || (!pins && r["kind"] != "other") {
			t.Errorf("%s %s: kind %s, not %s", s.Name, p.Title, p.Kind, r["kind"])
		}
		if r["kind"] != "other" && p.Type != r["type"] || p.Restart != r["restart"] || p.Source != r["sources"] {
			t.Errorf("%s %s: %q %q %q, not %q %q %q", s.Name, p.Title, p.Type, p.Restart, p.Source, r["type"], r["restart"], r["sources"])
		}
		for _, os := range windows() {
			has := map[bool]string{true: "exists", false: "absent"}
			ds.compare(difference{table: "pins", name: s.Name, app: p.Title}, os, has[r.within(os)], has[p.Has(os) && s.Has(os)])
		}
	}
	ds.check(t, "pins")
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		for _, p := range s.Pins {
			if !slices.ContainsFunc(rows, func(r row) bool { return r["service"] == s.Name && r["place"] == p.Place && r["value"] == p.Value }) && p.Kind != "range" {
				t.Errorf("%s: the facts know no setting %s", s.Name, p.Title)
			}
		}
	}
}
