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

// manyExceptions is a policy with n exceptions of all kinds on one host.
func manyExceptions(n int) string {
	var b strings.Builder
	b.WriteString("os = \"linux\"\nroles = [\"linux-web\", \"ssh-managed\"]\n\n[audience]\nclients = [\"10.0.0.0/8\"]\npeers = [\"none\"]\nmanagement = [\"10.3.0.0/24\"]\n")
	for i := range n {
		from := fmt.Sprintf("10.%d.%d.0/24", 100+i/256%100, i%256)
		if i%50 == 0 {
			from = "any"
		}
		fmt.Fprintf(&b, "\n[[allow]]\ntcp = \"%d-%d\"\nfrom = [%q, \"192.0.2.%d\"]\nreason = \"rule %d\"\nowner = \"ops\"\nexpires = 2030-12-31\n", 1+i*7%60000, 1+i*7%60000+i%5, from, i%250, i)
	}
	b.WriteString("\n[[deny]]\ntcp = \"445\"\noutside = [\"10.0.0.0/8\"]\nreason = \"SMB stays inside\"\n")
	return strings.ReplaceAll(b.String(), `["any", `, `["10.0.0.0/8", `)
}

// BenchmarkFiveThousandRules lints one host with 5,000 exceptions, resolved before the clock starts: under 0.1 s.
func BenchmarkFiveThousandRules(b *testing.B) {
	for _, n := range []int{500, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			cat, err := catalog.Default()
			if err != nil {
				b.Fatal(err)
			}
			p, err := policy.Load(text(manyExceptions(n)), "host.toml", cat)
			if err != nil {
				b.Fatal(err)
			}
			errs := &diag.List{}
			r := resolver.New(p, codes.ExampleDay)
			a := r.Resolve(p.Hosts[0], errs)
			if a == nil || len(a.RuleSet.Inbound) < n {
				b.Fatal(errs.Err(), len(a.RuleSet.Inbound))
			}
			found := 0
			for b.Loop() {
				l := New(p, r, codes.ExampleDay, errs)
				l.Host(p.Hosts[0], a, nil)
				found = len(l.Findings())
			}
			b.ReportMetric(float64(found), "findings")
		})
	}
}
