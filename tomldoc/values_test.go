package tomldoc

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/diag"
)

// TestMaxValues holds that a document of as many values as are allowed is read, and that one more is refused with its place,
// whatever the values are.
func TestMaxValues(t *testing.T) {
	for _, c := range []struct {
		name, before, unit, after string
		values                    int // of before
		at                        string
	}{
		{"elements of a list", "a = [1", ",1", "]", 2, "f:1:1000003: the file has more than 500000 values"},
		{"keys", "", "\"%d\"=1\n", "", 0, "f:500001:9: the file has more than 500000 values"},
		{"inline tables in strings and comments", "a = '", ",=[{", "' # ,,,,", 1, ""},
		{"a header each", "[[a]]\n", "[[a]]\n", "", 2, "f:250001:1: the file has more than 500000 values"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString(c.before)
			for i := range MaxValues + 1 - c.values {
				if strings.Contains(c.unit, "%") {
					fmt.Fprintf(&b, c.unit, i)
				} else {
					b.WriteString(c.unit)
				}
			}
			b.WriteString(c.after)
			errs := &diag.List{}
			at, _, isDeep := excess(b.String(), MaxValues)
			if (at >= 0) != (c.at != "") || isDeep {
				t.Fatalf("found at %d, too deep: %v", at, isDeep)
			}
			if c.at == "" {
				return
			}
			if root := Parse("f", []byte(b.String()), errs); root != nil || errs.Err() == nil || !strings.HasPrefix(errs.Err().Error(), c.at) {
				t.Errorf("got %v", errs.Err())
			}
			if at, _, _ := excess(b.String()[:at], MaxValues); at >= 0 {
				t.Errorf("one less is refused at %d", at)
			}
		})
	}
}

// TestValuesOfRun holds that a file is read as long as its values are left for the run, and that it knows how many it has.
func TestValuesOfRun(t *testing.T) {
	const text = "[hosts.h]\nroles = ['x', 'y']\n"
	for left, want := range map[int]string{4: "", 3: "f:2:13: the files of this run have more values together than a run may have"} {
		errs := &diag.List{}
		root := parseLazily("f", []byte(text), "hosts", left, errs)
		got := ""
		if err := errs.Err(); err != nil {
			got = err.Error()
		}
		if got != want || (root == nil) != (want != "") || root != nil && root.doc.Values() != 4 {
			t.Errorf("%d left: got %q, want %q", left, got, want)
		}
	}
}
