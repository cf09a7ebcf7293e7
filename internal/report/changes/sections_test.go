package changes

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/compare"
)

// TestSections: what many hosts share comes before what one of them has for itself, whether it is a change or a fact.
func TestSections(t *testing.T) {
	change := func(hosts ...string) compare.Change { return compare.Change{Kind: compare.Opened, Hosts: hosts} }
	fact := func(hosts ...string) compare.Fact { return compare.Fact{Name: "os", Hosts: hosts} }
	for _, c := range []struct {
		changes []compare.Change
		facts   []compare.Fact
		want    string
	}{
		{[]compare.Change{change("a", "b")}, []compare.Fact{fact("a")}, "a b: 1 0; a: 0 1; "},
		{[]compare.Change{change("a")}, []compare.Fact{fact("a", "b")}, "a b: 0 1; a: 1 0; "},
		{[]compare.Change{change("a", "c"), change("b")}, []compare.Fact{fact("a", "b"), fact("a", "c")}, "a b: 0 1; a c: 1 1; b: 1 0; "},
	} {
		var got strings.Builder
		for _, s := range sections(&compare.Report{Changes: c.changes, Facts: c.facts}) {
			fmt.Fprintf(&got, "%s: %d %d; ", strings.Join(s.hosts, " "), len(s.services), len(s.facts))
		}
		if got.String() != c.want {
			t.Errorf("got %s, want %s", got.String(), c.want)
		}
	}
}
