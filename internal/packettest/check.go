//go:build linux

package packettest

import (
	"testing"
	"time"

	"rolewall/ruleset"
)

// Finding is a difference between what a script does and what its rule set requires.
type Finding struct {
	Check string // which check found it
	Text  string
}

// check is one way to find differences. An error means that the check could not be made.
type check struct {
	name string
	find func(l *Lab, s Script, e expectation) ([]string, error)
}

// probeOnly is a check of a script that is already loaded.
func probeOnly(f func(l *Lab, e expectation) ([]string, error)) func(*Lab, Script, expectation) ([]string, error) {
	return func(l *Lab, _ Script, e expectation) ([]string, error) { return f(l, e) }
}

// sweeps returns the checks of what is allowed, in the order in which they run.
func sweeps() []check {
	return []check{
		{"ports", probeOnly((*Lab).sweepPorts)},
		{"protocols", probeOnly((*Lab).sweepProtocols)},
		{"edges", probeOnly((*Lab).probeEdges)},
		{"source-ports", probeOnly((*Lab).probeSourcePorts)},
		{"flags", probeOnly((*Lab).probeFlags)},
		{"special", probeOnly((*Lab).probeSpecial)},
	}
}

// lives returns all other checks. Each begins with the state that the one before left.
func lives() []check {
	return []check{
		{"neighbours", checkNeighbours},
		{"connections", checkConnections},
		{"path-mtu", checkPathMTU},
		{"survival", checkSurvival},
		{"reload", checkReload},
		{"twice", checkTwice},
		{"others", checkOthers},
		{"fault", checkFault},
	}
}

// Sweep loads the script on an empty server and checks by probes whether exactly what the rule set opens is open.
func (l *Lab) Sweep(t testing.TB, s Script, rs *ruleset.RuleSet) []Finding {
	t.Helper()
	return l.run(t, s, rs, sweeps())
}

// Check does what Sweep does. It also checks the script with connections, neighbours, rules of other software, a
// second load, an earlier version and a fault in it.
func (l *Lab) Check(t testing.TB, s Script, rs *ruleset.RuleSet) []Finding {
	t.Helper()
	return l.run(t, s, rs, append(sweeps(), lives()...))
}

func (l *Lab) run(t testing.TB, s Script, rs *ruleset.RuleSet, checks []check) []Finding {
	t.Helper()
	if err := l.reset(); err != nil {
		t.Fatal(err)
	}
	if err := l.Load(s); err != nil {
		return []Finding{{"load", err.Error()}}
	}
	l.share.named = namedPorts(s.Text)
	var found []Finding
	for _, c := range checks {
		start := time.Now()
		texts, err := c.find(l, s, expectation{rs})
		t.Logf("%-12s %6d ms", c.name, time.Since(start).Milliseconds())
		if err != nil {
			t.Fatalf("check %s: %v", c.name, err)
		}
		for _, text := range texts {
			found = append(found, Finding{c.name, text})
		}
	}
	return found
}

// Report fails the test for every finding, up to a number that people read.
func Report(t testing.TB, found []Finding) {
	t.Helper()
	const enough = 25
	for i, f := range found {
		if i == enough {
			t.Errorf("and %d more", len(found)-enough)
			return
		}
		t.Errorf("%s: %s", f.Check, f.Text)
	}
}
