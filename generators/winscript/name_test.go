package winscript

import (
	"regexp"
	"strings"
	"testing"
)

// TestRuleName: names have one shape, differ with everything that Windows is told, and none can hold another.
func TestRuleName(t *testing.T) {
	shape := regexp.MustCompile(`^rolewall: [^\[\]]{1,60} \[([0-9a-f]{8}|baseline)\] [a-z2-7]{26}$`)
	seen := map[string]string{}
	for _, c := range [][]string{
		{"tcp 445", "1d731166", "dir=in", "SMB"}, {"tcp 445", "1d731166", "dir=in", "smb"},
		{"tcp 445", "1d731166", "dir=inSMB", ""}, {"tcp 445", "1d731166", "dir=in\nSMB"},
		{"icmp 3:4", "", "x"}, {strings.Repeat("long ", 40), "1d731166", "x"}, {"tcp RPC rolewall: tcp 9 [1d731166] " + strings.Repeat("a", 26), "1d731166", "y"},
	} {
		name := RuleName(c[0], c[1], c[2:]...)
		if !shape.MatchString(name) {
			t.Errorf("%q has another shape", name)
		}
		if twin, known := seen[name]; known && twin != strings.Join(c[2:], "\n") {
			t.Errorf("%q and %q have one name", twin, c)
		}
		seen[name] = strings.Join(c[2:], "\n")
	}
	if got := RuleName("tcp 445", "1d731166", "dir=in", "SMB"); got != "rolewall: tcp 445 [1d731166] "+got[len(got)-26:] || len(seen) != 6 {
		t.Errorf("%d names, the first %q", len(seen), got)
	}
}
