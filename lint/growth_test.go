package lint

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/lint/codes"
	"rolewall/policy"
	"rolewall/resolver"
)

// fleetOf is a policy of n hosts, every second of which is a web server. each is what every host says beside its roles.
func fleetOf(n int, head, each string) string {
	var b strings.Builder
	b.WriteString("os = \"linux\"\n" + head)
	for i := range n {
		roles := `["ssh-managed"]`
		if i%2 == 0 {
			roles = `["ssh-managed", "linux-web"]`
		}
		fmt.Fprintf(&b, "\n[hosts.h%d]\nroles = %s\naddresses = [\"10.1.%d.%d\"]\n%s", i, roles, i/256, i%256, each)
	}
	return b.String()
}

// BenchmarkFleet lints fleets whose web servers are open to each other or to a network of clients, and of which the web servers
// must or may not reach something: four times as many hosts take four to five times as long.
func BenchmarkFleet(b *testing.B) {
	const (
		each    = "[audience]\nclients = [\"@linux-web\"]\nmanagement = [\"10.3.0.0/24\"]\n"
		network = "[audience]\nclients = [\"10.20.0.0/16\"]\nmanagement = [\"10.3.0.0/24\"]\n"
		require = "[[require]]\ntcp = \"443\"\nfrom = [\"@linux-web\"]\nhosts = [\"@linux-web\"]\nreason = \"r\"\n"
		deny    = "[[deny]]\ntcp = \"443\"\nreason = \"r\"\n"
		widened = "[roles.linux-web]\naudience = { clients = [\"10.20.0.0/16\"] }\n[groups.g]\nhosts = [\"*\"]\naudience = { clients = [\"@linux-web\"] }\n"
		allow   = "allow = [{ tcp = \"8443\", from = [\"10.9.0.0/16\"], reason = \"r\" }]\n"
	)
	for _, c := range []struct{ name, head, each string }{
		{"clients of one role", each, ""},
		{"peers", "[audience]\nclients = [\"10.20.0.0/16\"]\nmanagement = [\"10.3.0.0/24\"]\npeers = [\"@same\"]\n", ""},
		{"require, closed", network + require, ""},
		{"require, open", each + require, ""},
		{"deny", each + deny + "from = [\"@linux-web\"]\n", ""},
		{"deny outside", each + deny + "outside = [\"@linux-web\"]\n", ""},
		{"widened", each + widened, ""},
		{"exceptions of each host", each, allow},
	} {
		for _, n := range []int{1_000, 4_000} {
			b.Run(fmt.Sprintf("%s, %d hosts", c.name, n), func(b *testing.B) {
				cat, err := catalog.Default()
				if err != nil {
					b.Fatal(err)
				}
				p, err := policy.Load(text(fleetOf(n, c.head, c.each)), "host.toml", cat)
				if err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					lintFleet(b, p)
				}
			})
		}
	}
}

// lintFleet lints every host of a policy.
func lintFleet(b *testing.B, p *policy.Policy) {
	b.Helper()
	errs := &diag.List{}
	r := resolver.New(p, codes.ExampleDay)
	l := New(p, r, codes.ExampleDay, errs)
	for _, h := range p.Hosts {
		if a := r.Resolve(h, errs); a != nil {
			l.Host(h, a, nil)
		}
	}
	if err := errs.Err(); err != nil {
		b.Fatal(err)
	}
	l.Findings()
}
