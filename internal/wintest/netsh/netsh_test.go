package netsh

import (
	"strings"
	"testing"

	"rolewall/ruleset"
)

func TestNetshAccepts(t *testing.T) {
	for _, line := range []string{
		"netsh advfirewall firewall add rule name=x dir=in action=allow",
		"netsh advfirewall firewall add rule NAME=x DIR=IN ACTION=ALLOW PROTOCOL=tcp LOCALPORT=rpc",
		`netsh advfirewall firewall add rule name="a b" dir=in action=allow protocol=TCP localport=53,88,49152-65535 remoteip=10.0.0.0/8,fd00::/8,10.1.1.1,10.2.0.0/255.255.0.0,10.3.0.1-10.3.0.9,LocalSubnet`,
		`netsh advfirewall firewall add rule name=x dir=in action=allow protocol=icmpv4:3,4`,
		`netsh advfirewall firewall add rule name=x dir=in action=allow protocol=icmpv6:any,any`,
		`netsh advfirewall firewall add rule name=x dir=in action=allow protocol=47 program=System`,
		`netsh advfirewall firewall add rule name=x dir=in action=allow program="%SystemRoot%\System32\dns.exe" service=dns profile=domain,private`,
		`netsh advfirewall firewall add rule name=x dir=out action=block protocol=UDP remoteport=53 enable=no`,
		"netsh advfirewall firewall delete rule name=x",
		"netsh advfirewall firewall set rule name=x new enable=no",
		"netsh advfirewall firewall show rule name=all verbose",
		"netsh advfirewall set allprofiles state on",
		"netsh advfirewall set domainprofile firewallpolicy blockinbound,allowoutbound",
		"netsh advfirewall set allprofiles logging droppedconnections enable",
		`netsh advfirewall export "C:\a b.wfw"`,
		"netsh ipsec static add policy name=x description=y activatedefaultrule=no assign=no",
		"netsh ipsec static add filter filterlist=x srcaddr=me dstaddr=10.0.0.0 dstmask=255.0.0.0 protocol=UDP srcport=0 dstport=53 mirrored=yes",
		"netsh ipsec static add filter filterlist=x srcaddr=any dstaddr=me protocol=47",
		"netsh ipsec static add rule name=a policy=x filterlist=l filteraction=f kerberos=yes",
		"netsh ipsec static set policy name=x assign=yes",
		"netsh ipsec static delete filterlist name=x",
		"netsh ipsec static show policy all",
	} {
		if _, err := Parse(SplitArgs(NewText(line))[1:], ruleset.Windows2022); err != nil {
			t.Errorf("%s\n%v", line, err)
		}
	}
}

func TestNetshRefuses(t *testing.T) {
	const add = "netsh advfirewall firewall add rule name=x dir=in action=allow "
	const filter = "netsh ipsec static add filter filterlist=x srcaddr=any dstaddr=me "
	for _, c := range []struct {
		line string
		os   ruleset.OS
		want string
	}{
		{"netsh firewall add portopening TCP 80 x", ruleset.Windows2022, "0:7: \"firewall\" is not a netsh context"},
		{"netsh advfirewall reset", ruleset.Windows2022, "is not a command of netsh advfirewall"},
		{"netsh advfirewall firewall add rule dir=in action=allow", ruleset.Windows2022, "name= is missing"},
		{"netsh advfirewall firewall add rule name=all dir=in action=allow", ruleset.Windows2022, "0:37: all is not a name"},
		{"netsh advfirewall firewall add rule name=x dir=in", ruleset.Windows2022, "action= is missing"},
		{"netsh advfirewall firewall add rule name=a|b dir=in action=allow", ruleset.Windows2022, "no |"},
		{add + "group=x", ruleset.Windows2022, `"group" is not a tag`},
		{add + "dir=in", ruleset.Windows2022, "dir is given twice"},
		{add + "protocol = TCP", ruleset.Windows2022, "blanks around ="},
		{add + "protocol=", ruleset.Windows2022, "protocol has no value"},
		{add + "protocol=tcpp", ruleset.Windows2022, `"tcpp" is not a protocol`},
		{add + "protocol=256", ruleset.Windows2022, `"256" is not a protocol`},
		{add + "protocol=icmpv4:300,any", ruleset.Windows2022, "from 0 to 255"},
		{add + "protocol=icmpv4:any,4", ruleset.Windows2022, "a code needs a type"},
		{add + "localport=80", ruleset.Windows2022, "ports need protocol=tcp or udp"},
		{add + "protocol=icmpv4 localport=80", ruleset.Windows2022, "ports need protocol=tcp or udp"},
		{add + "protocol=TCP localport=65536", ruleset.Windows2022, `cannot hold "65536"`},
		{add + "protocol=TCP localport=90-80", ruleset.Windows2022, `cannot hold "90-80"`},
		{add + "protocol=TCP localport=80,,90", ruleset.Windows2022, `cannot hold ""`},
		{add + "protocol=TCP localport=RPC,80", ruleset.Windows2022, `cannot hold "RPC"`},
		{add + "protocol=UDP localport=RPC", ruleset.Windows2022, "takes RPC in inbound rules of tcp only"},
		{"netsh advfirewall firewall add rule name=x dir=out action=allow protocol=TCP localport=RPC", ruleset.Windows2022, "takes RPC in inbound rules"},
		{add + "protocol=TCP remoteport=RPC", ruleset.Windows2022, "takes no keyword"},
		{add + "protocol=TCP localport=80-90", ruleset.Windows2008, "takes no ranges on windows-2008"},
		{add + "protocol=TCP localport=IPHTTPS", ruleset.Windows2008, "takes no IPHTTPS on windows-2008"},
		{add + "remoteip=0.0.0.0/0", ruleset.Windows2022, `"0.0.0.0/0" is not an address`},
		{add + "remoteip=10.0.0.0/33", ruleset.Windows2022, "is not an address"},
		{add + "remoteip=10.0.0.9-10.0.0.1", ruleset.Windows2022, "is not an address"},
		{add + "remoteip=10.0.0.1-fd00::1", ruleset.Windows2022, "is not an address"},
		{add + "remoteip=10.0.0.0/255.0.255.0", ruleset.Windows2022, "is not an address"},
		{add + "localip=localsubnet", ruleset.Windows2022, "is not an address"},
		{add + `remoteip="10.0.0.1, 10.0.0.2"`, ruleset.Windows2022, "is not an address"},
		{add + "profile=any,domain", ruleset.Windows2022, `"any" is not a profile`},
		{add + "profile=domain,domain", ruleset.Windows2022, "twice"},
		{add + "program=dns.exe", ruleset.Windows2022, "is not a full path"},
		{add + `program="C:\a*.exe"`, ruleset.Windows2022, "is not a path"},
		{add + "service=a/b", ruleset.Windows2022, "is not a short name"},
		{add + "edge=deferapp", ruleset.Windows2008, "does not know edge=deferapp"},
		{add + "rmtcomputergrp=D:", ruleset.Windows2022, "needs security"},
		{"netsh advfirewall firewall delete rule name=x action=allow", ruleset.Windows2022, `"action" is not a tag`},
		{"netsh advfirewall firewall delete rule name=x localport=80", ruleset.Windows2022, "ports need protocol"},
		{"netsh advfirewall firewall set rule name=x enable=no", ruleset.Windows2022, "is not a tag"},
		{"netsh advfirewall firewall set rule name=x", ruleset.Windows2022, "without the word new"},
		{"netsh advfirewall set allprofiles firewallpolicy blockinbound, allowoutbound", ruleset.Windows2022, `"" is not a known outbound policy`},
		{"netsh advfirewall set allprofiles state yes", ruleset.Windows2022, `"yes" is not a known state`},
		{"netsh advfirewall set allprofiles logging droppedconnections on", ruleset.Windows2022, `"on" is not a known value`},
		{"netsh advfirewall set allprofiles state on off", ruleset.Windows2022, `"off" is too much`},
		{"netsh advfirewall export", ruleset.Windows2022, "the file is missing"},
		{"netsh advfirewall set allprofiles state on", ruleset.Windows2003, "windows-2003 has no netsh advfirewall"},
		{"netsh ipsec static show policy all", ruleset.Windows2000, "windows-2000 has no netsh ipsec"},
		{"netsh ipsec dynamic show all", ruleset.Windows2003, "only netsh ipsec static"},
		{filter + "protocol=TCP dstport=80-90", ruleset.Windows2003, "dstport takes one number"},
		{filter + "protocol=ICMP dstport=8", ruleset.Windows2003, "ports need protocol TCP or UDP"},
		{filter + "dstmask=255.0.0.0", ruleset.Windows2003, "has no meaning beside me"},
		{filter + "mir=no", ruleset.Windows2003, `"mir" is not a tag`},
		{filter + "mirrored=y", ruleset.Windows2003, "mirrored is yes or no"},
		{filter + "protocol=TCPP", ruleset.Windows2003, "is not a protocol"},
		{"netsh ipsec static add filter filterlist=x srcaddr=10.0.0.1 srcmask=255.0.0.0 dstaddr=me", ruleset.Windows2003, "bits beyond its mask"},
		{"netsh ipsec static add filter filterlist=x srcaddr=10.0.0.0/8 dstaddr=me", ruleset.Windows2003, "is not an address"},
		{"netsh ipsec static add filter filterlist=x srcaddr=fd00::1 dstaddr=me", ruleset.Windows2003, "IPv4 only"},
		{"netsh ipsec static add filter filterlist=x srcaddr=10.0.0.0 srcmask=0.0.0.0 dstaddr=me", ruleset.Windows2003, "srcaddr=any"},
		{"netsh ipsec static add filteraction name=x", ruleset.Windows2003, "the default negotiates"},
		{"netsh ipsec static add filteraction name=x action=allow", ruleset.Windows2003, `action cannot be "allow"`},
		{"netsh ipsec static add rule name=x policy=p filterlist=l", ruleset.Windows2003, "filteraction= is missing"},
		{"netsh ipsec static delete all", ruleset.Windows2003, `"all" is not a known object`},
	} {
		t.Run(c.line, func(t *testing.T) {
			_, err := Parse(SplitArgs(NewText(c.line))[1:], c.os)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want %q", err, c.want)
			}
		})
	}
}

// FuzzParse reads any command line: what it does not know is an error.
func FuzzParse(f *testing.F) {
	f.Add(`advfirewall firewall add rule name="a b" dir=in action=allow protocol=TCP localport=53,88 remoteip=10.0.0.1-10.0.0.9`)
	f.Add(`ipsec static add filter filterlist=x srcaddr=me dstaddr=10.0.0.0 dstmask=255.0.0.0 protocol=UDP srcport=0 dstport=53`)
	f.Fuzz(func(t *testing.T, line string) {
		for _, os := range []ruleset.OS{ruleset.Windows2003, ruleset.Windows2022} {
			_, _ = Parse(SplitArgs(NewText(line)), os)
		}
	})
}
