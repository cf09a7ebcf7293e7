package lint

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/lint/codes"
	"rolewall/lint/findings"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// text is a policy of one file, host.toml.
type text string

func (t text) ReadFile(name string) ([]byte, error) {
	if name != "host.toml" {
		return nil, fs.ErrNotExist
	}
	return []byte(t), nil
}

func (t text) Glob(string) ([]string, error) { return nil, nil }

// lintText lints a policy as lintAll does. RW041 is left out: nearly every policy of these tests would have it.
func lintText(t testing.TB, src string) []findings.Finding {
	t.Helper()
	return slices.DeleteFunc(lintAll(t, src), func(f findings.Finding) bool { return f.Code == "RW041" })
}

// lintAll lints a policy on codes.ExampleDay. Windows hosts are written for a target that binds RPC to programs, unless the
// policy says targets = ["nftables"]; one with targets = ["ipsec"] is refused where the host speaks IPv6.
func lintAll(t testing.TB, src string) []findings.Finding {
	t.Helper()
	errs := &diag.List{}
	l := load(t, src, errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	return l.Findings()
}

func load(t testing.TB, src string, errs *diag.List) *Linter {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load(text(src), "host.toml", cat)
	if err != nil {
		t.Fatal(err)
	}
	r := resolver.New(p, codes.ExampleDay)
	l := New(p, r, codes.ExampleDay, errs)
	for _, h := range p.Hosts {
		a := r.Resolve(h, errs)
		if a == nil {
			t.Fatal(errs.Err())
		}
		l.Host(h, a, targetsOf(p, h, a))
	}
	return l
}

func targetsOf(p *policy.Policy, h *policy.Host, a *resolver.Resolution) []Target {
	x := Target{Name: "advfirewall", Keyword: true}
	if p.OS(h).IsWindows() && a.RuleSet.Settings.Advfirewall.OtherRules != "disable" {
		x.Openings = []target.Opening{{Cause: target.Others, BaselineRule: target.BaselineRule{Text: "the rules of others", TextOnly: true}}}
	}
	if p.OS(h) == ruleset.Linux {
		baseline := func(text, traffic string) target.Opening {
			return target.Opening{Cause: target.Baseline, BaselineRule: target.NewBaselineRule(text, traffic, ruleset.Anyone())}
		}
		x = Target{Name: "nftables", Openings: []target.Opening{
			baseline("ICMP errors: unreachable", "icmp/3,11,12"), baseline("IGMP, and more", "protocol/2"),
		}}
		dhcp := baseline("DHCPv6 answers", "udp/546")
		dhcp.FromPorts = ruleset.Ports{{First: 547, Last: 547}}
		x.Openings = append(x.Openings, dhcp)
		if ping := p.Effective(h).Linux.Ping; ping == nil || ping.Value {
			x.Openings = append(x.Openings,
				baseline("echo requests (ping), IPv4 and IPv6", "icmp/8"), baseline("echo requests (ping), IPv4 and IPv6", "icmpv6/128"))
		}
	}
	for t := range p.Effective(h).Targets.Get().All() {
		x = Target{Name: t.Value}
		if t.Value == "ipsec" && a.RuleSet.Families.IPv6 {
			x.Unsupported = []Unsupported{{"close IPv6", "say families"}}
		}
	}
	return []Target{x}
}

func codesOf(found []findings.Finding) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.Code)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestBridges asks what cures RW040 and what does not.
func TestBridges(t *testing.T) {
	const audience = "\n[audience]\nclients = [\"10.20.0.0/16\"]\npeers = [\"10.1.0.0/24\"]\nmanagement = [\"10.3.0.0/24\"]\n"
	for policy, want := range map[string]int{
		`roles = ["linux-libvirt-host"]`: 1,
		`roles = ["linux-libvirt-host"]
services = ["libvirt-dnsmasq"]`: 0,
		`roles = ["linux-libvirt-host"]
linux = { interfaces = ["eth0"] }`: 0,
		`roles = ["linux-libvirt-host"]
linux = { interfaces = ["eth0", "virbr*"] }`: 1,
		`roles = ["linux-libvirt-host"]
allow = [{ udp = 67, from = ["any"], interfaces = ["virbr0"], reason = "r" }]`: 0,
		`roles = ["linux-libvirt-host"]
allow = [{ udp = 67, from = ["any"], interfaces = ["virbr1"], reason = "r" }]`: 1,
		`roles = ["linux-kubernetes-node"]`: 1,
		`roles = ["linux-kubernetes-node"]
features = ["pods"]`: 0,
		`roles = ["linux-kubernetes-node"]
without = ["pods"]`: 0,
		`roles = ["linux-kubernetes-control"]`: 2,
		`roles = ["linux-kubernetes-control"]
allow = [{ protocol = "any", from = ["10.42.0.0/16"], reason = "pods" }]`: 0,
		`roles = ["linux-docker"]`: 1,
		`roles = ["linux-docker"]
features = ["container-dns"]`: 0,
		`roles = ["linux-docker"]
without = ["container-dns"]`: 0,
		`roles = ["linux-podman"]`: 0,
		`roles = ["linux-libvirt-host"]
services = ["Own"]
[own.services.Own]
title = "t"
endpoints = [{ app = "DHCP", udp = "67", audience = "clients", reach = "any" }]`: 0,
		`roles = ["linux-libvirt-host"]
services = ["Own"]
[own.services.Own]
title = "t"
endpoints = [{ app = "DHCP", udp = "67", audience = "clients" }]`: 1,
		`roles = ["linux-libvirt-host"]
services = ["Own"]
[own.services.Own]
title = "t"
endpoints = [{ app = "DHCP", udp = "67", audience = "clients", interfaces = ["virbr*"] }]`: 0,
		`roles = ["linux-podman"]
linux = { interfaces = ["eth0"] }`: 0,
		`roles = ["linux-web"]`: 0,
	} {
		got := 0
		for _, f := range lintText(t, "os = \"linux\"\n"+policy+audience) {
			if f.Code == "RW040" {
				got++
			}
		}
		if got != want {
			t.Errorf("%s: %d findings, want %d", policy, got, want)
		}
	}
}

// TestExamples holds that the example of every code has it, and that codes are complete and in order.
func TestExamples(t *testing.T) {
	last := ""
	beside := map[string][]string{} // what an example cannot but have beside its own
	for _, c := range checks() {
		t.Run(c.Name, func(t *testing.T) {
			if c.Name <= last || c.Title == "" || c.Why == "" || c.Fix == "" || c.host == nil && c.policy == nil {
				t.Errorf("incomplete or out of order: %+v", c)
			}
			last = c.Name
			found := lintAll(t, c.Example())
			if got, want := codesOf(found), slices.Concat([]string{c.Name}, beside[c.Name]); !slices.Equal(got, want) {
				t.Errorf("the example has %v, not %v", got, want)
			}
			i := slices.IndexFunc(found, func(f findings.Finding) bool { return f.Code == c.Name })
			if i < 0 {
				t.Fatalf("the example has %v", codesOf(found))
			}
			f := found[i]
			t.Logf("%s: %s: %s\n hint %s\n because %s\n see %v\n others %v", f.Pos, f.Level, f.What, f.Hint, strings.Join(f.Because, "\n  "), f.See, codesOf(found))
			if f.Pos.File != "host.toml" || f.Pos.Line == 0 || f.Level != c.Level {
				t.Errorf("%+v", f)
			}
		})
	}
}
