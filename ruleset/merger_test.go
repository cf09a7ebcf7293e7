package ruleset

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
)

func (f *folds) count() int {
	n := len(f.next)
	for _, next := range f.next {
		n += next.count()
	}
	return n
}

// A Merger says what Merge says, however much it remembers and whatever was merged before.
func TestMerger(t *testing.T) {
	for _, room := range []int{0, 3, 10_000} {
		randomly(t, func(t *testing.T, rng *rand.Rand, requests []*Rule) {
			Identified(requests)
			m := NewMerger(room)
			for range 8 {
				some := slices.DeleteFunc(slices.Clone(requests), func(*Rule) bool { return rng.IntN(3) == 0 })
				cut := rng.IntN(len(some) + 1)
				if got, want := m.Merge(some[:cut], some[cut:]), Merge(some); !reflect.DeepEqual(got, want) {
					t.Errorf("room %d: got\n%s\nwant\n%s", room, lines(got), lines(want))
				}
				if n := m.known.count(); n >= room+len(requests)+1 {
					t.Errorf("room %d: %d are remembered", room, n)
				}
			}
		})
	}
}

// Who asks for the same gets the same rules, from several goroutines too, and whatever else is asked for.
func TestMergerShares(t *testing.T) {
	rule := func(service string, port uint16) *Rule {
		r := &Rule{Traffic: Traffic{Protocol: TCP, Ports: Ports{{port, port}}}, Remote: Anyone(), Reasons: []Reason{{Role: "role", Service: service}}}
		r.ID = r.id()
		return r
	}
	a, b, c := rule("a", 445), rule("b", 445), rule("c", 445)
	m := NewMerger(10)
	var got [8][]*Rule
	var wait sync.WaitGroup
	for i := range got {
		wait.Go(func() { got[i] = m.Merge([]*Rule{a}, []*Rule{b}) })
	}
	wait.Wait()
	for _, rules := range got {
		if len(rules) != 1 || rules[0] != got[0][0] {
			t.Errorf("equal requests got %v and %v", got[0], rules)
		}
	}
	for n := range uint16(40) {
		requests := []*Rule{a}
		for port := range n {
			requests = append(requests, rule("other", 1+port*7919%1000))
		}
		if !slices.Contains(m.Merge(requests, []*Rule{b}), got[0][0]) {
			t.Errorf("among %d more, a and b get another rule", n)
		}
	}
	if others := m.Merge([]*Rule{a}, []*Rule{b}, []*Rule{c}); len(others) != 1 || others[0] == got[0][0] {
		t.Errorf("a third request got %v", others)
	}
}
