package compare

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// overlapping is a rule set of n rules whose ports all overlap, each with a source and a reason of its own.
func overlapping(t *testing.T, n int) *ruleset.RuleSet {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "tcp/%d-%d from n%d=11.%d.%d.0/24 because r%d\n", 1000+i, 30000+i, i, i>>8, i&255, i)
	}
	return parseSet(t, b.String())
}

// TestTooMany holds that rules which all overlap are an error once their differences name too many rules, that no answer is
// given then, and that rules which do not overlap have no limit.
func TestTooMany(t *testing.T) {
	few, many, none := overlapping(t, 20), overlapping(t, 800), parseSet(t, "")
	if changes, _, err := Sets(none, few); err != nil || len(changes) != 39 {
		t.Errorf("%d changes, error %v", len(changes), err)
	}
	for _, pair := range [][2]*ruleset.RuleSet{{none, many}, {many, none}, {few, many}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		changes, facts, err := Sets(pair[0], pair[1])
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrTooMany) || changes != nil || facts != nil {
			t.Errorf("%d changes, %d facts, error %v", len(changes), len(facts), err)
		}
		if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 100 {
			t.Errorf("%d MiB were allocated", mib)
		}
	}
	r, err := Hosts([]Host{{Name: "a", Set: none}, {Name: "b", Set: none}}, []Host{{Name: "a", Set: few}, {Name: "b", Set: many}})
	if r != nil || !errors.Is(err, ErrTooMany) || !strings.HasPrefix(err.Error(), "b: ") {
		t.Errorf("a report is there: %t; error %v", r != nil, err)
	}
	if r, err = Hosts(nil, []Host{{Name: "c", Set: many}}); r != nil || !errors.Is(err, ErrTooMany) {
		t.Errorf("a report is there: %t; error %v", r != nil, err)
	}
}

// BenchmarkOverlapping compares rules that all overlap, as many as may be told.
func BenchmarkOverlapping(b *testing.B) {
	t := &testing.T{}
	none, rules := parseSet(t, ""), overlapping(t, 500)
	for b.Loop() {
		if _, _, err := Sets(none, rules); err != nil {
			b.Fatal(err)
		}
	}
}
