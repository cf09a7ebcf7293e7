package advfirewall

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"rolewall/generators/target"
	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

func TestRules(t *testing.T) {
	anyone := ruleset.Anyone()
	const svchost = `program="%%SystemRoot%%\System32\svchost.exe"`
	for _, c := range []struct {
		name string
		os   ruleset.OS
		rule *ruleset.Rule
		want []string // tags after dir=in action=allow
	}{
		{"kernel", ruleset.Windows2022, targettest.WindowsRule(ruleset.TCP, "445", "SMB", "lanmanserver", targettest.Kernel, targettest.Office),
			[]string{"protocol=TCP localport=445 program=System remoteip=10.20.0.0/16,fd00:20::/48"}},
		{"anyone", ruleset.Windows2022, targettest.WindowsRule(ruleset.UDP, "53,1024-1030", "DNS", "DNS", ruleset.Listener{}, anyone),
			[]string{"protocol=UDP localport=53,1024-1030"}},
		{"mapper", ruleset.Windows2022, targettest.WithRPC(ruleset.EndpointMapper, targettest.WindowsRule(ruleset.TCP, "135", "RPC", "RpcSs", targettest.Rpcss, anyone)),
			[]string{"protocol=TCP localport=135 " + svchost + " service=RpcSs"}},
		{"dynamic", ruleset.Windows2022, targettest.WithRPC(ruleset.Dynamic, targettest.WindowsRule(ruleset.TCP, "49152-65535", "RPC", "Spooler", targettest.Spooler, anyone)),
			[]string{`protocol=TCP localport=RPC program="%%SystemRoot%%\System32\spoolsv.exe" service=Spooler`}},
		{"dynamic on 2008", ruleset.Windows2008, targettest.WithRPC(ruleset.Dynamic, targettest.WindowsRule(ruleset.TCP, "49152-65535", "RPC", "LSASS", targettest.Lsass, anyone)),
			[]string{`protocol=TCP localport=RPC program="%%SystemRoot%%\System32\lsass.exe"`}},
		{"static", ruleset.Windows2022, targettest.WithRPC(ruleset.Static, targettest.WindowsRule(ruleset.TCP, "38901", "RPC", "LSASS", targettest.Lsass, anyone)),
			[]string{`protocol=TCP localport=38901 program="%%SystemRoot%%\System32\lsass.exe"`}},
		{"list on 2008", ruleset.Windows2008, targettest.WindowsRule(ruleset.TCP, "80,5000-5003", "x", "x", targettest.Kernel, anyone),
			[]string{"protocol=TCP localport=80,5000,5001,5002,5003 program=System"}},
		{"types", ruleset.Windows2022, targettest.WithICMP(targettest.WindowsRule(ruleset.ICMP, "", "Echo", "x", targettest.Kernel, targettest.Office), "8", "3:4"),
			[]string{"protocol=icmpv4:8,any program=System remoteip=10.20.0.0/16", "protocol=icmpv4:3,4 program=System remoteip=10.20.0.0/16"}},
		{"icmpv6", ruleset.Windows2022, targettest.WithICMP(targettest.WindowsRule(ruleset.ICMPv6, "", "Echo", "x", targettest.Kernel, anyone), "128"),
			[]string{"protocol=icmpv6:128,any program=System"}},
		{"gre", ruleset.Windows2022, targettest.WindowsRule(ruleset.GRE, "", "PPTP", "x", targettest.Kernel, anyone), []string{"protocol=47 program=System"}},
		{"everything", ruleset.Windows2022, targettest.WindowsRule(ruleset.AnyProtocol, "", "", "", ruleset.Listener{}, targettest.Network("scanner", "10.3.0.7/32", "fd00::7/128")),
			[]string{"protocol=any remoteip=10.3.0.7,fd00::7"}},
		{"whole family", ruleset.Windows2022, targettest.WindowsRule(ruleset.TCP, "80", "HTTP", "x", targettest.Kernel, targettest.Network("v4", "0.0.0.0/0")),
			[]string{"protocol=TCP localport=80 program=System remoteip=0.0.0.1-255.255.255.255"}},
		{"no folder", ruleset.Windows2008, targettest.WindowsRule(ruleset.TCP, "515", "LPD", "x", ruleset.Listener{Program: "fxssvc.exe", Service: "Fax"}, anyone),
			[]string{"protocol=TCP localport=515 service=Fax"}},
		{"source of another family", ruleset.Windows2022, targettest.WithICMP(targettest.WindowsRule(ruleset.ICMPv6, "", "Echo", "x", targettest.Kernel, targettest.Network("v4", "10.0.0.0/8")), "128"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := targettest.Script(t, New(), targettest.WindowsSet(c.os, c.rule))
			targettest.CheckCmdForm(t, text)
			var want []string
			for _, w := range c.want {
				want = append(want, "action=allow "+w+" || goto failed")
			}
			got := targettest.Lines(text, " add rule ")
			for i, line := range got {
				got[i] = line[strings.Index(line, "action="):]
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

// A host that does not speak a family lets nobody in over it.
func TestFamilies(t *testing.T) {
	rs := targettest.WindowsSet(ruleset.Windows2022,
		targettest.WindowsRule(ruleset.TCP, "80", "HTTP", "W3SVC", targettest.Kernel, ruleset.Anyone()),
		targettest.WindowsRule(ruleset.TCP, "81", "HTTP", "W3SVC", targettest.Kernel, targettest.Office),
		targettest.WithICMP(targettest.WindowsRule(ruleset.ICMP, "", "Echo", "x", targettest.Kernel, ruleset.Anyone()), "8"))
	rs.Families = ruleset.Families{IPv4: true}
	text := targettest.Script(t, New(), rs)
	for _, want := range []string{"localport=80 program=System remoteip=0.0.0.1-255.255.255.255 ||", "localport=81 program=System remoteip=10.20.0.0/16 ||", "protocol=icmpv4:8,any program=System ||"} {
		if len(targettest.Lines(text, want)) != 1 {
			t.Errorf("no line holds %q", want)
		}
	}
}

func TestNames(t *testing.T) {
	rule := targettest.WindowsRule(ruleset.TCP, "445", "SMB", "lanmanserver", targettest.Kernel, targettest.Office)
	name := func(change func(*ruleset.RuleSet)) string {
		rs := targettest.WindowsSet(ruleset.Windows2022, rule)
		change(rs)
		return targettest.Lines(targettest.Script(t, New(), rs), "set RULE=")[0]
	}
	plain := name(func(*ruleset.RuleSet) {})
	if id := targettest.WindowsSet(ruleset.Windows2022, rule).Inbound[0].ID; !strings.HasPrefix(plain, "set RULE=rolewall: tcp 445 ["+ruleset.Label(id)+"] ") {
		t.Errorf("the name is %q", plain)
	}
	for what, change := range map[string]func(*ruleset.RuleSet){
		"reason":   func(rs *ruleset.RuleSet) { rs.Inbound[0].Reasons[0].App = "CIFS" },
		"profile":  func(rs *ruleset.RuleSet) { rs.Settings.Advfirewall.Profile = []string{"domain"} },
		"families": func(rs *ruleset.RuleSet) { rs.Families.IPv6 = false },
	} {
		if name(change) == plain {
			t.Errorf("another %s leaves the name", what)
		}
	}
}

func TestSplitsLongLists(t *testing.T) {
	set := ruleset.AddressSet{Name: "branches"}
	for i := range 800 {
		set.Prefixes = append(set.Prefixes, netip.MustParsePrefix(fmt.Sprintf("2001:db8:ffff:%x::/64", 2*i)))
	}
	from := ruleset.NewSources(set)
	text := targettest.Script(t, New(), targettest.WindowsSet(ruleset.Windows2022, targettest.WindowsRule(ruleset.TCP, "445", "SMB", "x", targettest.Kernel, from)))
	targettest.CheckCmdForm(t, text)
	var got []string
	for _, line := range targettest.Lines(text, " add rule ") {
		list := line[strings.Index(line, "remoteip=")+len("remoteip="):]
		got = append(got, strings.Split(strings.TrimSuffix(list, " || goto failed"), ",")...)
	}
	if len(targettest.Lines(text, " add rule ")) < 2 || len(got) != len(set.Prefixes) {
		t.Fatalf("%d rules with %d prefixes", len(targettest.Lines(text, " add rule ")), len(got))
	}
	for i, p := range from.Prefixes() {
		if got[i] != p.String() {
			t.Fatalf("prefix %d is %s, want %s", i, got[i], p)
		}
	}
	if n := len(targettest.Lines(text, "set RULE=")); n != len(slices.Compact(targettest.Lines(text, "set RULE="))) {
		t.Errorf("parts share a name")
	}
}

func TestRefuses(t *testing.T) {
	anyone := ruleset.Anyone()
	rpc := targettest.WithRPC(ruleset.Dynamic, targettest.WindowsRule(ruleset.TCP, "1025-5000,49152-65535", "RPC", "LSASS", targettest.Lsass, anyone))
	disable := targettest.WindowsSet(ruleset.Windows2008R2)
	disable.Settings.Advfirewall.OtherRules = "disable"
	for _, c := range []struct {
		name, want, hint string
		rs               *ruleset.RuleSet
	}{
		{"windows 2000", "write a script for windows-2000", "", targettest.WindowsSet(ruleset.Windows2000)},
		{"windows 2003", "write a script for windows-2003", "", targettest.WindowsSet(ruleset.Windows2003)},
		{"mixed", "open two ranges for dynamic RPC (1025-5000,49152-65535)", "mixed", targettest.WindowsSet(ruleset.Windows2022, rpc)},
		{"range on 2008", "say port ranges on windows-2008", "shorter range", targettest.WindowsSet(ruleset.Windows2008, targettest.WindowsRule(ruleset.UDP, "64001-65000", "TFTP", "WDSServer", ruleset.Listener{}, anyone))},
		{"program", `name the program "C:\\a*b.exe"`, "full path", targettest.WindowsSet(ruleset.Windows2022, targettest.WindowsRule(ruleset.TCP, "1", "x", "x", ruleset.Listener{Program: `C:\a*b.exe`}, anyone))},
		{"program in quotes", `name the program "\"C:\\a.exe\""`, "full path", targettest.WindowsSet(ruleset.Windows2022, targettest.WindowsRule(ruleset.TCP, "1", "x", "x", ruleset.Listener{Program: `"C:\a.exe"`}, anyone))},
		{"service", `name the service "a/b"`, "short name", targettest.WindowsSet(ruleset.Windows2022, targettest.WindowsRule(ruleset.TCP, "1", "x", "x", ruleset.Listener{Service: `a/b`}, anyone))},
		{"every service", `name the service "ANY"`, "short name", targettest.WindowsSet(ruleset.Windows2022, targettest.WindowsRule(ruleset.TCP, "1", "x", "x", ruleset.Listener{Service: `ANY`}, anyone))},
		{"other rules", "switch off other rules on windows-2008r2", "keep", disable},
	} {
		t.Run(c.name, func(t *testing.T) { targettest.WantUnsupported(t, New(), c.rs, c.want, c.hint) })
	}
}

func TestSettings(t *testing.T) {
	rule := targettest.WindowsRule(ruleset.TCP, "445", "SMB", "lanmanserver", targettest.Kernel, targettest.Office)
	with := func(s ruleset.AdvfirewallSettings) string {
		rs := targettest.WindowsSet(ruleset.Windows2022, rule)
		rs.Settings.Advfirewall = s
		text := targettest.Script(t, New(), rs)
		targettest.CheckCmdForm(t, text)
		return text
	}
	for _, c := range []struct {
		name   string
		s      ruleset.AdvfirewallSettings
		has    []string
		hasNot []string
	}{
		{"default", ruleset.AdvfirewallSettings{}, []string{"firewallpolicy blockinbound,allowoutbound", "BlockOutbound", "rem Other owners' inbound rules stay"}, []string{"powershell", "logging", "profile=", "baseline"}},
		{"allow", ruleset.AdvfirewallSettings{Outbound: "allow"}, []string{"firewallpolicy blockinbound,allowoutbound", `&& call :change "%1: outbound is allowed"`}, []string{"BlockOutbound", "%1: outbound is blocked", "call :blocked"}},
		{"block", ruleset.AdvfirewallSettings{Outbound: "block"}, []string{"firewallpolicy blockinbound,blockoutbound", "rem Outbound is blocked", `|| call :change "%1: outbound is blocked"`}, []string{"BlockOutbound", "%1: outbound is allowed"}},
		{"profile", ruleset.AdvfirewallSettings{Profile: []string{"domain", "private"}}, []string{" profile=domain,private ", "rem The rules (not the baseline) hold in these profiles alone: domain, private"}, nil},
		{"log", ruleset.AdvfirewallSettings{LogDropped: true}, []string{"set allprofiles logging droppedconnections enable || goto failed"}, nil},
		{"alone", ruleset.AdvfirewallSettings{OtherRules: "disable"}, []string{"Set-NetFirewallRule -Enabled False", "protocol=icmpv6:135,any ||", "localport=546", "protocol=icmpv4:3,4 ||", "rem   IPv6 neighbour discovery"}, []string{"rem Other owners'"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := with(c.s)
			for _, part := range c.has {
				if !strings.Contains(text, part) {
					t.Errorf("%q is missing", part)
				}
			}
			for _, part := range c.hasNot {
				if strings.Contains(text, part) {
					t.Errorf("%q is there", part)
				}
			}
		})
	}
}

// The rules are in place before the firewall goes on, the default comes last, and all of it after the backup.
func TestOrder(t *testing.T) {
	rs := targettest.WindowsSet(ruleset.Windows2022, targettest.WindowsRule(ruleset.TCP, "445", "SMB", "lanmanserver", targettest.Kernel, targettest.Office))
	rs.Settings.Advfirewall = ruleset.AdvfirewallSettings{OtherRules: "disable"}
	text := targettest.Script(t, New(), rs)
	at := 0
	for _, part := range []string{
		"reg query HKU", "BUILD", `export "%NEW%"`, "icmpv6:135", "localport=445", "call :sweep",
		"call :others", "state on", "firewallpolicy blockinbound", "exit /b 0",
	} {
		i := strings.Index(text[at:], part)
		if i < 0 {
			t.Fatalf("%q does not come after what it should", part)
		}
		at += i
	}
}

func TestFreeText(t *testing.T) {
	for _, text := range targettest.Hostile {
		rule := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 8834, Last: 8834}}}, Remote: targettest.Office, Reasons: []ruleset.Reason{{
			Networks: []string{"office"}, At: "hosts.dc1", Allow: &ruleset.Allow{Reason: text, Owner: text, Expires: "2027-03-31"},
		}}}
		rs := targettest.WindowsSet(ruleset.Windows2022, rule)
		rs.Notes, rs.Warnings = []string{text}, []string{text}
		page := targettest.Script(t, New(), rs)
		targettest.CheckCmdForm(t, page)
		if got := targettest.Lines(page, " add rule "); len(got) != 1 {
			t.Errorf("%q: %d rules", text, len(got))
		}
		for _, line := range append(targettest.Lines(page, "set WHY="), targettest.Lines(page, "rem note ")...) {
			if strings.ContainsAny(line, "\"%^&|<>!\\") {
				t.Errorf("%q reaches the script as %q", text, line)
			}
		}
	}
}

func TestBaseline(t *testing.T) {
	info := New().Info()
	alone := ruleset.Settings{Advfirewall: ruleset.AdvfirewallSettings{OtherRules: "disable"}}
	both := ruleset.Families{IPv4: true, IPv6: true}
	if got := target.BaselineTexts(target.BaselineFor(info.Baseline, alone, both)); len(got) != 8 {
		t.Errorf("the baseline is %q", got)
	}
	if got := target.BaselineTexts(target.BaselineFor(info.Baseline, ruleset.Settings{}, both)); len(got) != 1 {
		t.Errorf("the baseline beside the rules of others is %q", got)
	}
}
