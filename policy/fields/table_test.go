package fields

import "testing"

// TestFields holds what every field must have, and that no table has a key twice on one level.
func TestFields(t *testing.T) {
	for i, f := range fields {
		if f.Doc == "" || f.Key == "" {
			t.Errorf("%s is not described", f.Name())
		}
		if (f.Scope == 0) != (f.Table != "") {
			t.Errorf("%s has the scope %s", f.Name(), f.Scope)
		}
		for _, g := range fields[:i] {
			if g.Name() == f.Name() && (f.Scope == 0 || f.Scope.Has(g.Scope)) {
				t.Errorf("%s is listed twice", f.Name())
			}
		}
		if f.Table != "" && len(Of(f.Table)) == 0 {
			t.Errorf("no table %s", f.Table)
		}
	}
	if got := (InFile | InHost).String(); got != "file, host" {
		t.Errorf("a scope reads %q", got)
	}
}
