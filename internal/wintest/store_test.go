package wintest

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"rolewall/internal/wintest/netsh"
	"rolewall/internal/wintest/rulestore"
	"rolewall/ruleset"
)

// do runs netsh command lines against the host and returns the exit code of the last.
func do(t *testing.T, h *Host, lines ...string) int {
	t.Helper()
	code := 0
	for _, line := range lines {
		var err error
		if _, code, err = h.netsh(netsh.SplitArgs(netsh.NewText(line))); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	return code
}

func packet(source string, p ruleset.Protocol, port uint16) rulestore.Packet {
	return rulestore.Packet{Profile: "public", Source: netip.MustParseAddr(source), Protocol: p, Port: port, SourcePort: 50000, Program: "System"}
}

const addX = "advfirewall firewall add rule name=x dir=in action=allow protocol=TCP localport=80"

// The facts of the rule store that scripts stand on.
func TestFirewallFacts(t *testing.T) {
	web, other := packet("10.0.0.1", ruleset.TCP, 80), packet("10.0.0.1", ruleset.TCP, 81)
	for _, c := range []struct {
		name  string
		lines []string
		code  int // of the last line
		holds func(f *rulestore.Firewall) bool
	}{
		{"closed by default", nil, 0, func(f *rulestore.Firewall) bool { return !f.Admits(web) }},
		{"add opens", []string{addX}, 0, func(f *rulestore.Firewall) bool { return f.Admits(web) && !f.Admits(other) }},
		{"add never replaces", []string{addX, addX}, 0, func(f *rulestore.Firewall) bool { return len(f.Rules) == 2 }},
		{"names are no keys", []string{addX, "advfirewall firewall add rule name=X dir=in action=allow protocol=TCP localport=81"}, 0,
			func(f *rulestore.Firewall) bool { return f.Admits(web) && f.Admits(other) }},
		{"delete takes all of a name", []string{addX, addX, "advfirewall firewall delete rule name=X"}, 0, func(f *rulestore.Firewall) bool { return len(f.Rules) == 0 }},
		{"delete of nothing fails", []string{"advfirewall firewall delete rule name=y"}, 1, func(f *rulestore.Firewall) bool { return true }},
		{"show of nothing fails", []string{"advfirewall firewall show rule name=y"}, 1, func(f *rulestore.Firewall) bool { return true }},
		{"show of something does not", []string{addX, "advfirewall firewall show rule name=x"}, 0, func(f *rulestore.Firewall) bool { return true }},
		{"block beats allow", []string{"advfirewall firewall add rule name=b dir=in action=block", addX}, 0, func(f *rulestore.Firewall) bool { return !f.Admits(web) }},
		{"a rule that is off opens nothing", []string{addX, "advfirewall firewall set rule name=x new enable=no"}, 0, func(f *rulestore.Firewall) bool { return !f.Admits(web) }},
		{"default allow", []string{"advfirewall set allprofiles firewallpolicy allowinbound,allowoutbound"}, 0, func(f *rulestore.Firewall) bool { return f.Admits(other) }},
		{"shields up", []string{addX, "advfirewall set allprofiles firewallpolicy blockinboundalways,allowoutbound"}, 0, func(f *rulestore.Firewall) bool { return !f.Admits(web) }},
		{"off lets everything in", []string{"advfirewall set allprofiles state off"}, 0, func(f *rulestore.Firewall) bool { return f.Admits(other) }},
		{"off in another profile", []string{"advfirewall set domainprofile state off"}, 0, func(f *rulestore.Firewall) bool { return !f.Admits(other) }},
		{"a rule of another profile", []string{addX + " profile=domain,private"}, 0, func(f *rulestore.Firewall) bool { return !f.Admits(web) }},
		{"a source outside", []string{addX + " remoteip=10.1.0.0/16"}, 0, func(f *rulestore.Firewall) bool { return !f.Admits(web) }},
		{"a source inside", []string{addX + " remoteip=10.0.0.0-10.0.0.9"}, 0, func(f *rulestore.Firewall) bool { return f.Admits(web) }},
		{"import puts everything back", []string{addX, "advfirewall export c:\\f", "advfirewall firewall delete rule name=x", "advfirewall set allprofiles state off", "advfirewall import c:\\f"}, 0,
			func(f *rulestore.Firewall) bool { return f.Admits(web) && !f.Admits(other) }},
		{"import of nothing fails", []string{addX, "advfirewall import c:\\g"}, 1, func(f *rulestore.Firewall) bool { return f.Admits(web) }},
		{"the log", []string{"advfirewall set allprofiles logging droppedconnections enable"}, 0, func(f *rulestore.Firewall) bool { return f.Profiles["domain"].LogDropped }},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := NewHost(ruleset.Windows2022, "20348")
			if code := do(t, h, c.lines...); code != c.code {
				t.Errorf("the exit code is %d, want %d", code, c.code)
			}
			if !c.holds(h.Firewall) {
				t.Errorf("not so:\n%s", h.Firewall.Effect())
			}
		})
	}
}

func TestFirewallListeners(t *testing.T) {
	h := NewHost(ruleset.Windows2022, "20348")
	do(t, h, "advfirewall firewall add rule name=x dir=in action=allow protocol=TCP localport=RPC program=%SystemRoot%\\System32\\spoolsv.exe service=Spooler")
	p := packet("10.0.0.1", ruleset.TCP, 50123)
	p.Program, p.Service, p.IsDynamicRPC = `%systemroot%\system32\spoolsv.exe`, "spooler", true
	if !h.Firewall.Admits(p) {
		t.Error("the dynamic port of the listener is closed")
	}
	for what, change := range map[string]func(*rulestore.Packet){
		"a fixed port": func(p *rulestore.Packet) { p.IsDynamicRPC = false },
		"a program":    func(p *rulestore.Packet) { p.Program = "System" },
		"a service":    func(p *rulestore.Packet) { p.Service = "other" },
	} {
		q := p
		change(&q)
		if h.Firewall.Admits(q) {
			t.Errorf("%s of another kind is open", what)
		}
	}
	icmp := NewHost(ruleset.Windows2022, "20348")
	do(t, icmp, "advfirewall firewall add rule name=x dir=in action=allow protocol=icmpv4:3,4")
	for _, code := range []uint8{3, 4} {
		p := packet("10.0.0.1", ruleset.ICMP, 0)
		p.Type, p.Code = 3, code
		if icmp.Firewall.Admits(p) != (code == 4) {
			t.Errorf("ICMP 3:%d is open: %v", code, code != 4)
		}
	}
}

func TestElevation(t *testing.T) {
	h := NewHost(ruleset.Windows2022, "20348")
	h.Elevated = false
	if code := do(t, h, addX); code != 1 || len(h.Firewall.Rules) != 0 {
		t.Error("netsh works without elevation")
	}
}

// A policy that lets the network 10.0.0.0/8 reach tcp 80 and blocks the rest.
var webPolicy = []string{
	"ipsec static add policy name=p activatedefaultrule=no assign=no",
	"ipsec static add filterlist name=in",
	"ipsec static add filter filterlist=in srcaddr=10.0.0.0 srcmask=255.0.0.0 dstaddr=me protocol=TCP dstport=80",
	"ipsec static add filter filterlist=all srcaddr=any dstaddr=me protocol=ANY",
	"ipsec static add filteraction name=permit action=permit",
	"ipsec static add filteraction name=block action=block",
	"ipsec static add rule name=1 policy=p filterlist=in filteraction=permit",
	"ipsec static add rule name=2 policy=p filterlist=all filteraction=block",
}

func TestIPsecFacts(t *testing.T) {
	const assign = "ipsec static set policy name=p assign=yes"
	web, other := packet("10.0.0.1", ruleset.TCP, 80), packet("10.0.0.1", ruleset.TCP, 81)
	for _, c := range []struct {
		name  string
		lines []string
		code  int
		holds func(s *rulestore.IPsec) bool
	}{
		{"open before it is assigned", webPolicy, 0, func(s *rulestore.IPsec) bool { return s.Admits(other) }},
		{"assigned", slices.Concat(webPolicy, []string{assign}), 0, func(s *rulestore.IPsec) bool { return s.Admits(web) && !s.Admits(other) }},
		{"names are unique", slices.Concat(webPolicy, []string{"ipsec static add policy name=P"}), 1, func(s *rulestore.IPsec) bool { return len(s.Policies) == 1 }},
		{"lists too", slices.Concat(webPolicy, []string{"ipsec static add filterlist name=IN"}), 1, func(s *rulestore.IPsec) bool { return len(s.Lists["in"]) == 1 }},
		{"actions too", slices.Concat(webPolicy, []string{"ipsec static add filteraction name=Permit action=block"}), 1, func(s *rulestore.IPsec) bool { return !s.Actions["permit"] }},
		{"add filter makes the list", []string{"ipsec static add filter filterlist=new srcaddr=any dstaddr=me"}, 0, func(s *rulestore.IPsec) bool { return len(s.Lists["new"]) == 1 }},
		{"a rule needs its list", slices.Concat(webPolicy, []string{"ipsec static add rule name=3 policy=p filterlist=no filteraction=block"}), 1, func(s *rulestore.IPsec) bool { return len(s.Policies["p"].Rules) == 2 }},
		{"a list in use stays", slices.Concat(webPolicy, []string{"ipsec static delete filterlist name=in"}), 1, func(s *rulestore.IPsec) bool { return len(s.Lists["in"]) == 1 }},
		{"an action in use stays", slices.Concat(webPolicy, []string{"ipsec static delete filteraction name=block"}), 1, func(s *rulestore.IPsec) bool { return s.Actions["block"] }},
		{"a policy takes its rules along", slices.Concat(webPolicy, []string{"ipsec static delete policy name=p", "ipsec static delete filterlist name=in"}), 0, func(s *rulestore.IPsec) bool { return len(s.Lists) == 1 }},
		{"deleting what is assigned opens the host", slices.Concat(webPolicy, []string{assign, "ipsec static delete policy name=p"}), 0, func(s *rulestore.IPsec) bool { return s.Admits(other) }},
		{"one policy is assigned", slices.Concat(webPolicy, []string{assign, "ipsec static add policy name=q activatedefaultrule=no", "ipsec static set policy name=q assign=yes"}), 0, func(s *rulestore.IPsec) bool { return s.Assigned == "q" && s.Admits(other) }},
		{"the default rule is on unless said", []string{"ipsec static add policy name=p"}, 0, func(s *rulestore.IPsec) bool { return s.Policies["p"].DefaultRule }},
		{"delete of nothing fails", []string{"ipsec static delete policy name=p"}, 1, func(s *rulestore.IPsec) bool { return true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := NewHost(ruleset.Windows2003, "3790")
			if code := do(t, h, c.lines...); code != c.code {
				t.Errorf("the exit code is %d, want %d", code, c.code)
			}
			if !c.holds(h.IPsec) {
				t.Errorf("not so:\n%s", h.IPsec.Effect())
			}
		})
	}
}

// Filters keep no state: the mirror of what may go out comes in.
func TestIPsecMirrors(t *testing.T) {
	h := NewHost(ruleset.Windows2003, "3790")
	do(t, h, webPolicy...)
	do(t, h, "ipsec static add filter filterlist=in srcaddr=me dstaddr=10.9.9.9 protocol=UDP dstport=53", "ipsec static set policy name=p assign=yes")
	p := packet("10.9.9.9", ruleset.UDP, 445)
	if h.IPsec.Admits(p) {
		t.Error("any packet of the server comes in")
	}
	if p.SourcePort = 53; !h.IPsec.Admits(p) {
		t.Error("a packet from port 53 does not come in")
	}
}

// The effect of a store leaves out what changes nothing.
func TestFirewallEffect(t *testing.T) {
	effect := func(lines ...string) string {
		h := NewHost(ruleset.Windows2022, "20348")
		do(t, h, lines...)
		return h.Firewall.Effect()
	}
	if effect(addX) != effect(addX+" description=y", addX) {
		t.Error("a copy with a description has an effect")
	}
	if effect(addX) == effect(addX+" remoteip=10.0.0.1") || effect() != effect(addX+" enable=no") || !strings.Contains(effect(addX), "80") {
		t.Error("the effect misses something")
	}
}
