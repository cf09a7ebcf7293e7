package winstore_test

import (
	"os"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/readers/netsh"
	"rolewall/readers/winjson"
	"rolewall/readers/winrules"
	"rolewall/readers/winstore"
)

// TestSamples reads the samples of each form, and several of one host together.
func TestSamples(t *testing.T) {
	for _, c := range []struct{ files, want string }{
		{"firewallpolicy-local.reg firewallpolicy-gpo.reg", `fact firewall-off
fact local-rules-void
fact service-hardening
open any from any; private
open tcp/8443 from 10.20.0.0/16,fd00:20::/48; public
open tcp/3389 from any; %SystemRoot%\system32\svchost.exe; termservice; public
open tcp/49152-65535 dynamic from any; %SystemRoot%\System32\lsass.exe; public; route: only from the addresses that the host knows as LocalSubnet
open any from ` + notPlant + `; C:\Program Files\Gone\agent.exe; public
open any from 10.66.0.0/16; C:\Program Files\Gone\agent.exe; public; other: not for tcp/445 from 10.66.0.0/16: the rule {0E2A1F00-0002-4000-8000-000000000002} blocks it
open tcp/80,8000-8010 from any; only from port 1024-65535; public
open icmp/8 from any; public
open tcp/5985 from any; public; peer: only from some computers, which authenticate with IPsec; peer: only from peers that authenticate with IPsec
open tcp/3389 from 10.3.0.0/24; %SystemRoot%\system32\svchost.exe; TermService; domain; Group Policy`},
		{"firewallpolicy-gpo.reg", `fact local-rules-void
fact local-store-missing
open tcp/3389 from 10.3.0.0/24; %SystemRoot%\system32\svchost.exe; TermService; domain; Group Policy`},
		{"advfirewall-show-rule-verbose-en.txt", `fact policy-store-missing
fact profiles-missing
open tcp/3389 from any; %SystemRoot%\system32\svchost.exe; termservice
open tcp/49152-65535 dynamic from 10.20.0.0/16; %SystemRoot%\System32\lsass.exe; domain`},
		{"get-netfirewallrule-activestore.json", `fact local-rules-void
open tcp/3389 from 10.3.0.0/24; %SystemRoot%\system32\svchost.exe; TermService; domain; Group Policy
open tcp/445 from ` + notPlants + `; System; private; route: only from the addresses that the host knows as LocalSubnet
open tcp/80,8000-8010 from any; private+public`},
	} {
		st, errs := &winstore.State{}, &diag.List{}
		for _, name := range strings.Fields(c.files) {
			src, err := os.ReadFile("../../testdata/captures/windows/" + name)
			if err != nil {
				t.Fatal(err)
			}
			found := 0
			for _, r := range []struct {
				detect func([]byte) bool
				read   func(string, []byte, *winstore.State, *diag.List)
			}{{winrules.Detect, winrules.Read}, {winjson.Detect, winjson.Read}, {netsh.Detect, netsh.Read}} {
				if r.detect(src[:min(len(src), 1024)]) {
					found++
					r.read(name, src, st, errs)
				}
			}
			if found != 1 {
				t.Errorf("%s is of %d forms", name, found)
			}
		}
		if err := errs.Err(); err != nil {
			t.Errorf("%s: %v", c.files, err)
			continue
		}
		if got := strings.Join(text(winstore.Evaluate(st)), "\n"); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.files, got, c.want)
		}
	}
}

// Everybody but the sources that the samples block from SMB.
const (
	notPlant  = "0.0.0.0/5,8.0.0.0/7,10.0.0.0/10,10.64.0.0/15,10.67.0.0/16,10.68.0.0/14,10.72.0.0/13,10.80.0.0/12,10.96.0.0/11,10.128.0.0/9,11.0.0.0/8,12.0.0.0/6,16.0.0.0/4,32.0.0.0/3,64.0.0.0/2,128.0.0.0/1,::/0"
	notPlants = "0.0.0.0/5,8.0.0.0/7,10.0.0.0/10,10.64.0.0/15,10.67.0.0/32,10.67.0.10/31,10.67.0.12/30,10.67.0.16/28,10.67.0.32/27,10.67.0.64/26,10.67.0.128/25,10.67.1.0/24,10.67.2.0/23,10.67.4.0/22,10.67.8.0/21,10.67.16.0/20,10.67.32.0/19,10.67.64.0/18,10.67.128.0/17,10.68.0.0/14,10.72.0.0/13,10.80.0.0/12,10.96.0.0/11,10.128.0.0/9,11.0.0.0/8,12.0.0.0/6,16.0.0.0/4,32.0.0.0/3,64.0.0.0/2,128.0.0.0/1,::/0"
)
