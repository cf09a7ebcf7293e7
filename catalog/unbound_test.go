package catalog_test

import "testing"

// TestUnboundIsExplained holds that every row which opens ports on a current Windows for a program that is not known says
// what was searched, and that no other row says so.
func TestUnboundIsExplained(t *testing.T) {
	c := defaultCatalog(t)
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		for i := range s.Endpoints {
			e := &s.Endpoints[i]
			if s.Platform == "linux" || e.Platform == "linux" {
				continue
			}
			if unbound := len(c.UnboundOn(s, e)) > 0; unbound != (e.Unbound != "") {
				t.Errorf("%s %s (%s) has no program: %t, and says %q", name, e.Port(), e.App, unbound, e.Unbound)
			}
		}
	}
}
