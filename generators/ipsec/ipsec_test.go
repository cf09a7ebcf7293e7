package generators

import (
	"slices"
	"strings"
	"testing"

	"rolewall/ruleset"
)

func ipsecSet(requests ...*ruleset.Rule) *ruleset.RuleSet {
	rs := windowsSet(ruleset.Windows2003, requests...)
	rs.RPC = ruleset.RPC{Mode: ruleset.RPCRange, Ranges: []ruleset.PortRange{{First: 57901, Last: 57950}}}
	return rs
}

var office4 = network("office", "10.20.0.0/16", "10.30.0.7/32")

func TestIPsecFilters(t *testing.T) {
	anyone := ruleset.Anyone()
	for _, c := range []struct {
		name string
		rule *ruleset.Rule
		want []string
	}{
		{"anyone", windowsRule(ruleset.TCP, "80,443", "HTTP", "W3SVC", kernel, anyone), []string{
			"srcaddr=any dstaddr=me protocol=TCP srcport=0 dstport=80", "srcaddr=any dstaddr=me protocol=TCP srcport=0 dstport=443"}},
		{"networks", windowsRule(ruleset.UDP, "53", "DNS", "DNS", kernel, office4), []string{
			"srcaddr=10.20.0.0 srcmask=255.255.0.0 dstaddr=me protocol=UDP srcport=0 dstport=53",
			"srcaddr=10.30.0.7 srcmask=255.255.255.255 dstaddr=me protocol=UDP srcport=0 dstport=53"}},
		{"range", withRPC(ruleset.Dynamic, windowsRule(ruleset.TCP, "57901-57950", "RPC", "LSASS", lsass, anyone)), []string{
			"for /l %%p in (57901,1,57950) do netsh ipsec static add filter filterlist=\"%FILTERS%\" srcaddr=any dstaddr=me protocol=TCP srcport=0 dstport=%%p"}},
		{"gre", windowsRule(ruleset.GRE, "", "PPTP", "RemoteAccess", kernel, anyone), []string{"srcaddr=any dstaddr=me protocol=47"}},
		{"everything", windowsRule(ruleset.AnyProtocol, "", "", "", kernel, office4), []string{
			"srcaddr=10.20.0.0 srcmask=255.255.0.0 dstaddr=me protocol=ANY", "srcaddr=10.30.0.7 srcmask=255.255.255.255 dstaddr=me protocol=ANY"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := script(t, newIPsec(), ipsecSet(c.rule))
			checkCmdForm(t, text)
			got := lines(text, " add filter ")
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

func TestIPsecUnitesListeners(t *testing.T) {
	text := script(t, newIPsec(), ipsecSet(
		windowsRule(ruleset.TCP, "445", "SMB", "lanmanserver", kernel, ruleset.Anyone()),
		windowsRule(ruleset.TCP, "445", "SMB", "Dfs", lsass, ruleset.Anyone())))
	if got := lines(text, "dstport=445"); len(got) != 1 {
		t.Errorf("%d filters for one port", len(got))
	}
}

func TestIPsecOutbound(t *testing.T) {
	rs := ipsecSet(windowsRule(ruleset.TCP, "21", "FTP control", "MSFTPSVC", kernel, office4))
	rs.Outbound = ruleset.Merge([]*ruleset.Rule{
		windowsRule(ruleset.UDP, "53", "", "", ruleset.Listener{}, network("dc", "10.1.0.10/31")),
		windowsRule(ruleset.AnyProtocol, "", "", "", ruleset.Listener{}, network("mom", "10.1.0.5/32")),
	})
	text := script(t, newIPsec(), rs)
	checkCmdForm(t, text)
	for _, want := range []string{
		"srcaddr=me dstaddr=10.1.0.10 dstmask=255.255.255.254 protocol=UDP srcport=0 dstport=53",
		"srcaddr=me dstaddr=10.1.0.5 dstmask=255.255.255.255 protocol=ANY",
		"srcaddr=me dstaddr=10.20.0.0 dstmask=255.255.0.0 protocol=TCP srcport=20 dstport=0",
		"rem   udp from port 53 of dc, to every port of this host",
		"rem   everything from mom",
		"rem   tcp from every port of office, to port 20 of this host, where nothing listens",
	} {
		if len(lines(text, want)) != 1 {
			t.Errorf("%q is not there once", want)
		}
	}
	if text := script(t, newIPsec(), ipsecSet()); strings.Contains(text, "outbound\" policy") || !strings.Contains(text, "see [[ipsec.outbound]]") {
		t.Error("a host that may begin nothing is not told so")
	}
}

func TestIPsecRefuses(t *testing.T) {
	anyone := ruleset.Anyone()
	echo := withICMP(windowsRule(ruleset.ICMP, "", "Echo", "lanmanserver", kernel, office4), "8")
	exempt, three := ipsecSet(), 3
	exempt.OS, exempt.Settings.IPsec.DefaultExempt = ruleset.Windows2008, &three
	exempt.Families.IPv6 = false
	six := ipsecSet()
	six.OS, six.Families.IPv6 = ruleset.Windows2008, true
	for _, c := range []struct {
		name, want, hint string
		rs               *ruleset.RuleSet
	}{
		{"windows 2000", "write a script for windows-2000", "", windowsSet(ruleset.Windows2000)},
		{"dynamic range", "open the dynamic RPC ports 1025-5000", `mode = "range"`, ipsecSet(withRPC(ruleset.Dynamic, windowsRule(ruleset.TCP, "1025-5000", "RPC", "LSASS", lsass, anyone)))},
		{"range of the site", "hold 1000 filters", "fewer ports", ipsecSet(windowsRule(ruleset.TCP, "6000-6999", "x", "x", kernel, anyone))},
		{"echo", "say ICMP types (rule icmp 8)", `[ipsec] icmp = "all-types"`, ipsecSet(echo)},
		{"default_exempt", "set default_exempt on windows-2008", "leave default_exempt away", exempt},
		{"IPv6", "close IPv6", `families = ["ipv4"]`, six},
	} {
		t.Run(c.name, func(t *testing.T) { wantRefusal(t, newIPsec(), c.rs, c.want, c.hint) })
	}
	rs := ipsecSet(echo)
	rs.Settings.IPsec.ICMP = "all-types"
	if text := script(t, newIPsec(), rs); len(lines(text, "protocol=ICMP")) != 2 || !strings.Contains(text, "a filter knows no ICMP types") {
		t.Error("all of ICMP is not let in, or not said to be")
	}
}

func TestIPsecLimit(t *testing.T) {
	at := ipsecSet(windowsRule(ruleset.TCP, "6001-6512", "x", "x", kernel, ruleset.Anyone()))
	if refusals := Check(newIPsec(), at, All()); len(refusals) > 0 {
		t.Errorf("512 filters are refused: %v", refusals)
	}
	over := ipsecSet(windowsRule(ruleset.TCP, "6001-6513", "x", "x", kernel, ruleset.Anyone()))
	wantRefusal(t, newIPsec(), over, "hold 513 filters", "")
}

func TestIPsecExempt(t *testing.T) {
	rs, one := ipsecSet(), 1
	rs.Settings.IPsec.DefaultExempt = &one
	text := script(t, newIPsec(), rs)
	for _, want := range []string{`reg add "%DRIVER%" /v NoDefaultExempt /t REG_DWORD /d 1 /f || goto exempt`, "rem NoDefaultExempt 1, after the next start: multicast, broadcast and IKE pass unfiltered."} {
		if len(lines(text, want)) != 1 {
			t.Errorf("%q is not there", want)
		}
	}
	if strings.Contains(text, "port 88") {
		t.Error("1 is said to let Kerberos through")
	}
	zero := 0
	rs.Settings.IPsec.DefaultExempt = &zero
	if !strings.Contains(script(t, newIPsec(), rs), "rem WARNING  a packet from port 88") {
		t.Error("0 is not said to let Kerberos through")
	}
}

func TestIPsecFreeText(t *testing.T) {
	for _, text := range hostile {
		rule := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 8834, Last: 8834}}}, Remote: office4, Reasons: []ruleset.Reason{{
			Networks: []string{"office"}, At: "hosts.dc1", Allow: &ruleset.Allow{Reason: text, Owner: text, Expires: "2027-03-31"},
		}}}
		rs := ipsecSet(rule)
		rs.Outbound = ruleset.Merge([]*ruleset.Rule{rule})
		rs.Notes = []string{text}
		page := script(t, newIPsec(), rs)
		checkCmdForm(t, page)
		if got := lines(page, " add filter "); len(got) != 5 {
			t.Errorf("%q: %d filters", text, len(got))
		}
	}
}

func TestDottedMask(t *testing.T) {
	for prefix, want := range map[string]string{"10.0.0.0/8": "255.0.0.0", "0.0.0.0/1": "128.0.0.0", "10.1.1.1/32": "255.255.255.255", "10.0.0.0/31": "255.255.255.254"} {
		if a := ipsecAddresses(network("x", prefix)); len(a) != 1 || a[0].mask != want {
			t.Errorf("%s is %v", prefix, a)
		}
	}
	if a := ipsecAddresses(network("x", "0.0.0.0/0")); len(a) != 1 || a[0].tags("src") != "srcaddr=any" {
		t.Errorf("every address is %v", a)
	}
}
