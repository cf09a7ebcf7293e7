package advfirewall

import (
	"sync"
	"sync/atomic"
	"testing"

	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

func TestMemo(t *testing.T) {
	var worked atomic.Int32
	square := func(n int) func() int { return func() int { worked.Add(1); return n * n } }
	m := newMemo[int, int](3)
	for _, n := range []int{2, 3, 2, 3, 2} {
		if got := m.of(n, square(n)); got != n*n {
			t.Errorf("the square of %d is %d", n, got)
		}
	}
	if worked.Load() != 2 {
		t.Errorf("worked %d times for two keys", worked.Load())
	}
	var wait sync.WaitGroup
	for n := range 100 {
		wait.Go(func() {
			if got := m.of(n%10, square(n%10)); got != n%10*(n%10) {
				t.Errorf("the square of %d is %d", n%10, got)
			}
		})
	}
	wait.Wait()
	if len(m.known) > 3 {
		t.Errorf("%d answers are kept, in room for 3", len(m.known))
	}
	var none *memo[int, int]
	if none.of(4, square(4)) != 16 {
		t.Error("without a memo there is no answer")
	}
}

// A target that has said the same rules before, for other hosts, says what a new one does.
func TestRemembers(t *testing.T) {
	rules := ruleset.Merge([]*ruleset.Rule{
		targettest.WindowsRule(ruleset.TCP, "445,5000-5002", "SMB", "lanmanserver", targettest.Kernel, targettest.Office),
		targettest.WindowsRule(ruleset.UDP, "53", "DNS", "DNS", ruleset.Listener{}, ruleset.Anyone()),
		targettest.WithRPC(ruleset.Dynamic, targettest.WindowsRule(ruleset.TCP, "49152-65535", "RPC", "Spooler", targettest.Spooler, targettest.Office)),
	})
	both := ruleset.Families{IPv4: true, IPv6: true}
	used := New()
	for range 2 {
		for _, os := range []ruleset.OS{ruleset.Windows2008, ruleset.Windows2022} {
			for _, families := range []ruleset.Families{both, {IPv4: true}, {IPv6: true}} {
				for _, profile := range [][]string{nil, {"domain"}, {"domain", "private"}} {
					rs := targettest.WindowsSet(os)
					rs.Inbound, rs.Families = rules, families
					rs.Settings.Advfirewall.Profile = profile
					if got, want := targettest.Script(t, used, rs), targettest.Script(t, New(), rs); got != want {
						t.Errorf("%s, %v, %v: got\n%s\nwant\n%s", os, families.Names(), profile, got, want)
					}
				}
			}
		}
	}
	if len(used.written.known) == 0 || len(used.listeners.known) == 0 {
		t.Error("nothing is remembered")
	}
}
