package wintest_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/internal/wintest"
	"rolewall/internal/wintest/netsh"
	"rolewall/ruleset"
)

// build is a CurrentBuildNumber of the edition.
func build(os ruleset.OS) string {
	return map[ruleset.OS]string{
		ruleset.Windows2003: "3790", ruleset.Windows2008: "6003", ruleset.Windows2008R2: "7601", ruleset.Windows2012: "9200",
		ruleset.Windows2012R2: "9600", ruleset.Windows2016: "14393", ruleset.Windows2019: "17763", ruleset.Windows2022: "20348",
		ruleset.Windows2025: "26100",
	}[os]
}

// generator is the target of that name.
func generator(t testing.TB, name string) target.Target {
	t.Helper()
	g, ok := generators.All().Lookup(name)
	if !ok {
		t.Fatalf("no target %s", name)
	}
	return g
}

// script is the script of a target for rs, which the strict reader takes as it stands.
func script(t testing.TB, target string, rs *ruleset.RuleSet) *wintest.Script {
	t.Helper()
	g := generator(t, target)
	if refusals := generators.Check(g, rs, generators.All()); len(refusals) > 0 {
		t.Fatalf("refused: %v", refusals)
	}
	file, err := generators.Render(g, rs, "host1")
	if err != nil {
		t.Fatal(err)
	}
	s, err := wintest.ReadScript(file)
	if err != nil {
		t.Fatalf("the reader refuses the script: %v", err)
	}
	if err := s.Check(rs.OS); err != nil {
		t.Fatalf("the reader refuses netsh commands: %v", err)
	}
	return s
}

// host is a host of the edition on which scripts for rs may run; it has rules of other owners.
func host(rs *ruleset.RuleSet) *wintest.Host {
	h := wintest.NewHost(rs.OS, build(rs.OS))
	h.Firewall.Rules = append(h.Firewall.Rules,
		netsh.Rule{Name: "Stock", Protocol: ruleset.TCP, LocalPort: netsh.PortSet{Ports: ruleset.Ports{{First: 7, Last: 7}}}},
		netsh.Rule{Name: "Stock", Protocol: ruleset.UDP, Outbound: true},
		netsh.Rule{Name: "No telnet", Protocol: ruleset.TCP, Block: true, LocalPort: netsh.PortSet{Ports: ruleset.Ports{{First: 23, Last: 23}}}},
	)
	obeyPins(h, rs)
	return h
}

// obeyPins gives a host the pins of its rule set, in force.
func obeyPins(h *wintest.Host, rs *ruleset.RuleSet) {
	for _, p := range rs.RPC.Pins {
		h.Listens[p.Port] = true
		if p.Kind == "registry" {
			data := fmt.Sprintf("REG_DWORD    0x%x", p.Port)
			if p.Type == "REG_MULTI_SZ" {
				data = fmt.Sprintf("REG_MULTI_SZ    ncacn_ip_tcp,0,%d", p.Port)
			}
			h.Registry[strings.ToLower(p.Place+`\`+p.Value)] = data
		}
	}
}

// run runs a script that must succeed.
func run(t testing.TB, h *wintest.Host, s *wintest.Script) {
	t.Helper()
	code, err := h.Run(s)
	if err != nil {
		t.Fatal(err)
	}
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, h.Out)
	}
}

// effect is what a target's store does to packets.
func effect(target string, h *wintest.Host) string {
	if target == "ipsec" {
		return h.IPsec.Effect()
	}
	return h.Firewall.Effect()
}

// openings are the single openings of a rule set in words: one for each port range or ICMP type, listener and prefix.
// Every way to say the same rule gives the same words.
func openings(rules []*ruleset.Rule, families func(*ruleset.Rule) ruleset.Families) []string {
	var out []string
	for _, r := range rules {
		f := families(r)
		what := []string{r.Protocol.String()}
		switch {
		case r.RPC == ruleset.Dynamic && r.Protocol == ruleset.TCP:
			what = []string{"tcp RPC"}
		case r.Protocol.HasPorts():
			what = nil
			for _, p := range r.Ports {
				what = append(what, r.Protocol.String()+" "+p.String())
			}
		case r.Protocol.HasTypes():
			what = nil
			for _, t := range r.ICMP {
				what = append(what, r.Protocol.String()+" "+t.String())
			}
		}
		for _, w := range what {
			for _, from := range senders(r.Remote, f) {
				out = append(out, fmt.Sprintf("%s from %s to %s|%s", w, from, strings.ToLower(r.Listener.Program), strings.ToLower(r.Listener.Service)))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// senders are prefixes; every address of a family is its prefix of length 0.
func senders(s ruleset.Sources, f ruleset.Families) []string {
	var all []netip.Prefix
	if f.IPv4 {
		all = append(all, netip.MustParsePrefix("0.0.0.0/0"))
	}
	if f.IPv6 {
		all = append(all, netip.MustParsePrefix("::/0"))
	}
	if !s.IsAnyone() {
		all = s.Restrict(f).Prefixes()
	}
	var out []string
	for _, p := range all {
		out = append(out, p.String())
	}
	return out
}

func addresses(name string, prefixes ...string) ruleset.Sources {
	set := ruleset.AddressSet{Name: name}
	for _, p := range prefixes {
		set.Prefixes = append(set.Prefixes, netip.MustParsePrefix(p))
	}
	return ruleset.NewSources(set)
}
