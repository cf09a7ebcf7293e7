package rulestring

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rolewall/ruleset"
)

func Example() {
	r, err := Parse(`v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=445|LPort2_10=5000-5010|RA4=10.3.0.0/255.255.255.0|App=System|Name=SMB|`)
	if err != nil {
		fmt.Println(err)
		return
	}
	traffic, whole := r.Traffic()
	fmt.Println(r.Version, r.Action, r.Direction, traffic, whole, r.Remote, r.App, len(r.Void()))
	_, err = Parse(`v2.10|Action=Allow|Dir=Inside|`)
	fmt.Println(err)
	// Output:
	// v2.10 Allow inbound tcp/445,5000-5010 true [10.3.0.0/24] System 0
	// Dir: "Inside" is not one of In, Out
}

// TestStock reads rules of a Windows 11 and of a console of Group Policy.
func TestStock(t *testing.T) {
	for _, c := range []struct {
		text  string
		check func(r *Rule) bool
	}{
		{`v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=68|RPort=67|App=%SystemRoot%\system32\svchost.exe|Svc=dhcp|Name=@FirewallAPI.dll,-25301|Desc=@FirewallAPI.dll,-25303|EmbedCtxt=@FirewallAPI.dll,-25000|`,
			func(r *Rule) bool {
				return r.Active && r.LocalPorts.String() == "68" && r.RemotePorts.String() == "67" && r.Svc == "dhcp" && r.Group == "@FirewallAPI.dll,-25000"
			}},
		{`v2.28|Action=Allow|Active=FALSE|Dir=In|Protocol=6|Profile=Private|Profile=Public|LPort=RPC-EPMap|RA4=LocalSubnet|RA6=LocalSubnet|Name=x|Edge=FALSE|`,
			func(r *Rule) bool {
				_, whole := r.Traffic()
				return !r.Active && !whole && slices.Equal(r.LocalWords, []string{"RPC-EPMap"}) && slices.Equal(r.Profiles, []string{"private", "public"}) &&
					len(r.RemoteNames) == 2 && r.RemoteNames[0].Family.IPv4 && r.RemoteNames[1].Family.IPv6
			}},
		{`v2.33|Action=Block|Active=TRUE|Dir=Out|App=C:\a=b.exe|Name=n|AppPkgId=S-1-15-2-1|Platform=2:6:2|Platform2=GTEQ|`,
			func(r *Rule) bool {
				return r.Direction == ruleset.Outbound && r.Protocol == ruleset.AnyProtocol && r.App == `C:\a=b.exe` && len(r.Other) == 3 && r.Other[0] == Token{"AppPkgId", "S-1-15-2-1"}
			}},
		{`v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=58|ICMP6=1:*|ICMP6=3:0|RA6=fe80::/10|RA62=IntrAnet|Name=n|`,
			func(r *Rule) bool {
				traffic, _ := r.Traffic()
				return traffic.String() == "icmpv6/1,3:0" && len(r.Remote) == 1 && r.RemoteNames[0].Name == "IntrAnet"
			}},
		{`v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|RA4=10.0.0.1-10.0.0.4|RA6=1::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff|Name=n|`,
			func(r *Rule) bool {
				traffic, _ := r.Traffic()
				return traffic.String() == "tcp/1-65535" && r.Remote[0].String() == "10.0.0.1/32" && len(r.Void()) == 0
			}},
	} {
		r, err := Parse(c.text)
		if err != nil || !c.check(r) {
			t.Errorf("%s: %+v, %v", c.text, r, err)
		}
	}
}

func TestBroken(t *testing.T) {
	const head = "v2.10|Action=Allow|Dir=In|"
	for _, c := range []struct{ text, want string }{
		{"", "version"}, {"2.10|Action=Allow|Dir=In|", "version"}, {"v2|Action=Allow|", "version"}, {"v2.010|Action=Allow|Dir=In|", "version"},
		{"v2.10|Action=Allow|Dir=In", "does not end"}, {"v2.10|", `"" is not a token`}, {head + "|", `"" is not a token`}, {head + "Nothing|", "token"}, {head + "=x|", "token"},
		{"v2.10|Action=Allow|Name=x|", "no Dir"}, {"v2.10|Dir=In|Name=x|", "no Action"}, {"v2.10|Action=allow|Dir=In|", "Action"},
		{head + "Dir=In|", "Dir stands twice"}, {head + "Name=a|Name=b|", "Name stands twice"}, {head + "Active=true|", "Active"},
		{head + "LPort=80|Protocol=6|", "it must come after Protocol"}, {head + "Protocol=6|LPort=0|", "outside 1-65535"},
		{head + "Protocol=6|LPort=80,443|", "not a port"}, {head + "Protocol=6|LPort2_10=9-8|", "reversed"}, {head + "Protocol=6|RPort=RPC|", "not a port"},
		{head + "Protocol=256|", "0 to 255"}, {head + "Protocol=06|", "0 to 255"}, {head + "Protocol=6|ICMP4=8:*|", "Protocol=1"}, {head + "Protocol=1|ICMP4=8|", "ICMP type"},
		{head + "Protocol=1|ICMP4=8:x|", "ICMP type"}, {head + "RA4=fe80::/10|", "RA4"}, {head + "RA6=10.0.0.1|", "RA6"}, {head + "RA4=10.0.0.9-10.0.0.1|", "RA4"},
		{head + "RA4=10.0.0.0/255.0.255.0|", "RA4"}, {head + "RA4=10.0.0.0/33|", "RA4"}, {head + "RA6=fe80::1%eth0|", "RA6"}, {head + "RA4=localsubnet|", "RA4"},
		{head + "LA4=LocalSubnet|", "LA4"}, {head + "Profile=All|", "Profile"}, {head + "IFType=Tunnel|", "IFType"}, {head + "Defer=Never|", "Defer"},
		{head + strings.Repeat("Profile=Domain|", 5000), "bytes"},
	} {
		if _, err := Parse(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one of %q", c.text, err, c.want)
		}
	}
}

// TestVoid: each of these is read, and Windows would ignore it.
func TestVoid(t *testing.T) {
	const head = "v2.10|Action=Allow|Active=TRUE|Dir=In|Name=n|"
	for _, c := range []struct{ text, want string }{
		{head, ""}, {head + "Desc=|", "Desc is empty"}, {head + "Desc=" + strings.Repeat("x", 10000) + "|", "Desc has"}, {"v2.10|Action=Allow|Dir=In|", "no Name"},
		{"v2.10|Action=Allow|Dir=In|Name=all|", "Name is all"}, {head + "App=|", "App"}, {head + "App=a*b|", "App"}, {head + `Svc=a\b|`, "Svc"},
		{head + "Protocol=17|LPort=RPC|", "inbound TCP"}, {head + "Protocol=47|LPort=1|", "no ports"}, {head + "Defer=App|", "needs Edge"}, {head + "Edge=TRUE|Defer=App|", ""},
		{"v2.10|Action=Allow|Dir=Out|Name=n|Edge=TRUE|", "Edge is for"}, {"v2.20|Action=Allow|Dir=Out|Name=n|Protocol=17|LPort2_20=DHCP|", "keywords"},
		{head + "RA4=10.0.0.0/0|", "length 0"}, {head + "RA6=::/1|", "begins at ::"}, {head + strings.Repeat("RA4=10.0.0.1|", 1001), "more than 1000"},
		{head + "Protocol=6|" + strings.Repeat("LPort=1|", 1), ""},
	} {
		r, err := Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
		} else if got := strings.Join(r.Void(), "; "); c.want == "" != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: void %q, want %q", short(c.text), got, c.want)
		}
	}
}

// FuzzParse: nothing panics, and what is read holds together.
func FuzzParse(f *testing.F) {
	f.Add(`v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=68|RPort=67|RA4=10.0.0.0/8|App=%SystemRoot%\system32\svchost.exe|Svc=dhcp|Name=n|`)
	f.Add(`v2.10|Action=Allow|Dir=In|Protocol=58|ICMP6=3:0|RA6=fe80::-fe80::9|RA62=IntrAnet|Name=n|`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text)
		if err != nil {
			if len(err.Error()) > 400 {
				t.Errorf("a message of %d bytes", len(err.Error()))
			}
			return
		}
		r.Void()
		traffic, whole := r.Traffic()
		if whole && (traffic.Protocol.HasPorts() && len(traffic.Ports) == 0 || traffic.Protocol.HasTypes() && len(traffic.ICMP) == 0) {
			t.Errorf("%q: traffic %+v", text, traffic)
		}
		for _, p := range append(r.Local, r.Remote...) {
			if !p.IsValid() || p != p.Masked() {
				t.Errorf("%q: prefix %v", text, p)
			}
		}
	})
}
