package wintest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rolewall/generators"
	"rolewall/internal/wintest"
	"rolewall/internal/wintest/netsh"
	"rolewall/internal/wintest/rulestore"
	"rolewall/ruleset"
)

// checkAdvfirewall holds a script against the rule set: run once it is the rule set and the rules of others, run twice
// as once.
func checkAdvfirewall(t *testing.T, rs *ruleset.RuleSet) *wintest.Host {
	t.Helper()
	s, h := script(t, "advfirewall", rs), host(rs)
	before := h.Clone()
	run(t, h, s)
	var rules []*ruleset.Rule
	for _, r := range h.Firewall.Rules {
		if !strings.HasPrefix(r.Name, "rolewall: ") || strings.Contains(r.Name, "[baseline]") {
			continue
		}
		opening, ok := openingOf(r)
		if !ok {
			t.Errorf("%+v opens nothing that a rule set can say", r)
		}
		rules = append(rules, opening)
	}
	every := ruleset.Families{IPv4: true, IPv6: true}
	got := openings(rules, func(r *ruleset.Rule) ruleset.Families { return r.Protocol.Families().And(every) })
	want := openings(listenersOf(rs.Inbound), rs.FamiliesOf)
	compare(t, got, want)
	for i, r := range before.Firewall.Rules {
		if h.Firewall.Rules[i].Name != r.Name || rs.Settings.Advfirewall.OtherRules == "" && h.Firewall.Rules[i].Disabled {
			t.Errorf("the rule %q of another owner is not as it was", r.Name)
		}
	}
	checkCapture(t, h, rs)
	once := h.Firewall.Effect()
	count := len(h.Firewall.Rules)
	run(t, h, s)
	if h.Firewall.Effect() != once || len(h.Firewall.Rules) != count {
		t.Errorf("a second run changes the store:\n%s\nafter\n%s", h.Firewall.Effect(), once)
	}
	for _, c := range h.Ran {
		if strings.Contains(c, " add rule ") || strings.Contains(c, " delete rule ") {
			t.Errorf("a second run says %s", c)
		}
	}
	return h
}

// listenersOf leaves out what a target may leave out of a listener: a program without its folder.
func listenersOf(rules []*ruleset.Rule) []*ruleset.Rule {
	out := slices.Clone(rules)
	for i, r := range out {
		if p := r.Listener.Program; p != "System" && !strings.Contains(p, `\`) {
			out[i].Listener.Program = ""
		}
	}
	return out
}

func compare(t *testing.T, got, want []string) {
	t.Helper()
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("missing: %s", w)
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			t.Errorf("too much: %s", g)
		}
	}
}

// checkIPsec is checkAdvfirewall for the other store.
func checkIPsec(t *testing.T, rs *ruleset.RuleSet) *wintest.Host {
	t.Helper()
	s, h := script(t, "ipsec", rs), host(rs)
	run(t, h, s)
	var in, out []*ruleset.Rule
	blocksAll := false
	for f, blocks := range h.IPsec.Filters() {
		opening, isIn := filterOpening(f)
		reach, isOut := filterReach(f)
		switch {
		case blocks:
			blocksAll = blocksAll || f == netsh.Filter{Source: netsh.Side{Any: true}, Destination: netsh.Side{Me: true}, Protocol: ruleset.AnyProtocol, Mirrored: true}
		case isIn:
			in = append(in, opening)
		case isOut:
			out = append(out, reach)
		case !f.Source.Me || f.Source.Port != 20:
			t.Errorf("a filter is neither in nor out: %+v", f)
		}
	}
	if !blocksAll {
		t.Error("nothing blocks the rest")
	}
	v4 := func(*ruleset.Rule) ruleset.Families { return ruleset.Families{IPv4: true} }
	compare(t, openings(flat(in), v4), openings(flat(rs.Inbound), rs.FamiliesOf))
	compare(t, openings(flat(out), v4), openings(flat(rs.Outbound), rs.FamiliesOf))
	once, assigned := h.IPsec.Effect(), h.IPsec.Assigned
	run(t, h, s)
	if h.IPsec.Effect() != once || h.IPsec.Assigned == assigned {
		t.Errorf("a second run changes the effect, or does not build beside")
	}
	if len(h.IPsec.Policies) != 1 || len(h.IPsec.Lists) > 3 || len(h.IPsec.Actions) != 2 {
		t.Errorf("something is left: %d policies, %d lists, %d actions", len(h.IPsec.Policies), len(h.IPsec.Lists), len(h.IPsec.Actions))
	}
	return h
}

// flat says rules as filters can: single ports, no listener, all of ICMP.
func flat(rules []*ruleset.Rule) []*ruleset.Rule {
	var out []*ruleset.Rule
	for _, r := range ruleset.WithoutListeners(rules) {
		r.RPC = ruleset.NoRPC
		if r.Protocol == ruleset.ICMP {
			r.ICMP = []ruleset.ICMPType{{}}
		}
		if r.Protocol == ruleset.ICMPv6 || len(r.Ports) == 0 {
			out = append(out, r)
			continue
		}
		for _, p := range r.Ports {
			for n := int(p.First); n <= int(p.Last); n++ {
				one := *r
				one.Ports = ruleset.Ports{{First: uint16(n), Last: uint16(n)}}
				out = append(out, &one)
			}
		}
	}
	return out
}

// sample is a host with every kind of rule that the edition's targets can say.
func sample(os ruleset.OS, rpc ruleset.RPCMode) *ruleset.RuleSet {
	anyone, office := ruleset.Anyone(), addresses("office", "10.20.0.0/16", "fd00:20::/48", "10.30.0.7/32")
	admins := addresses("admins", "10.3.0.0/24", "fd00:3::/64")
	svchost := `%SystemRoot%\System32\svchost.exe`
	lsass := ruleset.Listener{Program: `%SystemRoot%\System32\lsass.exe`}
	system := ruleset.Listener{Program: "System"}
	ports := func(s string) ruleset.Ports {
		p, err := ruleset.ParsePorts(s)
		if err != nil {
			panic(err)
		}
		return p
	}
	rs := &ruleset.RuleSet{Host: "host1", OS: os, Roles: []string{"domain-controller"}, Families: os.Families(), RPC: ruleset.RPC{Mode: rpc}}
	requests := []*ruleset.Rule{
		{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ports("53")}, Remote: anyone, Listener: ruleset.Listener{Program: `%SystemRoot%\System32\dns.exe`, Service: "DNS"}},
		{Traffic: ruleset.Traffic{Protocol: ruleset.UDP, Ports: ports("53")}, Remote: anyone, Listener: ruleset.Listener{Program: `%SystemRoot%\System32\dns.exe`, Service: "DNS"}},
		{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ports("445")}, Remote: office, Listener: system},
		{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ports("445")}, Remote: admins, Listener: ruleset.Listener{}},
		{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ports("515")}, Remote: admins, Listener: ruleset.Listener{Program: "tcpsvcs.exe", Service: "LPDSVC"}},
		{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ports("8834,9000,9002")}, Remote: admins},
		{Traffic: ruleset.Traffic{Protocol: ruleset.GRE}, Remote: office, Listener: system},
		{Traffic: ruleset.Traffic{Protocol: ruleset.AnyProtocol}, Remote: addresses("scanner", "10.3.0.7/32")},
		{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ports("135")}, RPC: ruleset.EndpointMapper, Remote: office, Listener: ruleset.Listener{Program: svchost, Service: "RpcSs"}},
	}
	dynamic := func(p string) {
		requests = append(requests,
			&ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ports(p)}, RPC: ruleset.Dynamic, Remote: office, Listener: lsass},
			&ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ports(p)}, RPC: ruleset.Dynamic, Remote: admins})
		rs.RPC.Ranges = ports(p)
	}
	switch rpc {
	case ruleset.RPCDynamic:
		dynamic(os.DynamicRange().String())
	case ruleset.RPCRange:
		dynamic("57901-57950")
	case ruleset.RPCStatic:
		requests = append(requests, &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ports("38901")}, RPC: ruleset.Static, Remote: office, Listener: lsass},
			&ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ports("38902")}, RPC: ruleset.Static, Remote: office, Listener: lsass})
	}
	if os.Families().IPv6 {
		requests = append(requests,
			&ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.ICMP, ICMP: []ruleset.ICMPType{{Type: 3, Code: 4, HasCode: true}, {Type: 8}}}, Remote: office, Listener: system},
			&ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.ICMPv6, ICMP: []ruleset.ICMPType{{Type: 128}}}, Remote: office, Listener: system})
	}
	for i := range requests {
		requests[i].Reasons = []ruleset.Reason{{Role: "domain-controller", Service: "LSASS", App: "RPC", Networks: requests[i].Remote.Names()}}
		requests[i].Remote = requests[i].Remote.Restrict(rs.Families)
	}
	rs.Inbound = ruleset.Merge(requests)
	return rs
}

var modes = []ruleset.RPCMode{ruleset.RPCDynamic, ruleset.RPCRange, ruleset.RPCStatic, ruleset.RPCClosed}

func TestAdvfirewallRoundTrip(t *testing.T) {
	for _, os := range generator(t, "advfirewall").Info().OS {
		for _, mode := range modes {
			t.Run(fmt.Sprintf("%s/%s", os, mode), func(t *testing.T) { checkAdvfirewall(t, sample(os, mode)) })
		}
	}
}

func TestIPsecRoundTrip(t *testing.T) {
	for _, os := range generator(t, "ipsec").Info().OS {
		for _, mode := range []ruleset.RPCMode{ruleset.RPCRange, ruleset.RPCStatic, ruleset.RPCClosed} {
			t.Run(fmt.Sprintf("%s/%s", os, mode), func(t *testing.T) { checkIPsec(t, ipsecSample(os, mode)) })
		}
	}
}

// ipsecSample speaks IPv4 alone, and has hosts to reach.
func ipsecSample(os ruleset.OS, mode ruleset.RPCMode) *ruleset.RuleSet {
	rs := sample(os, mode)
	rs.Families = ruleset.Families{IPv4: true}
	rs.Settings.IPsec.ICMP = "all-types"
	rs.Outbound = ruleset.Merge([]*ruleset.Rule{
		{Traffic: ruleset.Traffic{Protocol: ruleset.UDP, Ports: ruleset.Ports{{First: 53, Last: 53}}}, Remote: addresses("dc", "10.1.0.10/31")},
		{Traffic: ruleset.Traffic{Protocol: ruleset.AnyProtocol}, Remote: addresses("mom", "10.1.0.5/32")},
		{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 80, Last: 82}}}, Remote: ruleset.Anyone()},
	})
	return rs
}

// Settings change what the host does, and not what the rule set lets in.
func TestAdvfirewallSettingsRoundTrip(t *testing.T) {
	for name, settings := range map[string]ruleset.AdvfirewallSettings{
		"profile": {Profile: []string{"domain", "private"}}, "allow": {Outbound: "allow"}, "block": {Outbound: "block"},
		"log": {LogDropped: true}, "alone": {OtherRules: "disable"}, "all": {Profile: []string{"domain"}, Outbound: "block", LogDropped: true, OtherRules: "disable"},
	} {
		t.Run(name, func(t *testing.T) {
			rs := sample(ruleset.Windows2022, ruleset.RPCDynamic)
			rs.Settings.Advfirewall = settings
			h := checkAdvfirewall(t, rs)
			for profile, state := range h.Firewall.Profiles {
				want := rulestore.Profile{On: true, Inbound: "blockinbound", Outbound: "allowoutbound", LogDropped: settings.LogDropped}
				if settings.Outbound == "block" {
					want.Outbound = "blockoutbound"
				}
				if state != want {
					t.Errorf("the profile %s is %+v, want %+v", profile, state, want)
				}
			}
			baseline := 0
			for _, r := range h.Firewall.Rules {
				ours := strings.HasPrefix(r.Name, "rolewall: ")
				isBaseline := strings.Contains(r.Name, "[baseline]")
				switch {
				case isBaseline:
					baseline++
				case ours && !slices.Equal(r.Profiles, settings.Profile):
					t.Errorf("%s holds in %v", r.Name, r.Profiles)
				case !ours && r.Disabled != (settings.OtherRules == "disable" && !r.Outbound && !r.Block):
					t.Errorf("%s is off: %v", r.Name, r.Disabled)
				}
			}
			if (baseline > 0) != (settings.OtherRules == "disable") {
				t.Errorf("%d rules of the baseline", baseline)
			}
		})
	}
}

// A host whose firewall was off, or open by default, is closed afterwards.
func TestAdvfirewallCloses(t *testing.T) {
	rs := sample(ruleset.Windows2022, ruleset.RPCDynamic)
	h := host(rs)
	for name := range h.Firewall.Profiles {
		h.Firewall.Profiles[name] = rulestore.Profile{Inbound: "allowinbound", Outbound: "allowoutbound"}
	}
	run(t, h, script(t, "advfirewall", rs))
	for name, p := range h.Firewall.Profiles {
		if !p.On || p.Inbound != "blockinbound" {
			t.Errorf("the profile %s is %+v", name, p)
		}
	}
}

// A host of one family lets nobody in over the other.
func TestAdvfirewallFamiliesRoundTrip(t *testing.T) {
	for _, f := range []ruleset.Families{{IPv4: true}, {IPv6: true}} {
		rs := sample(ruleset.Windows2019, ruleset.RPCDynamic)
		rs.Families = f
		checkAdvfirewall(t, rs)
	}
}

// Every command of a target is known to the reader whatever the settings: a refusal is the only other end.
func TestRefusedOrRead(t *testing.T) {
	for _, target := range []string{"advfirewall", "ipsec"} {
		g := generator(t, target)
		for _, os := range ruleset.AllOS() {
			for _, mode := range modes {
				rs := sample(os, mode)
				if len(generators.Check(g, rs, generators.All())) == 0 {
					script(t, target, rs)
				}
			}
		}
	}
}
