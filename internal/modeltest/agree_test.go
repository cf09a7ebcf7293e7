package modeltest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"testing"

	"rolewall/catalog"
	"rolewall/compare"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/rulesetjson"
	"rolewall/internal/explain"
	"rolewall/internal/wintest"
	"rolewall/internal/wintest/rulestore"
	"rolewall/internal/workspace"
	"rolewall/lint"
	"rolewall/lint/findings"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

var (
	policies = flag.Int("policies", 2000, "how many random policies")
	seed     = flag.Uint64("seed", 1, "where to begin: a failure names its own")
)

// TestModel holds random policies against the model.
func TestModel(t *testing.T) {
	n := *policies
	if testing.Short() {
		n = 200
	}
	for i := range uint64(n) {
		r := rand.New(rand.NewPCG(*seed+i, 0))
		os := []string{"linux", "windows-2022"}[i%2]
		before, after := open(t, randomSite(r, os)), open(t, randomSite(r, os))
		agree(t, r, before)
		agreeOnDiff(t, r, before, after)
		if t.Failed() {
			t.Fatalf("seed %d:\n%s\nand\n%s", *seed+i, before.text(), after.text())
		}
	}
}

// opened is a policy that the program has read.
type opened struct {
	*site
	w        *workspace.Workspace
	resolver *resolver.Resolver
	sets     []*ruleset.RuleSet // by host
}

// builtin is the catalog of all policies: to read it for each takes longer than most policies.
var builtin = sync.OnceValues(catalog.Default)

// text is a policy in memory.
type text string

func (x text) ReadFile(string) ([]byte, error)    { return []byte(x), nil }
func (x text) Glob(name string) ([]string, error) { return []string{name}, nil }

func open(t *testing.T, s *site) *opened {
	t.Helper()
	cat, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load(text(s.text()), "policy.toml", cat)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.text())
	}
	w := &workspace.Workspace{Policy: p, Targets: generators.All(), Day: "2026-01-01"}
	o := &opened{site: s, w: w, resolver: resolver.New(p, w.Day)}
	errs := &diag.List{}
	for _, h := range w.Policy.Hosts {
		o.sets = append(o.sets, o.resolver.RuleSet(h, errs))
	}
	if err := errs.Err(); err != nil {
		t.Fatalf("%v\n%s", err, s.text())
	}
	return o
}

// agree asks about packets to each host.
func agree(t *testing.T, r *rand.Rand, o *opened) {
	t.Helper()
	denied := false
	for i, h := range o.hosts {
		rs := o.sets[i]
		again := readAgain(t, rs)
		firewall := windows(t, rs)
		for n := range 40 {
			p := randomPacket(r)
			want := o.allows(h, p)
			if got := rs.Allows(p.inbound()); got != want {
				t.Errorf("h%d, %s: the rule set says %v", i, p, got)
			}
			if got := again.Allows(p.inbound()); got != want {
				t.Errorf("h%d, %s: its JSON form says %v", i, p, got)
			}
			if firewall != nil {
				if got := firewall.Admits(p.windows()); got != want {
					t.Errorf("h%d, %s: Windows says %v", i, p, got)
				}
			}
			if n == 0 && i == 0 { // closed ports cost explain the most: it looks for names in the catalog
				o.agreeOnExplain(t, i, p, want)
			}
		}
		if d := o.deny; d != nil {
			from := o.networks[len(o.networks)-1].prefixes[0].Addr()
			denied = denied || o.allows(h, packet{d.protocol, d.first, from})
		}
	}
	if got := o.isDenied(t); got != denied {
		t.Errorf("lint says denied: %v, want %v", got, denied)
	}
}

func (p packet) protocolNumber() ruleset.Protocol {
	return map[string]ruleset.Protocol{"tcp": ruleset.TCP, "udp": ruleset.UDP, "icmp": ruleset.ICMP}[p.protocol]
}

func (p packet) inbound() ruleset.Packet {
	out := ruleset.Packet{Remote: p.source, Protocol: p.protocolNumber()}
	if p.protocol == "icmp" {
		out.Type = uint8(p.number)
	} else {
		out.Port = uint16(p.number)
	}
	return out
}

func (p packet) windows() rulestore.Packet {
	in := p.inbound()
	return rulestore.Packet{Profile: "domain", Source: in.Remote, Protocol: in.Protocol, Port: in.Port, SourcePort: 40000, Type: in.Type, Program: `C:\x.exe`}
}

// readAgain writes the JSON form of a rule set and reads it.
func readAgain(t *testing.T, rs *ruleset.RuleSet) *ruleset.RuleSet {
	t.Helper()
	g, _ := generators.All().Lookup("json")
	text, err := generators.Render(g, rs, "h")
	if err != nil {
		t.Fatal(err)
	}
	again, err := rulesetjson.Read(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return again
}

// windows is the firewall of a host of Windows after the script; nil for others.
func windows(t *testing.T, rs *ruleset.RuleSet) *rulestore.Firewall {
	t.Helper()
	if !rs.OS.IsWindows() {
		return nil
	}
	g, _ := generators.All().Lookup("advfirewall")
	if refused := generators.Check(g, rs, generators.All()); len(refused) > 0 {
		t.Fatal(refused)
	}
	text, err := generators.Render(g, rs, "h")
	if err != nil {
		t.Fatal(err)
	}
	script, err := wintest.ReadScript(text)
	if err != nil {
		t.Fatal(err)
	}
	host := wintest.NewHost(rs.OS, "20348")
	if code, err := host.Run(script); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v\n%s", code, err, host.Out)
	}
	return host.Firewall
}

// agreeOnExplain asks explain about the source of a packet alone.
func (o *opened) agreeOnExplain(t *testing.T, host int, p packet, want bool) {
	t.Helper()
	x, err := explain.New(o.w, p.source.String(), []string{"json"})
	if err != nil {
		t.Fatal(err)
	}
	answers, err := x.Port(o.w.Policy.Hosts[host], fmt.Sprintf("%s/%d", p.protocol, p.number))
	if err != nil {
		t.Fatal(err)
	}
	if got := answers.Answers[0].Verdict; (got == explain.Open) != want {
		t.Errorf("h%d, %s: explain says %s", host, p, got)
	}
}

// isDenied reports whether lint finds what a deny forbids.
func (o *opened) isDenied(t *testing.T) bool {
	t.Helper()
	errs := &diag.List{}
	l := lint.New(o.w.Policy, o.resolver, o.w.Day, errs)
	for _, h := range o.w.Policy.Hosts {
		l.Host(h, o.resolver.Resolve(h, errs), nil)
	}
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(l.Findings(), func(f findings.Finding) bool { return f.Code == "RW026" })
}

// agreeOnDiff holds what diff tells of two policies against what the model says of packets before and after.
func agreeOnDiff(t *testing.T, r *rand.Rand, before, after *opened) {
	t.Helper()
	hosts := func(o *opened) []compare.Host { return []compare.Host{{Name: "h", Set: o.sets[0]}} }
	found, err := compare.Hosts(hosts(before), hosts(after))
	if err != nil {
		t.Fatal(err)
	}
	for range 40 {
		p := randomPacket(r)
		was, is := before.allows(before.hosts[0], p), after.allows(after.hosts[0], p)
		traffic, err := ruleset.ParseTraffic(fmt.Sprintf("%s/%d", p.protocol, p.number))
		if err != nil {
			t.Fatal(err)
		}
		about := func(side func(compare.Change) ruleset.Prefixes) bool {
			return slices.ContainsFunc(found.Changes, func(c compare.Change) bool {
				return !c.Outbound && c.Traffic.Contains(traffic) && slices.ContainsFunc(side(c), func(q netip.Prefix) bool { return q.Contains(p.source) })
			})
		}
		added := about(func(c compare.Change) ruleset.Prefixes { return c.Added.Prefixes })
		removed := about(func(c compare.Change) ruleset.Prefixes { return c.Removed.Prefixes })
		if is && !was && !added || was && !is && !removed || was == is && !was && (added || removed) {
			t.Errorf("%s was %v and is %v, and diff says added %v, removed %v", p, was, is, added, removed)
		}
	}
}
