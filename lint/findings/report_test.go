package findings

import (
	"slices"
	"testing"

	"rolewall/lint/codes"
)

// TestCauses holds that findings with one remedy are one cause, the heaviest first.
func TestCauses(t *testing.T) {
	r := &Report{Findings: []Finding{
		{Code: "RW006", Level: codes.Note, Hint: "h", Hosts: []string{"b", "a"}}, {Code: "RW001", Level: codes.Warning, Hint: "x"},
		{Code: "RW006", Level: codes.Note, Hint: "h", Hosts: []string{"c", "a"}}, {Code: "RW006", Level: codes.Note, Hint: "other"},
	}}
	got := r.Causes()
	if len(got) != 3 || got[0].Code != "RW001" || !slices.Equal(got[1].Findings, []int{0, 2}) || !slices.Equal(got[1].Hosts, []string{"a", "b", "c"}) || !slices.Equal(got[2].Findings, []int{3}) {
		t.Errorf("%+v", got)
	}
}
