package changes

import (
	"bytes"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rolewall/compare"
	"rolewall/internal/term"
	"rolewall/ruleset"
)

// manyChanges is a report of n changes of one host each, every tenth to anyone.
func manyChanges(n int, reason string) *compare.Report {
	r := &compare.Report{Compared: n}
	all := compare.Addresses{Names: []string{"any"}, Prefixes: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}}
	for i := range n {
		c := compare.Change{
			Kind: compare.Opened, Hosts: []string{fmt.Sprintf("h%05d", i)}, Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: uint16(i), Last: uint16(i)}}},
			After: compare.Addresses{Names: []string{"office"}}, Rules: [2][]string{nil, {"1f2e3d4c"}},
			Reasons: [2][]ruleset.Reason{{}, {{Allow: &ruleset.Allow{Reason: reason}, At: "file"}}},
		}
		if i%10 == 0 {
			c.After = all
		}
		r.Changes = append(r.Changes, c)
	}
	return r
}

// TestMarkdownLength: a page fits into a comment, ends at the end of a group, and says how many more there are.
func TestMarkdownLength(t *testing.T) {
	const n = 2000
	for _, reason := range []string{"agent", strings.Repeat("long ", 500), strings.Repeat("x", 70000)} {
		var b bytes.Buffer
		Markdown(&b, term.Paint{}, manyChanges(n, reason))
		page := b.String()
		if len(page) > 61000 {
			t.Errorf("%d bytes", len(page))
		}
		shown, anyones := strings.Count(page, "\n  - "), strings.Count(page, "**opened to ANYONE**")
		m := regexp.MustCompile(`\n\n(\d+) more groups, (\d+) of them to \*\*ANYONE\*\* or nearly: [^\n]*\n$`).FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("the page ends with %q", page[max(0, len(page)-300):])
		}
		left, _ := strconv.Atoi(m[1])
		leftAnyones, _ := strconv.Atoi(m[2])
		if shown+left != n || anyones+leftAnyones != n/10 || strings.Count(page, "`")%2 != 0 {
			t.Errorf("%d shown and %d left of %d, %d and %d to anyone", shown, left, n, anyones, leftAnyones)
		}
	}
	gap := manyChanges(5, "agent")
	gap.Changes[2].Reasons[1][0].Allow = &ruleset.Allow{Reason: strings.Repeat("x", 70000)}
	var b bytes.Buffer
	Markdown(&b, term.Paint{}, gap)
	if page := b.String(); !strings.Contains(page, "h00001") || strings.Contains(page, "h00003") || !strings.Contains(page, "\n\n3 more groups: ") {
		t.Errorf("something follows what found no room:\n%s", page)
	}
	b.Reset()
	Markdown(&b, term.Paint{}, manyChanges(20, "agent"))
	if strings.Contains(b.String(), "more group") || strings.Count(b.String(), "\n  - ") != 20 {
		t.Errorf("a short page is cut:\n%s", b.String())
	}
}
