package cli

import (
	"bytes"
	"context"
	"io"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// BenchmarkOneHost is a whole run for one host, start of the process aside.
func BenchmarkOneHost(b *testing.B) {
	for _, target := range []string{"json", "nftables", "advfirewall"} {
		b.Run(target, func(b *testing.B) {
			for b.Loop() {
				args := []string{"rolewall", "generate", "-t", target, "../../testdata/policies/domain-controller.toml"}
				if run(context.Background(), args, &bytes.Buffer{}, io.Discard, io.Discard) != 0 {
					b.Fatal("it failed")
				}
			}
		})
	}
}

// resolved is a domain controller; for windows-2003 with a narrow RPC range, as the ipsec target wants it.
func resolved(b *testing.B, file, host string) (*policy.Policy, *policy.Host, *ruleset.RuleSet) {
	b.Helper()
	cat, err := catalog.Default()
	if err != nil {
		b.Fatal(err)
	}
	p, err := policy.Load(workspace.NewFiles(nil), file, cat)
	if err != nil {
		b.Fatal(err)
	}
	h, known := p.Host(host)
	if !known {
		b.Fatalf("no host %s", host)
	}
	errs := &diag.List{}
	rs := resolver.New(p, "2026-01-01").RuleSet(h, errs)
	if err := errs.Err(); err != nil {
		b.Fatal(err)
	}
	return p, h, rs
}

// BenchmarkResolve resolves a domain controller with nothing kept from other hosts.
func BenchmarkResolve(b *testing.B) {
	p, h, _ := resolved(b, "../../testdata/policies/company.toml", "dc1")
	b.ResetTimer()
	for b.Loop() {
		if resolver.New(p, "2026-01-01").RuleSet(h, &diag.List{}) == nil {
			b.Fatal("it failed")
		}
	}
}

// BenchmarkRender checks and renders a domain controller's rule set for each target.
func BenchmarkRender(b *testing.B) {
	_, _, modern := resolved(b, "../../testdata/policies/company.toml", "dc1")
	_, _, old := resolved(b, "../../testdata/policies/windows-2003.toml", "dc1")
	for _, g := range generators.All() {
		rs := modern
		if len(generators.Check(g, rs, generators.All())) > 0 {
			rs = old
		}
		if len(generators.Check(g, rs, generators.All())) > 0 {
			continue
		}
		b.Run(g.Info().Name, func(b *testing.B) {
			for b.Loop() {
				if len(generators.Check(g, rs, generators.All())) > 0 {
					b.Fatal("refused")
				}
				if _, err := generators.Render(g, rs, rs.Host); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
