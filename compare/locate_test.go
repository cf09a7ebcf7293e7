package compare

import "testing"

// TestLocate holds which script a change points to: the new one where it has a rule of the change, else the old one.
func TestLocate(t *testing.T) {
	finder := func(file string, ids ...string) Finder {
		return func(host, id string) (Line, bool) {
			for i, x := range ids {
				if x == id {
					return Line{file + "/" + host, i + 1}, true
				}
			}
			return Line{}, false
		}
	}
	for _, c := range []struct {
		name          string
		before, after Finder
		want          string
	}{
		{"both sides have scripts", finder("old", "a"), finder("new", "x", "b"), "new/web1:2"},
		{"the second rule is the one that a script has", nil, finder("new", "x", "c"), "new/web1:2"},
		{"the rule is gone", finder("old", "a"), finder("new"), "old/web1:1"},
		{"the new scripts are not there", finder("old", "a"), nil, "old/web1:1"},
		{"a rule of one side is not looked up on the other", finder("old", "b"), finder("new", "a"), ""},
		{"no scripts", nil, nil, ""},
	} {
		r := &Report{Changes: []Change{{Hosts: []string{"web1", "web2"}, Rules: [2][]string{{"a"}, {"b", "c"}}}}}
		r.Locate(c.before, c.after)
		got := ""
		if at := r.Changes[0].At; at != nil {
			got = at.String()
		}
		if got != c.want {
			t.Errorf("%s: the change is at %q, not at %q", c.name, got, c.want)
		}
	}
}
