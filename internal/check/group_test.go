package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestGroups holds which findings are one: those that differ in the host alone, be it in the file, the words or the names
// above a diff.
func TestGroups(t *testing.T) {
	stale := func(host string, lines ...string) Finding {
		f := Finding{Kind: Stale, Host: host, File: host + "/a.sh", What: host + " does not exist", Causes: []Cause{{Edited, "by hand"}}}
		if lines != nil {
			f.Diff = &Diff{Lines: append([]string{"--- out/" + host + "/a.sh", "+++ p.toml"}, lines...)}
		}
		return f
	}
	with := func(f Finding, edit func(*Finding)) Finding {
		edit(&f)
		return f
	}
	for _, c := range []struct {
		name     string
		findings []Finding
		want     string
	}{
		{"equal", []Finding{stale("a"), stale("b"), stale("c")}, "a+b+c"},
		{"equal lines", []Finding{stale("a", "-x"), stale("b", "-x")}, "a+b"},
		{"other lines", []Finding{stale("a", "-x"), stale("b", "-y"), stale("c", "-x")}, "a+c b"},
		{"no lines", []Finding{stale("a", "-x"), stale("b")}, "a b"},
		{"other kinds", []Finding{stale("a"), with(stale("b"), func(f *Finding) { f.Kind = Missing })}, "a b"},
		{"other files", []Finding{stale("a"), with(stale("b"), func(f *Finding) { f.File = "b/b.sh" })}, "a b"},
		{"other causes", []Finding{stale("a"), with(stale("b"), func(f *Finding) { f.Causes = nil })}, "a b"},
		{"other words", []Finding{stale("a"), with(stale("b"), func(f *Finding) { f.What = "it does not exist" })}, "a b"},
		{"of no host", []Finding{{Kind: Unlisted, File: ".new-x", What: "left"}, {Kind: Unlisted, File: ".new-y", What: "left"}}, " "},
	} {
		var got []string
		for _, g := range (&Report{Findings: c.findings}).Groups() {
			got = append(got, strings.Join(g.Hosts, "+"))
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: the groups are %q, not %q", c.name, text, c.want)
		}
	}
}

// TestOrder holds the order of findings: hosts first, then the files that belong to none.
func TestOrder(t *testing.T) {
	want := []Finding{
		{Host: "a", File: "a/x", Kind: Missing}, {Host: "a", File: "a/x", Kind: Stale}, {Host: "a", File: "a/y"}, {Host: "b", File: "b/a"}, {File: ".new-x"}, {File: "manifest.json"},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, Finding.Compare)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the order is %v", got)
	}
}

// TestRepairable: a run of generate leaves files alone that no manifest lists, and sets everything else right.
func TestRepairable(t *testing.T) {
	for _, k := range Kinds() {
		if got := (Finding{Kind: k}).Repairable(); got != (k != Unlisted) {
			t.Errorf("%s: %t", k, got)
		}
	}
}

func TestPath(t *testing.T) {
	for folder, want := range map[string]string{"out": "out/a/b", "out/": "out/a/b", "./-": "./-/a/b"} {
		if got := (&Report{Folder: folder}).Path("a/b"); got != want {
			t.Errorf("below %s it is %s, not %s", folder, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	for _, c := range []struct {
		have, want, text string
		line             int
	}{
		{"a\nb\n", "a\nc\n", "its bytes differ", 2},
		{"a\nb\n", "a\nb\nc\n", "its bytes differ", 3},
		{"", "a\n", "its bytes differ", 1},
		{"a\r\nb\n", "a\nb\n", "its lines end in CR LF, not in LF", 1},
		{"a\nb\n", "a\r\nb\r\n", "its lines end in LF, not in CR LF", 1},
	} {
		if text := bytesText([]byte(c.have), []byte(c.want)); text != c.text {
			t.Errorf("%q for %q: %s", c.have, c.want, text)
		}
		if line := firstDifference([]byte(c.have), []byte(c.want)); line != c.line {
			t.Errorf("%q for %q: line %d, not %d", c.have, c.want, line, c.line)
		}
	}
}

func TestUnifiedDiff(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"LF", "a\nb\n", "a\nc\n", "--- old|+++ new|@@ -1,2 +1,2 @@| a|-b|+c"},
		{"CR LF on both sides", "a\r\nb\r\n", "a\r\nc\r\n", "--- old|+++ new|@@ -1,2 +1,2 @@| a|-b|+c"},
		{"CR LF on one side", "a\r\n", "a\n", "--- old|+++ new|@@ -1,1 +1,1 @@|-a\r|+a"},
		{"one line in LF", "a\r\nb\n", "a\r\n", "--- old|+++ new|@@ -1,2 +1,1 @@| a\r|-b"},
	} {
		if got := strings.Join(unifiedDiff("old", "new", []byte(c.old), []byte(c.new)), "|"); got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

func TestRuleLines(t *testing.T) {
	old := ruleLines([]byte("head\n  tcp 80 [0a1b2c3d]\n\ttcp 81 [1f2e3d4c 2f2e3d4c] and [3f2e3d4c]\nagain [0a1b2c3d]\n[short] [0A1B2C3D] [0a1b2c3d 1]\n"))
	new := ruleLines([]byte("tcp 80 [0a1b2c3d]\n"))
	want := []RuleLine{{false, "1f2e3d4c", "tcp 81 [1f2e3d4c 2f2e3d4c] and [3f2e3d4c]", 3}, {false, "2f2e3d4c", "tcp 81 [1f2e3d4c 2f2e3d4c] and [3f2e3d4c]", 3}, {false, "3f2e3d4c", "tcp 81 [1f2e3d4c 2f2e3d4c] and [3f2e3d4c]", 3}}
	if got := onlyIn(old, new, false); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("only the old text has %v", got)
	}
	if got := onlyIn(new, old, true); got != nil {
		t.Errorf("only the new text has %v", got)
	}
	if line := old["0a1b2c3d"]; line.Number != 2 || line.Text != "tcp 80 [0a1b2c3d]" {
		t.Errorf("the first line of the rule is %+v", line)
	}
}

func TestGenerateCall(t *testing.T) {
	for word, want := range map[string]string{"": "''", "a-b_c.d/e:f@g%h+i": "a-b_c.d/e:f@g%h+i", "a b": "'a b'", "it's": `'it'\''s'`, "ä": "'ä'", "web*": "'web*'", "$x": "'$x'"} {
		if got := shellWord(word); got != want {
			t.Errorf("%q is quoted as %s, not %s", word, got, want)
		}
	}
}
