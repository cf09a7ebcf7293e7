package evaluation_test

import (
	"fmt"
	"slices"
	"testing"

	"rolewall/readers/capture"
)

// TestTooLarge ends an evaluation whose rules have too much to do with each other. It then says so, and it says of
// nothing that it is open: what is missing among such openings would count as closed.
func TestTooLarge(t *testing.T) {
	network := func(i int) string { return fmt.Sprintf("11.%d.%d", i>>8, i&255) }
	for _, c := range []struct {
		name  string
		rules int
		rule  func(i int) string
		large bool
	}{
		{"ports of their own", 3000, func(i int) string { return fmt.Sprintf("-s %s.0/24 -p tcp --dport %d", network(i), 1000+i) }, false},
		{"ports that overlap", 700, func(i int) string { return fmt.Sprintf("-s %s.0/24 -p tcp --dport %d:%d", network(i), 1000+i, 30000+i) }, true},
		{"sources that overlap", 5000, func(i int) string {
			return fmt.Sprintf("-p tcp -m iprange --src-range %s.1-12.%d.%d.9 -m tcp --dport 22", network(i), i>>8, i&255)
		}, true},
		{"conditions", 1000, func(i int) string { return fmt.Sprintf("-p tcp -m bogus%d --foo x", i) }, true},
		{"a few conditions", 60, func(i int) string { return fmt.Sprintf("-p tcp -m bogus%d --foo x", i) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := []string{"*filter", ":INPUT DROP [0:0]"}
			for i := range c.rules {
				lines = append(lines, "-A INPUT "+c.rule(i)+" -j ACCEPT")
			}
			got := evaluateSave(t, append(lines, "COMMIT"))
			large := slices.ContainsFunc(got.Facts, func(f capture.Fact) bool { return f.Code == "too-large" && f.Unsafe })
			if large != c.large || large && len(got.Openings) > 0 {
				t.Errorf("too large: %v, want %v; %d openings", large, c.large, len(got.Openings))
			}
		})
	}
}
