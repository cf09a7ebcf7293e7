package tomldoc

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/diag"
)

// TestList holds the texts of a list, their places, and that equal lists are one in memory.
func TestList(t *testing.T) {
	errs := &diag.List{}
	root := Parse("p.toml", []byte(`a = ["x", "y"]
b = [
  "x",
  "y",
]
c = ["z"]
one = ["x,y"]
none = []`), errs)
	a, b, c := root.List("a"), root.List("b"), root.List("c")
	if got := root.List("one").Values(); len(got) != 1 || got[0] != "x,y" {
		t.Errorf("a text that looks like two is %q", got)
	}
	if root.List("none") != nil || root.List("absent") != nil || (*List)(nil).Has("x") || (*List)(nil).Values() != nil || (*List)(nil).Location() != (Location{}) {
		t.Error("an empty list is not nil, or not empty")
	}
	if &a.texts[0] != &b.texts[0] {
		t.Error("a and b say the same and hold it twice")
	}
	all := a.Append(nil).Append(c).Append(b)
	var places []string
	seq := all.All()
	for range seq { // a sequence can be walked again
	}
	for x := range seq {
		places = append(places, fmt.Sprintf("%s %d:%d", x.Value, x.Location.Pos().Line, x.Location.Pos().Column))
	}
	if got := strings.Join(places, ", "); got != "x 1:6, y 1:11, z 6:6, x 3:3, y 4:3" {
		t.Error(got)
	}
	if got := fmt.Sprint(all.Values(), all.Has("z"), all.Has("w"), a.Has("z"), all.Location().Pos()); got != "[x y z x y] true false false p.toml:1:1" {
		t.Error(got)
	}
	values := a.Values()
	values[0] = "changed"
	if !b.Has("x") {
		t.Error("a list can be changed through its values")
	}
	if err := errs.Err(); err != nil {
		t.Error(err)
	}
}

// Elements that were refused leave the places of the others as they are.
func TestListRefused(t *testing.T) {
	errs := &diag.List{}
	root := Parse("p.toml", []byte(`a = ["x", "x", 1, "y", "z", 2, "w"]
b = [1, "v"]`), errs)
	a, b := root.List("a"), root.List("b")
	var places []string
	for x := range a.Append(b).All() {
		places = append(places, fmt.Sprintf("%s %d:%d", x.Value, x.Location.Pos().Line, x.Location.Pos().Column))
	}
	if got := strings.Join(places, ", "); got != "x 1:6, y 1:19, z 1:24, w 1:32, v 2:9" {
		t.Error(got)
	}
	if got := fmt.Sprint(b.Append(a).Values()); got != "[v x y z w]" {
		t.Error(got)
	}
	for x := range a.All() {
		if x.Value == "x" {
			break // goes no further than the run
		}
	}
	if b.Location().Pos() != root.LocationOf("b").Pos() || a.Len() != 4 || errs.Len() != 4 {
		t.Errorf("at %v, %d texts, %d mistakes", b.Location().Pos(), a.Len(), errs.Len())
	}
}
