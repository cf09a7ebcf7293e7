package evaluation_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/iproute"
	"rolewall/readers/ipset"
	"rolewall/readers/iptsave"
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/evaluation"
	"rolewall/readers/nftjson"
)

var update = flag.Bool("update", false, "write the golden files anew")

// read reads a file into the state, whatever its form.
func read(name string, src []byte, st *netfilter.State, errs *diag.List) {
	switch {
	case iptsave.Detect(src):
		iptsave.Read(name, src, st, errs)
	case nftjson.Detect(src):
		nftjson.Read(name, src, st, errs)
	case ipset.Detect(src):
		ipset.Read(name, src, st, errs)
	case iproute.Detect(src):
		iproute.Read(name, src, st, errs)
	default:
		errs.Add(diag.Pos{File: name}, "", "nobody reads this file")
	}
}

// evaluate reads all files of a folder and evaluates them.
func evaluate(t testing.TB, dir string) *capture.Capture {
	t.Helper()
	var st netfilter.State
	var errs diag.List
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, ".golden") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		read(filepath.Base(f), src, &st, &errs)
	}
	c := evaluation.Evaluate(&st, &errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	return c
}

// describe writes a capture for people who judge it.
func describe(c *capture.Capture) string {
	var b strings.Builder
	folded := map[string]int{}
	var lines []string
	for _, o := range c.Openings {
		text := describeOpening(o)
		if folded[text]++; folded[text] == 1 {
			lines = append(lines, text)
		}
	}
	for _, text := range lines {
		if n := folded[text]; n > 1 {
			text = fmt.Sprintf("%d ", n) + text
		}
		b.WriteString(text + "\n")
	}
	for _, u := range c.Unmapped {
		fmt.Fprintf(&b, "unmapped: %s: %s: %s (%s)\n", u.Place.Pos, u.Place.Rule, u.Reason, u.Scope)
	}
	for _, f := range c.Facts {
		fmt.Fprintf(&b, "fact %s (unsafe: %v): %s\n", f.Code, f.Unsafe, f.Text)
	}
	return b.String()
}

// few cuts a long list of prefixes.
func few(list string) string {
	parts := strings.Split(list, ",")
	if len(parts) <= 8 {
		return list
	}
	return fmt.Sprintf("%s, ... %s (%d)", strings.Join(parts[:3], ","), strings.Join(parts[len(parts)-3:], ","), len(parts))
}

func describeOpening(o capture.Opening) string {
	traffic := o.Rule.Traffic.String()
	if o.Group == capture.UnnamedProtocols {
		traffic = o.Group
	}
	text := traffic + " from " + few(o.Rule.Remote.Key())
	if only := o.Rule.Only(); only != "" {
		text += ", " + only
	}
	if o.Rule.IPsecOnly {
		text += ", out of a tunnel"
	}
	if len(o.NotOn) > 0 {
		text += ", not on " + strings.Join(o.NotOn, " and ")
	}
	if len(o.To) > 0 {
		var to []string
		for _, p := range o.To {
			to = append(to, p.String())
		}
		text += ", to " + few(strings.Join(to, ","))
	}
	if o.Forwarded != "" {
		text += ", passed on to " + o.Forwarded
	}
	if o.Owner != "" {
		text += " [" + o.Owner + "]"
	}
	for _, x := range o.Conditions {
		text += "\n    " + string(x.Kind) + ": " + x.Text
	}
	for _, r := range o.Rules {
		text += fmt.Sprintf("\n    %s: %s: %s", r.Pos, r.Rule, r.Text)
	}
	return text
}

// TestGolden evaluates rule sets that programs made, and compares with what people have judged to be right.
func TestGolden(t *testing.T) {
	dirs, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			got := describe(evaluate(t, dir))
			golden := filepath.Join(dir, "openings.golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Error(difference(string(want), got))
			}
		})
	}
}

// difference lists lines of one text alone.
func difference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out []string
	for _, l := range a {
		if !slices.Contains(b, l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range b {
		if !slices.Contains(a, l) {
			out = append(out, "+ "+l)
		}
	}
	return strings.Join(out[:min(len(out), 40)], "\n")
}
