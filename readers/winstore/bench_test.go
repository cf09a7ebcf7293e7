package winstore_test

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/readers/winrules"
	"rolewall/readers/winstore"
)

// BenchmarkHost reads and evaluates an export with 200 rules.
func BenchmarkHost(b *testing.B) {
	var s strings.Builder
	s.WriteString("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules]\r\n")
	for i := range 200 {
		action := "Allow"
		if i%10 == 0 {
			action = "Block"
		}
		fmt.Fprintf(&s, "\"{%08d-0001-4000-8000-000000000001}\"=\"v2.31|Action=%s|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|LPort=%d|RA4=10.%d.0.0/255.255.0.0|App=%%SystemRoot%%\\\\system32\\\\svchost.exe|Svc=s%d|Name=rule|EmbedCtxt=@FirewallAPI.dll,-28502|\"\r\n", i, action, i+1, i, i%7)
	}
	src := []byte(s.String() + "\r\n")
	b.ReportAllocs()
	for b.Loop() {
		st, errs := &winstore.State{}, &diag.List{}
		winrules.Read("f", src, st, errs)
		if c := winstore.Evaluate(st); len(c.Openings) < 100 || errs.Len() > 0 {
			b.Fatal(len(c.Openings), errs.Err())
		}
	}
}
