package ipsec

import (
	"slices"
	"strings"
	"testing"

	"rolewall/generators/target"
	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

func ipsecSet(requests ...*ruleset.Rule) *ruleset.RuleSet {
	rs := targettest.WindowsSet(ruleset.Windows2003, requests...)
	rs.RPC = ruleset.RPC{Mode: ruleset.RPCRange, Ranges: []ruleset.PortRange{{First: 57901, Last: 57950}}}
	return rs
}

var office4 = targettest.Network("office", "10.20.0.0/16", "10.30.0.7/32")

func TestFilters(t *testing.T) {
	anyone := ruleset.Anyone()
	for _, c := range []struct {
		name string
		rule *ruleset.Rule
		want []string
	}{
		{"anyone", targettest.WindowsRule(ruleset.TCP, "80,443", "HTTP", "W3SVC", targettest.Kernel, anyone), []string{
			"srcaddr=any dstaddr=me protocol=TCP srcport=0 dstport=80", "srcaddr=any dstaddr=me protocol=TCP srcport=0 dstport=443"}},
		{"networks", targettest.WindowsRule(ruleset.UDP, "53", "DNS", "DNS", targettest.Kernel, office4), []string{
			"srcaddr=10.20.0.0 srcmask=255.255.0.0 dstaddr=me protocol=UDP srcport=0 dstport=53",
			"srcaddr=10.30.0.7 srcmask=255.255.255.255 dstaddr=me protocol=UDP srcport=0 dstport=53"}},
		{"range", targettest.WithRPC(ruleset.Dynamic, targettest.WindowsRule(ruleset.TCP, "57901-57950", "RPC", "LSASS", targettest.Lsass, anyone)), []string{
			"for /l %%p in (57901,1,57950) do netsh ipsec static add filter filterlist=\"%FILTERS%\" srcaddr=any dstaddr=me protocol=TCP srcport=0 dstport=%%p"}},
		{"gre", targettest.WindowsRule(ruleset.GRE, "", "PPTP", "RemoteAccess", targettest.Kernel, anyone), []string{"srcaddr=any dstaddr=me protocol=47"}},
		{"everything", targettest.WindowsRule(ruleset.AnyProtocol, "", "", "", targettest.Kernel, office4), []string{
			"srcaddr=10.20.0.0 srcmask=255.255.0.0 dstaddr=me protocol=ANY", "srcaddr=10.30.0.7 srcmask=255.255.255.255 dstaddr=me protocol=ANY"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := targettest.Script(t, New(), ipsecSet(c.rule))
			targettest.CheckCmdForm(t, text)
			got := targettest.Lines(text, " add filter ")
			for i, line := range got {
				line, _, _ = strings.Cut(line, " description=")
				got[i] = strings.TrimPrefix(line, `netsh ipsec static add filter filterlist="%FILTERS%" `)
			}
			want := append(slices.Clone(c.want), "srcaddr=any dstaddr=me protocol=ANY")
			if !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestUnitesListeners(t *testing.T) {
	text := targettest.Script(t, New(), ipsecSet(
		targettest.WindowsRule(ruleset.TCP, "445", "SMB", "lanmanserver", targettest.Kernel, ruleset.Anyone()),
		targettest.WindowsRule(ruleset.TCP, "445", "SMB", "Dfs", targettest.Lsass, ruleset.Anyone())))
	if got := targettest.Lines(text, "dstport=445"); len(got) != 1 {
		t.Errorf("%d filters for one port", len(got))
	}
}

func TestOutbound(t *testing.T) {
	rs := ipsecSet(targettest.WindowsRule(ruleset.TCP, "21", "FTP control", "MSFTPSVC", targettest.Kernel, office4))
	rs.Outbound = ruleset.Merge([]*ruleset.Rule{
		targettest.WindowsRule(ruleset.UDP, "53", "", "", ruleset.Listener{}, targettest.Network("dc", "10.1.0.10/31")),
		targettest.WindowsRule(ruleset.AnyProtocol, "", "", "", ruleset.Listener{}, targettest.Network("mom", "10.1.0.5/32")),
	})
	if refusals := target.Check(New(), rs, nil); len(refusals) > 0 {
		t.Errorf("outbound permits are refused: %v", refusals)
	}
	text := targettest.Script(t, New(), rs)
	targettest.CheckCmdForm(t, text)
	for _, want := range []string{
		"srcaddr=me dstaddr=10.1.0.10 dstmask=255.255.255.254 protocol=UDP srcport=0 dstport=53",
		"srcaddr=me dstaddr=10.1.0.5 dstmask=255.255.255.255 protocol=ANY",
		"srcaddr=me dstaddr=10.20.0.0 dstmask=255.255.0.0 protocol=TCP srcport=20 dstport=0",
		"rem   udp from port 53 of dc, to every port of this host",
		"rem   everything from mom",
		"rem   tcp from every port of office, to port 20 of this host, where nothing listens",
	} {
		if len(targettest.Lines(text, want)) != 1 {
			t.Errorf("%q is not there once", want)
		}
	}
	if text := targettest.Script(t, New(), ipsecSet()); strings.Contains(text, "outbound\" policy") || !strings.Contains(text, "see [[ipsec.outbound]]") {
		t.Error("a host that may begin nothing is not told so")
	}
}

func TestRefuses(t *testing.T) {
	anyone := ruleset.Anyone()
	echo := targettest.WithICMP(targettest.WindowsRule(ruleset.ICMP, "", "Echo", "lanmanserver", targettest.Kernel, office4), "8")
	exempt, three := ipsecSet(), 3
	exempt.OS, exempt.Settings.IPsec.DefaultExempt = ruleset.Windows2008, &three
	exempt.Families.IPv6 = false
	six := ipsecSet()
	six.OS, six.Families.IPv6 = ruleset.Windows2008, true
	for _, c := range []struct {
		name, want, hint string
		rs               *ruleset.RuleSet
	}{
		{"windows 2000", "write a script for windows-2000", "", targettest.WindowsSet(ruleset.Windows2000)},
		{"dynamic range", "open the dynamic RPC ports 1025-5000: with them the policy has 3976 filters", `mode = "range"`, ipsecSet(targettest.WithRPC(ruleset.Dynamic, targettest.WindowsRule(ruleset.TCP, "1025-5000", "RPC", "LSASS", targettest.Lsass, anyone)))},
		{"range of the site", "hold 1000 filters", "fewer ports", ipsecSet(targettest.WindowsRule(ruleset.TCP, "6000-6999", "x", "x", targettest.Kernel, anyone))},
		{"echo", "say ICMP types (rule icmp 8)", `ipsec = { icmp = "all-types" }`, ipsecSet(echo)},
		{"dynamic range and echo", "5000, which take 3978 filters, one for each port and network (at most 512), nor say ICMP types (rule icmp 8)",
			`rpc = { mode = "range", range = "5001-5100" } and ipsec = { icmp = "all-types" }`,
			ipsecSet(echo, targettest.WithRPC(ruleset.Dynamic, targettest.WindowsRule(ruleset.TCP, "1025-5000", "RPC", "LSASS", targettest.Lsass, anyone)))},
		{"default_exempt", "set default_exempt on windows-2008", "leave default_exempt away", exempt},
		{"IPv6", "close IPv6", `families = ["ipv4"]`, six},
	} {
		t.Run(c.name, func(t *testing.T) { targettest.WantUnsupported(t, New(), c.rs, c.want, c.hint) })
	}
	rs := ipsecSet(echo, targettest.WithICMP(targettest.WindowsRule(ruleset.ICMP, "", "Too big", "lanmanserver", targettest.Kernel, anyone), "3:4"))
	rs.Settings.IPsec.ICMP = "all-types"
	if refusals := target.Check(New(), rs, nil); len(refusals) > 0 {
		t.Errorf("types and codes of ICMP are refused: %v", refusals)
	}
	if text := targettest.Script(t, New(), rs); len(targettest.Lines(text, "protocol=ICMP")) != 3 || !strings.Contains(text, "a filter knows no ICMP types") {
		t.Error("all of ICMP is not let in, or not said to be")
	}
}

// TestLimit: a policy holds 512 filters and no more, whatever they are for.
func TestLimit(t *testing.T) {
	ports := func(ports string) *ruleset.Rule {
		return targettest.WindowsRule(ruleset.TCP, ports, "x", "x", targettest.Kernel, ruleset.Anyone())
	}
	rpc := func(ports string) *ruleset.Rule {
		return targettest.WithRPC(ruleset.Dynamic, targettest.WindowsRule(ruleset.TCP, ports, "RPC", "LSASS", targettest.Lsass, ruleset.Anyone()))
	}
	echo := targettest.WithICMP(targettest.WindowsRule(ruleset.ICMP, "", "Echo", "x", targettest.Kernel, ruleset.Anyone()), "8")
	dns := targettest.WindowsRule(ruleset.UDP, "53", "", "", ruleset.Listener{}, ruleset.Anyone())
	const types = "say ICMP types (rule icmp 8)"
	for _, c := range []struct {
		name     string
		inbound  []*ruleset.Rule
		outbound []*ruleset.Rule
		want     string // how the refusal begins
	}{
		{"ports", []*ruleset.Rule{ports("6001-6512")}, nil, ""},
		{"a port more", []*ruleset.Rule{ports("6001-6513")}, nil, "hold 513 filters"},
		{"ports and a permit", []*ruleset.Rule{ports("6001-6511")}, []*ruleset.Rule{dns}, ""},
		{"a permit more", []*ruleset.Rule{ports("6001-6512")}, []*ruleset.Rule{dns}, "hold 513 filters"},
		{"RPC", []*ruleset.Rule{rpc("6001-6512")}, nil, ""},
		{"an RPC port more", []*ruleset.Rule{rpc("6001-6513")}, nil, "open the dynamic RPC ports 6001-6513: with them"},
		{"RPC and ICMP", []*ruleset.Rule{rpc("6001-6511"), echo}, nil, types},
		{"an RPC port more, and ICMP", []*ruleset.Rule{rpc("6001-6512"), echo}, nil, "open the dynamic RPC ports 6001-6512, which take 513 filters"},
	} {
		rs := ipsecSet(c.inbound...)
		rs.Outbound = ruleset.Merge(c.outbound)
		var got []string
		for _, u := range target.Check(New(), rs, nil) {
			got = append(got, u.What)
		}
		if len(got) > 1 || (len(got) == 0) != (c.want == "") || !strings.HasPrefix(strings.Join(got, "; "), c.want) {
			t.Errorf("%s: refusals are %q, want %q", c.name, got, c.want)
		}
	}
}

// TestTFTP: who serves TFTP is told that answers stay inside, and nobody else is.
func TestTFTP(t *testing.T) {
	for _, c := range []struct {
		protocol ruleset.Protocol
		ports    string
		want     bool
	}{{ruleset.UDP, "69", true}, {ruleset.TCP, "69", false}, {ruleset.UDP, "68", false}} {
		text := targettest.Script(t, New(), ipsecSet(targettest.WindowsRule(c.protocol, c.ports, "x", "x", targettest.Kernel, office4)))
		if got := strings.Contains(text, "TFTP answers from a port of its own choice"); got != c.want {
			t.Errorf("%s %s: TFTP is a word of the script: %t", c.protocol, c.ports, got)
		}
	}
}

func TestExempt(t *testing.T) {
	rs, one := ipsecSet(), 1
	rs.Settings.IPsec.DefaultExempt = &one
	text := targettest.Script(t, New(), rs)
	for _, want := range []string{`reg add "%DRIVER%" /v NoDefaultExempt /t REG_DWORD /d 1 /f || goto exempt`, "rem NoDefaultExempt 1, after the next start: multicast, broadcast and IKE pass unfiltered."} {
		if len(targettest.Lines(text, want)) != 1 {
			t.Errorf("%q is not there", want)
		}
	}
	if strings.Contains(text, "port 88") {
		t.Error("1 is said to let Kerberos through")
	}
	zero := 0
	rs.Settings.IPsec.DefaultExempt = &zero
	if !strings.Contains(targettest.Script(t, New(), rs), "rem WARNING  a packet from port 88") {
		t.Error("0 is not said to let Kerberos through")
	}
}

func TestFreeText(t *testing.T) {
	for _, text := range targettest.Hostile {
		rule := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 8834, Last: 8834}}}, Remote: office4, Reasons: []ruleset.Reason{{
			Networks: []string{"office"}, At: "hosts.dc1", Allow: &ruleset.Allow{Reason: text, Owner: text, Expires: "2027-03-31"},
		}}}
		rs := ipsecSet(rule)
		rs.Outbound = ruleset.Merge([]*ruleset.Rule{rule})
		rs.Notes = []string{text}
		page := targettest.Script(t, New(), rs)
		targettest.CheckCmdForm(t, page)
		if got := targettest.Lines(page, " add filter "); len(got) != 5 {
			t.Errorf("%q: %d filters", text, len(got))
		}
	}
}

func TestDottedMask(t *testing.T) {
	for prefix, want := range map[string]string{"10.0.0.0/8": "255.0.0.0", "0.0.0.0/1": "128.0.0.0", "10.1.1.1/32": "255.255.255.255", "10.0.0.0/31": "255.255.255.254"} {
		if a := addresses(targettest.Network("x", prefix)); len(a) != 1 || a[0].mask != want {
			t.Errorf("%s is %v", prefix, a)
		}
	}
	if a := addresses(targettest.Network("x", "0.0.0.0/0")); len(a) != 1 || a[0].tags("src") != "srcaddr=any" {
		t.Errorf("every address is %v", a)
	}
}
