package resolver_test

import (
	"fmt"
	"testing/fstest"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/policy"
	"rolewall/resolver"
)

// A resolution has the rules of a host, and the decision on every endpoint of its services.
func Example() {
	cat, err := catalog.Default()
	if err != nil {
		panic(err)
	}
	files := fstest.MapFS{"files1.toml": {Data: []byte(`
		roles    = ["ssh-managed"]
		os       = "linux"
		[audience]
		clients    = ["10.20.0.0/16"]
		management = ["10.3.0.0/24"]
		[[allow]]
		tcp    = "9100"
		from   = ["10.3.0.7"]
		reason = "metrics"
	`)}}
	p, err := policy.Load(files, "files1.toml", cat)
	if err != nil {
		panic(err)
	}
	errs := &diag.List{}
	resolution := resolver.New(p, "2026-01-01").Resolve(p.Hosts[0], errs)
	if err := errs.Err(); err != nil {
		panic(err)
	}
	for _, rule := range resolution.RuleSet.Inbound {
		fmt.Println(rule.Traffic.String(), "from", rule.Remote.Key())
	}
	for d := range resolution.Endpoints() {
		fmt.Println(d.Role, d.Endpoint.App, d.Open)
	}
	// Output:
	// tcp/22 from 10.3.0.0/24
	// tcp/9100 from 10.3.0.7/32
	// ssh-managed SSH true
}
