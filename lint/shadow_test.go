package lint

import (
	"strings"
	"testing"
)

// TestShadowed holds which rules inside wider ones are reported as RW023: those of roles inside an exception, not exceptions
// inside exceptions, which are RW022.
func TestShadowed(t *testing.T) {
	for _, c := range []struct{ name, policy, want string }{
		{"a role inside an exception", web + people + allow("440-444", "any"), "RW023"},
		{"a role inside the first rule", strings.Replace(web, ", \"ssh-managed\"", "", 1) + "access = \"console\"\n" + people + allow("79-81", "any"), "RW023"},
		{"an exception inside another", web + people + allow("8000-8010", "10.20.0.0/16") + allow("8005", "10.20.0.0/16"), "RW022"},
	} {
		var got []string
		for _, f := range lintText(t, c.policy) {
			if f.Code == "RW022" || f.Code == "RW023" {
				got = append(got, f.Code)
			}
		}
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: found %v, not %s", c.name, got, c.want)
		}
	}
}
