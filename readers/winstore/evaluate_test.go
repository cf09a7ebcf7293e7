package winstore_test

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/winstore"
	"rolewall/ruleset"
)

// text writes a capture in short lines: facts that are no profile, openings, and what is not mapped.
func text(c *capture.Capture) []string {
	var out []string
	for _, f := range c.Facts {
		if f.Code != "profile" {
			out = append(out, "fact "+f.Code)
		}
	}
	for _, o := range c.Openings {
		line := "open " + o.Rule.Traffic.String()
		if o.Rule.RPC != ruleset.NoRPC {
			line += " " + string(o.Rule.RPC)
		}
		line += " from " + o.Rule.Remote.Key()
		for _, part := range []string{o.Rule.Listener.Program, o.Rule.Listener.Service, o.Rule.Only(), strings.Join(o.Profiles, "+"), o.Owner} {
			if part != "" {
				line += "; " + part
			}
		}
		if len(o.To) > 0 {
			line += fmt.Sprint("; to ", o.To)
		}
		for _, x := range o.Conditions {
			line += fmt.Sprintf("; %s: %s", x.Kind, x.Text)
		}
		out = append(out, line)
	}
	for _, u := range c.Unmapped {
		out = append(out, fmt.Sprintf("unmapped %s: %s", u.Scope, u.Reason))
	}
	return out
}

// state makes a state of lines: "policy v2.10|..." adds a rule, "local domain off" and the like set a setting.
func state(t *testing.T, lines ...string) *winstore.State {
	t.Helper()
	st := &winstore.State{}
	st.Saw(winstore.Local)
	st.Saw(winstore.Policy)
	st.Settings(winstore.Local, "domain")
	stores := map[string]winstore.Store{"local": winstore.Local, "policy": winstore.Policy, "mdm": winstore.MDM, "active": winstore.Active}
	for i, line := range lines {
		word, rest, _ := strings.Cut(line, " ")
		at := diag.Pos{File: "f", Line: i + 1, Column: 1}
		if strings.Contains(rest, "|") {
			if err := st.Add(rest, winstore.Rule{ID: fmt.Sprint("r", i+1), Store: stores[word], Place: capture.Place{Pos: at}}); err != nil {
				t.Fatal(err)
			}
			continue
		}
		profile, what, _ := strings.Cut(rest, " ")
		for _, p := range winstore.Profiles {
			if p != profile && profile != "all" {
				continue
			}
			set := st.Settings(stores[word], p)
			switch what {
			case "off", "on":
				set.On = winstore.Say(what == "on", at)
			case "allow", "block":
				set.Block = winstore.Say(what == "block", at)
			case "shields", "exceptions":
				set.NoExceptions = winstore.Say(what == "shields", at)
			case "alone", "merge":
				set.Merge = winstore.Say(what == "merge", at)
			default:
				t.Fatalf("what is %q?", line)
			}
		}
	}
	return st
}

// The tokens that most rules begin with.
const (
	allow = "v2.31|Action=Allow|Active=TRUE|Dir=In|"
	block = "v2.31|Action=Block|Active=TRUE|Dir=In|"
	web   = "local " + allow + "Protocol=6|LPort=80|Name=web|"
)

func TestEvaluate(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  string // lines of text, each after a line end
	}{
		{"nothing is open", nil, ""},
		{"a rule", []string{web}, "open tcp/80 from any"},
		{"all that a rule can say", []string{"local " + allow + `Protocol=17|Profile=Domain|LPort=53|LPort2_10=60-70|RPort=99|LA4=10.1.1.1|RA4=10.0.0.0/8|RA6=fd00::/8|App=C:\windows\system32\dns.exe|Svc=DNS|Name=n|`},
			`open udp/53,60-70 from 10.0.0.0/8,fd00::/8; %SystemRoot%\system32\dns.exe; DNS; only from port 99; domain; to [10.1.1.1/32]`},
		{"off, outbound, without Active", []string{"local v2.31|Action=Allow|Active=FALSE|Dir=In|Name=n|", "local v2.31|Action=Allow|Active=TRUE|Dir=Out|Name=n|", "local v2.31|Action=Allow|Dir=In|Name=n|"}, ""},
		{"any protocol, all types", []string{"local " + allow + "Name=n|", "local " + allow + "Protocol=1|ICMP4=8:*|ICMP4=3:4|Name=n|", "local " + allow + "Protocol=47|App=System|Name=n|"},
			"open any from any\nopen icmp/3:4,8 from any\nopen gre from any; System"},

		{"a profile is off", []string{web, "local private off"}, "fact firewall-off\nopen any from any; private\nopen tcp/80 from any; domain+public"},
		{"the policy switches it on", []string{web, "local all off", "policy all on"}, "open tcp/80 from any"},
		{"the policy switches it off", []string{web, "policy all off"}, "fact firewall-off\nopen any from any; "},
		{"allow by default", []string{"local all allow", "local " + block + "RA4=10.0.0.0/8|Name=b|"}, "fact default-allow\nopen any from " + notTen},
		{"the policy blocks by default", []string{"local all allow", "policy all block"}, ""},
		{"shields up", []string{web, "local domain shields"}, "fact no-exceptions\nopen tcp/80 from any; private+public"},
		{"shields up wins", []string{web, "local all shields", "policy all exceptions"}, "fact no-exceptions"},
		{"shields up of the policy wins", []string{web, "local all exceptions", "policy all shields"}, "fact no-exceptions"},
		{"shields up, and allow by default", []string{"local all allow", "policy all shields"}, "fact no-exceptions"},
		{"the policy goes before MDM", []string{web, "mdm all alone", "policy all merge"}, "open tcp/80 from any"},
		{"MDM voids local rules too", []string{web, "mdm all alone"}, "fact local-rules-void"},
		{"local rules void", []string{web, "policy all alone", "policy " + allow + "Protocol=6|LPort=81|Name=g|"}, "fact local-rules-void\nopen tcp/81 from any; Group Policy"},
		{"local rules void in one profile", []string{web, "policy domain alone"}, "fact local-rules-void\nopen tcp/80 from any; private+public"},
		{"the local store has no say in that", []string{web, "local all alone"}, "open tcp/80 from any"},
		{"a void block rule blocks nothing", []string{"policy all alone", "local " + block + "Protocol=6|LPort=81|Name=b|", "policy " + allow + "Protocol=6|LPort=81|Name=g|"}, "fact local-rules-void\nopen tcp/81 from any; Group Policy"},
		{"MDM", []string{"mdm " + allow + "Protocol=6|LPort=81|Name=g|", "policy all alone"}, "fact local-rules-void\nopen tcp/81 from any; MDM"},
		{"the ActiveStore knows best", []string{web, "local all off", "active all on"}, "open tcp/80 from any"},

		{"block beats allow", []string{web, "policy " + block + "Protocol=6|LPort=80|Name=b|"}, ""},
		{"block takes ports", []string{"local " + allow + "Protocol=6|LPort2_10=80-90|Name=n|", "local " + block + "Protocol=6|LPort2_10=85-86|Name=b|"}, "open tcp/80-84,87-90 from any"},
		{"block takes sources", []string{web, "local " + block + "Protocol=6|LPort2_10=1-100|RA4=10.0.0.0/8|Name=b|"}, "open tcp/80 from " + notTen},
		{"block takes types", []string{"local " + allow + "Protocol=1|ICMP4=8:*|ICMP4=3:*|Name=n|", "local " + block + "Protocol=1|ICMP4=8:*|Name=b|"}, "open icmp/3 from any"},
		{"block takes source ports", []string{web, "local " + block + "Protocol=6|LPort=80|RPort2_10=1-1023|Name=b|"}, "open tcp/80 from any; only from port 1024-65535"},
		{"block takes addresses of the host", []string{"local " + allow + "Protocol=6|LPort=80|LA4=10.1.1.0/31|Name=n|", "local " + block + "Protocol=6|LA4=10.1.1.1|Name=b|"}, "open tcp/80 from any; to [10.1.1.0/32]"},
		{"block takes two dimensions", []string{"local " + allow + "Protocol=6|LPort=80|LPort=81|RA4=10.0.0.0/31|Name=n|", "local " + block + "Protocol=6|LPort=80|RA4=10.0.0.0|Name=b|"},
			"open tcp/81 from 10.0.0.0/31\nopen tcp/80 from 10.0.0.1/32"},
		{"block in another profile", []string{web, "local " + block + "Protocol=6|LPort=80|Profile=Public|Name=b|"}, "open tcp/80 from any; domain+private"},
		{"block of another program", []string{"local " + allow + `Protocol=6|LPort=80|App=C:\a.exe|Name=n|`, "local " + block + `Protocol=6|App=C:\b.exe|Name=b|`}, `open tcp/80 from any; C:\a.exe`},
		{"block of the same program", []string{"local " + allow + `Protocol=6|LPort=80|App=%systemroot%\a.exe|Name=n|`, "local " + block + `Protocol=6|App=c:\windows\A.EXE|Name=b|`}, ""},
		{"block of one program of all", []string{web, "local " + block + `Protocol=6|LPort=80|App=C:\b.exe|Name=b|`}, `open tcp/80 from any; other: not for tcp/80 of the program C:\b.exe: the rule r2 blocks it`},
		{"block of one service of all", []string{web, "local " + block + `Protocol=6|LPort=80|Svc=x|Name=b|`}, `open tcp/80 from any; other: not for tcp/80 of the service x: the rule r2 blocks it`},
		{"block of every service", []string{"local " + allow + "Protocol=6|LPort=80|Svc=x|Name=n|", "local " + block + `Protocol=6|LPort=80|Svc=*|Name=b|`}, ""},
		{"block from the subnet", []string{web, "local " + block + "Protocol=6|LPort=80|RA4=LocalSubnet|Name=b|"},
			"open tcp/80 from ::/0\nopen tcp/80 from 0.0.0.0/0; other: not for tcp/80 from 0.0.0.0/0, only from the addresses that the host knows as LocalSubnet: the rule r2 blocks it"},
		{"block of everything takes all", []string{web, "local " + allow + "Name=n|", "local " + block + "Name=b|"}, ""},
		{"everything but a port", []string{"local " + allow + "Name=n|", "local " + block + "Protocol=6|LPort=80|RA4=10.0.0.0/8|Name=b|"},
			"open any from " + notTen + "\nopen any from 10.0.0.0/8; other: not for tcp/80 from 10.0.0.0/8: the rule r2 blocks it"},
		{"blocks are united", []string{web, "local " + block + "Protocol=6|LPort=80|RA4=10.0.0.0/9|Name=b|", "local " + block + "Protocol=6|LPort=80|RA4=10.128.0.0/9|Name=b|"}, "open tcp/80 from " + notTen},
		{"block of dynamic RPC", []string{"local " + allow + `Protocol=6|LPort=RPC|App=C:\a.exe|Name=n|`, "local " + block + "Protocol=6|LPort=RPC|Name=b|"}, ""},
		{"block of dynamic RPC and a port of its range", []string{"local " + allow + `Protocol=6|LPort=50000|Name=n|`, "local " + block + "Protocol=6|LPort=RPC|Name=b|"},
			"open tcp/50000 from any; other: not for tcp/49152-65535: the rule r2 blocks it"},

		{"bypass beats block", []string{"local v2.31|Action=ByPass|Active=TRUE|Dir=In|Protocol=6|LPort=80|Security=Authenticate|Name=n|", "local " + block + "Protocol=6|LPort=80|Name=b|"},
			"open tcp/80 from any; peer: only from peers that authenticate with IPsec"},
		{"bypass without the word", []string{"local v2.31|Action=ByPass|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=n|"}, "open tcp/80 from any; peer: only from peers that authenticate with IPsec"},
		{"peers and users", []string{"local " + allow + "Protocol=6|LPort=80|Security2_9=An-NoEncap|RMauth=O:LSD:(A;;CC;;;S-1)|Name=n|"},
			"open tcp/80 from any; peer: only from peers that authenticate with IPsec; peer: only from some computers, which authenticate with IPsec"},
		{"one app of one user", []string{"local " + allow + "LUOwn=S-1-5-21-1|AppPkgId=S-1-15-2-1|Name=n|"}, "open any from any; other: only for programs of the user S-1-5-21-1; other: only for the store app S-1-15-2-1"},
		{"as Windows 11 has it", []string{"local " + allow + "Profile=Domain|Profile=Private|Name=@{x}|Desc=|PFN=Microsoft.SecHealthUI_8wekyb3d8bbwe|LUOwn=S-1|EmbedCtxt=|", "local " + block + "Protocol=17|Profile=Public|App=%SystemRoot%\\system32\\svchost.exe|Svc=Ssdpsrv|Name=n|TTK2_27=UPnP|"},
			"open any from any; domain+private; other: only for the store app Microsoft.SecHealthUI_8wekyb3d8bbwe; other: only for programs of the user S-1"},
		{"interfaces", []string{"local " + allow + "Protocol=6|LPort=80|IFType=Wireless|IF={A}|Name=n|"}, "open tcp/80 from any; other: only on interfaces of the kind Wireless; other: only on the interfaces {A}"},
		{"every service", []string{"local " + allow + "Protocol=6|LPort=80|Svc=*|Name=n|"}, "open tcp/80 from any; other: only for programs that are services"},

		{"RPC", []string{"local " + allow + "Protocol=6|LPort=RPC|LPort=RPC-EPMap|LPort=90|Name=n|"}, "open tcp/90 from any\nopen tcp/49152-65535 dynamic from any\nopen tcp/135,593 endpoint-mapper from any"},
		{"mDNS and Teredo", []string{"local " + allow + "Protocol=17|LPort2_24=mDNS|LPort=Teredo|Name=n|"}, "open udp/5353 from any\nopen udp/1-65535 from any; other: only at the ports that Windows means by Teredo"},
		{"the subnet", []string{"local " + allow + "Protocol=6|LPort=80|RA4=LocalSubnet|RA6=LocalSubnet|RA4=10.0.0.0/8|Name=n|"},
			"open tcp/80 from 10.0.0.0/8\nopen tcp/80 from any; route: only from the addresses that the host knows as LocalSubnet"},
		{"ICMP has one family", []string{"local " + allow + "Protocol=58|ICMP6=128:*|RA4=10.0.0.0/8|RA6=fd00::/8|Name=n|", "local " + allow + "Protocol=58|ICMP6=128:*|RA4=10.0.0.0/8|Name=n|"}, "open icmpv6/128 from fd00::/8"},

		{"a token that is not known", []string{"local " + allow + "Protocol=6|LPort=80|Mood=Good|Name=n|"}, "unmapped tcp/80: the rule says Mood=Good, which nobody here knows"},
		{"of a rule that is off", []string{"local v2.31|Action=Allow|Active=FALSE|Dir=In|Mood=Good|Name=n|"}, ""},
		{"of a rule that spells Active otherwise", []string{"local v2.31|Action=Allow|active=TRUE|Dir=In|Name=n|"}, "unmapped any: the rule says active=TRUE, which nobody here knows"},
		{"of a void rule", []string{"local " + allow + "Mood=Good|Name=n|", "policy all alone"}, "fact local-rules-void"},
		{"where all is off", []string{"local " + allow + "Mood=Good|Name=n|", "local all off"}, "fact firewall-off\nopen any from any"},
		{"no rule at all", []string{"local v2.31|Action=Allow|Active=TRUE|Dir=In|LPort|Name=n|"}, `unmapped : "LPort" is not a token such as Dir=In`},
		{"no rule, but off", []string{"local v2.31|Action=Allow|Active=FALSE|Dir=In|LPort|Name=n|"}, ""},
		{"no rule, and void", []string{"local v2.31|Action=Allow|Active=TRUE|Dir=In|LPort|Name=n|", "policy all alone"}, "fact local-rules-void"},
		{"Windows may not take it", []string{"local " + allow + "Protocol=6|LPort=80|"}, "open tcp/80 from any; other: only if Windows takes the rule: the rule has no Name"},
		{"one family", []string{"local " + allow + "Protocol=6|LPort=80|RA4=0.0.0.1-255.255.255.255|Name=n|", "local " + allow + "Protocol=6|LPort=81|RA6=1::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff|Name=n|"}, "open tcp/80 from 0.0.0.0/0\nopen tcp/81 from ::/0"},
		{"a block rule says less", []string{"local " + allow + "Protocol=6|LPort=80|RA4=0.0.0.0/1|Name=n|", "local " + block + "RA4=0.0.0.1-255.255.255.255|Name=n|"}, "open tcp/80 from 0.0.0.0/32"},
		{"Windows takes more than it says", []string{"local " + allow + "Protocol=6|LPort=80|RA6=::/1|Name=n|"}, "open tcp/80 from ::/1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(text(winstore.Evaluate(state(t, c.lines...))), "\n")
			if strings.TrimSuffix(c.want, "; ") != got {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// notTen is everybody but 10.0.0.0/8.
const notTen = "0.0.0.0/5,8.0.0.0/7,11.0.0.0/8,12.0.0.0/6,16.0.0.0/4,32.0.0.0/3,64.0.0.0/2,128.0.0.0/1,::/0"

// TestGaps says what a capture lacks.
// TestStandardProfile holds the rule that old policies follow.
// TestWeak prefers the rules of an export to those of other forms.
// TestManyBlocks bounds the work where thousands of addresses are banned.
// TestPlatform holds rules for some versions of Windows against that of the host.
// FuzzEvaluate adds any rule beside a rule that allows and one that blocks: nothing panics, and a block rule never opens.
func FuzzEvaluate(f *testing.F) {
	f.Add(allow+"Protocol=6|LPort=RPC|RA4=LocalSubnet|IFType=Lan|Name=n|", block+"Protocol=6|LPort2_10=1-100|RA4=10.0.0.0/8|App=a|Name=n|")
	f.Add(allow+"Protocol=1|ICMP4=8:*|Name=n|", block+"Protocol=1|ICMP4=8:3|LA4=10.0.0.1|Name=n|")
	f.Fuzz(func(t *testing.T, first, second string) {
		var open [2]int
		for i, rules := range [][]string{{first}, {first, strings.Replace(second, "Action=Allow", "Action=Block", 1)}} {
			st := &winstore.State{}
			for _, r := range rules {
				if !strings.Contains(r, "ByPass") {
					_ = st.Add(r, winstore.Rule{ID: "r", Store: winstore.Local})
				}
			}
			for _, o := range winstore.Evaluate(st).Openings {
				for _, p := range o.Rule.Traffic.Intervals() {
					open[i] += int(p.Last-p.First) + 1
				}
				if o.Rule.Remote.IsNobody() || o.Rule.Protocol.HasPorts() && len(o.Rule.Ports) == 0 || o.Rule.Protocol.HasTypes() && len(o.Rule.ICMP) == 0 {
					t.Errorf("%q opens nothing: %+v", rules, o.Rule)
				}
			}
		}
		if open[0] == 0 && open[1] > 0 {
			t.Errorf("the block rule %q opens", second)
		}
	})
}
