package lint

import (
	"strings"
	"testing"
)

// TestSharedPorts holds the message about services that share a port: once for two services and a port, with the word for
// the listener where there is one.
func TestSharedPorts(t *testing.T) {
	const web = "[hosts.a]\nroles = [\"iis-web\", \"member-baseline\"]\nservices = [\"Site\"]\n" + people + "[services.Site]\ntitle = \"t\"\nendpoints = ["
	site := func(more string) string { return "{ app = \"X\", audience = \"clients\", " + more + " }, " }
	admin := strings.ReplaceAll(site("tcp = \"443\""), "clients", "management")
	const general = " (move one of them to another port, or name the listener that answers for both"
	for _, c := range []struct{ name, policy, want string }{
		{"one program by two names", web + site("tcp = \"443\", listener = \"System\"") + "]\n", ""},
		{"no listener", web + site("tcp = \"443\"") + "]\n", "RW030 Site and W3SVC both have tcp/443" + general + ": listener = \"HTTP\")"},
		{"two endpoints on a port", web + site("tcp = \"443\"") + admin + "]\n", "RW030 Site and W3SVC both have tcp/443" + general + ": listener = \"HTTP\")"},
		{"a role behind the other's", strings.Replace(web, "services = [\"Site\"]", "", 1) + site("tcp = \"443\"") + "]\n[roles.zz]\ntitle = \"t\"\nservices = [\"Site\"]\n[groups.g]\nhosts = [\"a\"]\nroles = [\"zz\"]\n",
			"RW030 Site and W3SVC both have tcp/443" + general + ": listener = \"HTTP\")"},
		{"a range", web + site("tcp = \"440-450\"") + "]\n", "RW030 Site and W3SVC both have tcp/443" + general + ": listener = \"HTTP\")"},
		{"two of one's own, no listener", own("tcp = \"8080\"", "tcp = \"8080\""), "RW030 One and Two both have tcp/8080" + general + ")"},
		{"two of one's own, one listener", own("tcp = \"8080\", listener = \"HTTP\"", "tcp = \"8080\""), "RW030 One and Two both have tcp/8080" + general + ": listener = \"HTTP\")"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range lintText(t, c.policy) {
				if f.Code == "RW030" || f.Code == "RW023" {
					got = append(got, f.Code+" "+f.What+" ("+f.Hint+")")
				}
			}
			if all := strings.Join(got, "\n"); all != c.want {
				t.Errorf("found %q, not %q", all, c.want)
			}
		})
	}
}
