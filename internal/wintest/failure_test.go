package wintest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rolewall/internal/wintest"
	"rolewall/internal/wintest/netsh"
	"rolewall/internal/wintest/rulestore"
	"rolewall/ruleset"
)

// versions are two rule sets of one host: some rules go, some come, some stay.
func versions(target string) (v1, v2 *ruleset.RuleSet) {
	if target == "ipsec" {
		v1, v2 = ipsecSample(ruleset.Windows2003, ruleset.RPCRange), ipsecSample(ruleset.Windows2003, ruleset.RPCStatic)
		// Few filters, since each is a command that may fail.
		v1.Inbound, v2.Inbound = v1.Inbound[2:6], v2.Inbound[:4]
		v2.Outbound = v2.Outbound[1:]
		return v1, v2
	}
	v1, v2 = sample(ruleset.Windows2022, ruleset.RPCStatic), sample(ruleset.Windows2022, ruleset.RPCDynamic)
	v1.Inbound, v2.Inbound = v1.Inbound[3:], v2.Inbound[:len(v2.Inbound)-2]
	v2.Settings.Advfirewall = ruleset.AdvfirewallSettings{Outbound: "block", LogDropped: true, OtherRules: "disable"}
	return v1, v2
}

// difference lists the lines that one effect has and the other lacks.
func difference(got, want string) string {
	var b strings.Builder
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for _, line := range g {
		if !slices.Contains(w, line) {
			b.WriteString("\n  too much: " + line)
		}
	}
	for _, line := range w {
		if !slices.Contains(g, line) {
			b.WriteString("\n  missing: " + line)
		}
	}
	return b.String()
}

// oursIn are the names of rolewall's rules and objects.
func oursIn(h *wintest.Host) string {
	var names []string
	for _, r := range h.Firewall.Rules {
		if strings.HasPrefix(r.Name, "rolewall: ") {
			names = append(names, r.Name)
		}
	}
	for name := range h.IPsec.Lists {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, "\n")
}

// Version 1 and then version 2 is version 2 alone.
func TestNextVersionLeavesNothing(t *testing.T) {
	for _, target := range []string{"advfirewall", "ipsec"} {
		t.Run(target, func(t *testing.T) {
			v1, v2 := versions(target)
			fresh, updated := host(v2), host(v1)
			run(t, fresh, script(t, target, v2))
			run(t, updated, script(t, target, v1))
			if effect(target, updated) == effect(target, fresh) {
				t.Fatal("the versions do not differ")
			}
			run(t, updated, script(t, target, v2))
			if got, want := effect(target, updated), effect(target, fresh); got != want {
				t.Errorf("both versions leave more or less than the second alone: %s", difference(got, want))
			}
			if n := objects(updated); n > 6 {
				t.Errorf("something of version 1 is left: %d objects", n)
			}
		})
	}
}

// What earlier versions of the program called their rules does not matter, and nor does the language of netsh.
func TestOlderNamesDisappear(t *testing.T) {
	rs := sample(ruleset.Windows2022, ruleset.RPCDynamic)
	clean := host(rs)
	run(t, clean, script(t, "advfirewall", rs))
	for name, language := range rulestore.Languages() {
		h := host(rs)
		h.Language = language
		for _, old := range []string{
			"rolewall: tcp 80", "rolewall: tcp 53 [0c1d2e3f]", `rolewall: x & del "y`, "rolewall: 100% ^ ! <>", "rolewall: 50%PATH%", "Rolewall: odd", "rolewall: tcp 80",
		} {
			h.Firewall.Rules = append(h.Firewall.Rules, netsh.Rule{Name: strings.ReplaceAll(old, `"`, ""), Protocol: ruleset.TCP})
		}
		keep := netsh.Rule{Name: "not rolewall: at all", Protocol: ruleset.TCP, LocalPort: netsh.PortSet{Ports: ruleset.Ports{{First: 9, Last: 9}}}}
		h.Firewall.Rules = append(h.Firewall.Rules, keep)
		run(t, h, script(t, "advfirewall", rs))
		clean := clean.Clone()
		clean.Firewall.Rules = append(clean.Firewall.Rules, keep, netsh.Rule{Name: "Rolewall: odd", Protocol: ruleset.TCP})
		if got, want := h.Firewall.Effect(), clean.Firewall.Effect(); got != want {
			t.Errorf("%s: %s", name, difference(got, want))
		}
	}
}

// A failure at each command in turn leaves the old or the new store, and says so by the exit code.
func TestFailureAtEachCommand(t *testing.T) {
	for _, target := range []string{"advfirewall", "ipsec"} {
		v1, v2 := versions(target)
		hosts := map[string]*wintest.Host{"first run": host(v1), "next version": ran(t, target, v1)}
		if target == "advfirewall" {
			hosts["same version"], hosts["firewall off"] = ran(t, target, v2), off(v1)
		}
		for name, before := range hosts {
			t.Run(target+"/"+name, func(t *testing.T) { failEach(t, target, before, script(t, target, v2)) })
		}
	}
}

// ran is a host after the script of rs.
func ran(t *testing.T, target string, rs *ruleset.RuleSet) *wintest.Host {
	h := host(rs)
	run(t, h, script(t, target, rs))
	return h
}

// objects counts what the IPSec store holds.
func objects(h *wintest.Host) int {
	return len(h.IPsec.Policies) + len(h.IPsec.Lists) + len(h.IPsec.Actions)
}

func off(rs *ruleset.RuleSet) *wintest.Host {
	h := host(rs)
	for name, p := range h.Firewall.Profiles {
		p.On = false
		h.Firewall.Profiles[name] = p
	}
	return h
}

// backupOf names the file in which a script saves what was there.
var backupOf = map[string]string{
	"advfirewall": `c:\windows\rolewall\advfirewall-before.wfw`,
	"ipsec":       `c:\windows\rolewall\ipsec-before.ipsec`,
}

func failEach(t *testing.T, target string, before *wintest.Host, s *wintest.Script) {
	old := effect(target, before)
	whole := before.Clone()
	run(t, whole, s)
	wanted := effect(target, whole)
	steps := len(whole.Ran)
	if !whole.Exists(backupOf[target]) {
		t.Errorf("a run saves nothing as %s", backupOf[target])
	}
	for i := 1; i <= steps; i++ {
		h := before.Clone()
		h.Fail = i
		code, err := h.Run(s)
		if err != nil {
			t.Fatal(err)
		}
		failed := "?"
		if i <= len(h.Ran) {
			failed = h.Ran[i-1]
		}
		switch got := effect(target, h); {
		case got != old && got != wanted:
			t.Errorf("when command %d fails (%s), the store is a third one: %s\n%s", i, failed, difference(got, wanted), h.Out)
		case got == old && old != wanted && code == 0:
			t.Errorf("when command %d fails (%s), nothing is changed and the exit code is 0", i, failed)
		}
		if had, has := before.Exists(backupOf[target]), h.Exists(backupOf[target]); had && !has {
			t.Errorf("when command %d fails (%s), the backup of the run before is gone", i, failed)
		}
		if strings.Contains(failed, "static add") && objects(h) != objects(before) {
			t.Errorf("when command %d fails (%s), something half-built is left", i, failed)
		}
		h.Fail = 0
		run(t, h, s)
		if got := effect(target, h); got != wanted {
			t.Errorf("a run after command %d failed (%s) does not mend it: %s", i, failed, difference(got, wanted))
		}
		if n := objects(h); n > 6 {
			t.Errorf("a run after command %d failed (%s) leaves %d objects", i, failed, n)
		}
	}
	if steps < 30 {
		t.Errorf("only %d commands were tried", steps)
	}
}

// Nothing is changed where the script has no business.
func TestStopsBeforeAnyChange(t *testing.T) {
	const outbound = `hklm\system\currentcontrolset\services\sharedaccess\parameters\firewallpolicy\publicprofile\defaultoutboundaction`
	for _, c := range []struct {
		target, name string
		change       func(*wintest.Host)
		says         string
	}{
		{"advfirewall", "not elevated", func(h *wintest.Host) { h.Elevated = false }, "elevated"},
		{"advfirewall", "other edition", func(h *wintest.Host) { h.Build = "17763" }, "made for windows-2022"},
		{"advfirewall", "longer build", func(h *wintest.Host) { h.Build = "203480" }, "made for windows-2022"},
		{"advfirewall", "outbound blocked", func(h *wintest.Host) {
			p := h.Firewall.Profiles["private"]
			p.Outbound = "blockoutbound"
			h.Firewall.Profiles["private"] = p
		}, "Outbound connections are blocked"},
		{"advfirewall", "outbound blocked, says the registry", func(h *wintest.Host) { h.Registry[outbound] = "REG_DWORD    0x1" }, "Outbound connections are blocked"},
		{"ipsec", "not elevated", func(h *wintest.Host) { h.Elevated = false }, "elevated"},
		{"ipsec", "other edition", func(h *wintest.Host) { h.Build = "2195" }, "made for windows-2003"},
		{"ipsec", "service stopped", func(h *wintest.Host) { h.Services["policyagent"] = false }, "PolicyAgent does not run"},
		{"ipsec", "no name free", func(h *wintest.Host) {
			for i := range 9 {
				h.IPsec.Lists[fmt.Sprintf("rolewall %d x", i+1)] = nil
			}
		}, "rolewall 9 exist"},
	} {
		t.Run(c.target+"/"+c.name, func(t *testing.T) {
			_, rs := versions(c.target)
			rs.Settings.Advfirewall = ruleset.AdvfirewallSettings{}
			h := host(rs)
			c.change(h)
			before, ours := effect(c.target, h), oursIn(h)
			code, err := h.Run(script(t, c.target, rs))
			if err != nil {
				t.Fatal(err)
			}
			if code == 0 || effect(c.target, h) != before || oursIn(h) != ours || len(h.IPsec.Policies) > 0 {
				t.Errorf("exit code %d, and the store is\n%s", code, effect(c.target, h))
			}
			if !strings.Contains(h.Out, "Nothing was changed. ") || !strings.Contains(h.Out, c.says) {
				t.Errorf("it says %q", h.Out)
			}
		})
	}
}

func TestWarnsOfGroupPolicy(t *testing.T) {
	_, rs := versions("advfirewall")
	for value, c := range map[string]struct{ bad, good, says string }{
		`publicprofile\allowlocalpolicymerge`:  {"0x0", "0x1", "(PublicProfile) local rules are ignored"},
		`domainprofile\enablefirewall`:         {"0x0", "0x1", "(DomainProfile) the firewall is off"},
		`standardprofile\defaultinboundaction`: {"0x0", "0x1", "(StandardProfile) what no rule names is let in"},
		`privateprofile\donotallowexceptions`:  {"0x1", "0x0", "(PrivateProfile) all rules that let something in are ignored"},
	} {
		h := host(rs)
		h.Registry[`hklm\software\policies\microsoft\windowsfirewall\`+value] = "REG_DWORD    " + c.bad
		if code, err := h.Run(script(t, "advfirewall", rs)); err != nil || code != 3 {
			t.Errorf("%s: exit code %d, %v", value, code, err)
		}
		if !strings.Contains(h.Out, "WARNING: by Group Policy "+c.says) {
			t.Errorf("%s: it says %q", value, h.Out)
		}
		h.Registry[`hklm\software\policies\microsoft\windowsfirewall\`+value] = "REG_DWORD    " + c.good
		if run(t, h, script(t, "advfirewall", rs)); strings.Contains(h.Out, "WARNING") {
			t.Errorf("%s=%s: it warns", value, c.good)
		}
	}
	_, rs = versions("ipsec")
	h := host(rs)
	h.Registry[`hklm\software\policies\microsoft\windows\ipsec\gptipsecpolicy\dsipsecpolicypath`] = "REG_SZ    LDAP://x"
	if run(t, h, script(t, "ipsec", rs)); !strings.Contains(h.Out, "WARNING: an IPSec policy from Group Policy") {
		t.Errorf("it says %q", h.Out)
	}
}

// A port that stays open is never shut on the way, not even on a host whose firewall was off.
func TestNoPortIsShutOnTheWay(t *testing.T) {
	v1, v2 := versions("advfirewall")
	v2.Settings.Advfirewall = ruleset.AdvfirewallSettings{}
	open := func(h *wintest.Host, r *ruleset.Rule) bool {
		return len(v2.Inbound) > 0 && h.Firewall.Admits(rulestore.Packet{
			Profile: "domain", Source: r.Remote.Prefixes()[0].Addr(), Protocol: r.Protocol, Port: r.Ports[0].First,
			Program: r.Listener.Program, Service: r.Listener.Service, SourcePort: 40000,
		})
	}
	stays := v2.Inbound[0]
	for _, r := range v2.Inbound {
		if r.Protocol == ruleset.TCP && r.Ports.String() == "445" && !r.Listener.IsZero() {
			stays = r
		}
	}
	for name, h := range map[string]*wintest.Host{"next version": ran(t, "advfirewall", v1), "firewall off": off(v1)} {
		h.Firewall.Rules = append(h.Firewall.Rules, netsh.Rule{Name: "x", Protocol: ruleset.ESP})
		if !open(h, stays) {
			t.Fatalf("%s: %s is not open to begin with", name, stays.What())
		}
		h.Each = func(c string) {
			if !open(h, stays) {
				t.Errorf("%s: %s is shut before %s", name, stays.What(), c)
			}
		}
		run(t, h, script(t, "advfirewall", v2))
	}
}

// A script that cannot find itself, being called in quotes without .cmd, must not take its own rules for those of an
// earlier version.
func TestStopsWhereItCannotReadItself(t *testing.T) {
	rs := sample(ruleset.Windows2022, ruleset.RPCStatic)
	s := script(t, "advfirewall", rs)
	h := host(rs)
	before := h.Firewall.Effect()
	h.CalledAs = `C:\scripts\rolewall`
	code, err := h.Run(s)
	if err != nil || code == 0 || h.Firewall.Effect() != before || !strings.Contains(h.Out, `The script cannot read itself as C:\scripts\rolewall.`) {
		t.Errorf("exit code %d, %v\n%s", code, err, h.Out)
	}
}

// NoDefaultExempt comes with the policy and goes with it.
func TestIPsecExemptGoesBack(t *testing.T) {
	const value = `hklm\system\currentcontrolset\services\ipsec\nodefaultexempt`
	plain, exempt := ipsecSample(ruleset.Windows2003, ruleset.RPCRange), ipsecSample(ruleset.Windows2003, ruleset.RPCRange)
	one, three := 1, 3
	exempt.Settings.IPsec.DefaultExempt = &one
	other := ipsecSample(ruleset.Windows2003, ruleset.RPCRange)
	other.Settings.IPsec.DefaultExempt = &three
	for _, before := range []string{"", "REG_DWORD    0x2"} {
		h := host(plain)
		if before != "" {
			h.Registry[value] = before
		}
		for _, step := range []struct {
			rs   *ruleset.RuleSet
			want string
		}{{plain, before}, {exempt, "REG_DWORD    1"}, {other, "REG_DWORD    3"}, {plain, before}, {plain, before}} {
			run(t, h, script(t, "ipsec", step.rs))
			if got := h.Registry[value]; got != step.want {
				t.Errorf("from %q: the value is %q, want %q", before, got, step.want)
			}
		}
		for place := range h.Registry {
			if strings.Contains(place, "rolewall") {
				t.Errorf("%s is left", place)
			}
		}
	}
}

// No filter is added twice, whatever rules overlap.
func TestIPsecAddsNoFilterTwice(t *testing.T) {
	rs := ipsecSample(ruleset.Windows2003, ruleset.RPCRange)
	from := addresses("admins", "10.3.0.0/24")
	rs.Inbound = ruleset.Merge([]*ruleset.Rule{
		{Traffic: ruleset.Traffic{Protocol: ruleset.ICMP, ICMP: []ruleset.ICMPType{{Type: 13}}}, Remote: from}, {Traffic: ruleset.Traffic{Protocol: ruleset.ICMP, ICMP: []ruleset.ICMPType{{Type: 17}}}, Remote: from},
		{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 440, Last: 450}}}, Remote: from}, {Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 445, Last: 445}}}, Remote: from},
		{Traffic: ruleset.Traffic{Protocol: ruleset.UDP, Ports: ruleset.Ports{{First: 1, Last: 65535}}}, Remote: from},
	})
	h := host(rs)
	run(t, h, script(t, "ipsec", rs))
	if n := len(h.IPsec.Lists["rolewall 1 inbound"]); n != 13 {
		t.Errorf("%d filters, want one for ICMP, 11 for TCP and one for UDP", n)
	}
}
