package rpcports

import (
	"strings"
	"testing"

	"rolewall/generators/target"
	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

var (
	ntdsPin     = ruleset.Pin{Service: "LSASS", Title: "AD replication", Port: 38901, Kind: "registry", Place: `HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters`, Value: "TCP/IP Port", Type: "REG_DWORD", Restart: "reboot"}
	netlogonPin = ruleset.Pin{Service: "Netlogon", Title: "Net Logon RPC", Port: 38902, Kind: "registry", Place: `HKLM\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters`, Value: "DCTcpipPort", Type: "REG_DWORD", Restart: "restart service"}
	certPin     = ruleset.Pin{Service: "CertSvc", Title: "enrolment", Port: 38903, Kind: "registry", Place: `HKLM\SOFTWARE\Classes\AppID\{D99E6E74}`, Value: "Endpoints", Type: "REG_MULTI_SZ", Restart: "restart service"}
	dfsrPin     = ruleset.Pin{Service: "DFSR", Title: "DFS Replication", Port: 5722, Kind: "command", Place: "dfsrdiag StaticRPC /port:N", Restart: "restart service"}
	wmiPin      = ruleset.Pin{Service: "winmgmt", Title: "WMI", Port: 24158, Kind: "command", Place: "winmgmt -standalonehost", Restart: "restart service"}
)

func rpcSet(mode ruleset.RPCMode, ranges []ruleset.PortRange, pins ...ruleset.Pin) *ruleset.RuleSet {
	rs := targettest.WindowsSet(ruleset.Windows2022)
	rs.RPC = ruleset.RPC{Mode: mode, Ranges: ranges, Pins: pins}
	return rs
}

func Test(t *testing.T) {
	own := []ruleset.PortRange{{First: 50000, Last: 50199}}
	text := targettest.Script(t, New(), rpcSet(ruleset.RPCStatic, own, certPin, dfsrPin, ntdsPin, netlogonPin, wmiPin))
	targettest.CheckCmdForm(t, text)
	for _, want := range []string{
		`/d "50000-50199" /f`, `set "KEY=HKLM\SOFTWARE\Microsoft\Rpc\Internet"`, `set "NAME=UseInternetPorts"`,
		`/d "38901" /f`, `/d "38902" /f`, `/d "ncacn_ip_tcp,0,38903" /f`, "call :dfsr 5722 || goto failed", "winmgmt -standalonehost || goto failed",
		"echo Restart Windows for the RPC range, LSASS.", "echo Restart the service DFSR: net stop DFSR, net start DFSR.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(text, "netsh int ipv4 set dynamicport tcp") || len(targettest.Lines(text, "reg add", "dynamicport")) > 0 {
		t.Error("the range of the host's own connections is touched")
	}
	for name, rs := range map[string]*ruleset.RuleSet{
		"fallback dynamic": rpcSet(ruleset.RPCStatic, []ruleset.PortRange{ruleset.Windows2022.DynamicRange()}, ntdsPin),
		"fallback closed":  rpcSet(ruleset.RPCStatic, nil, ntdsPin),
	} {
		if text := targettest.Script(t, New(), rs); strings.Contains(text, `Rpc\Internet"`) {
			t.Errorf("%s: the host is given a range", name)
		}
	}
}

func TestRefuses(t *testing.T) {
	with := func(change func(*ruleset.Pin)) *ruleset.RuleSet {
		pin := ntdsPin
		change(&pin)
		return rpcSet(ruleset.RPCStatic, nil, pin)
	}
	for _, c := range []struct {
		name, want, hint string
		rs               *ruleset.RuleSet
	}{
		{"dynamic", "do anything for the RPC policy dynamic: the host already obeys it", `mode = "range"`, rpcSet(ruleset.RPCDynamic, nil)},
		{"closed", "do anything for the RPC policy closed", "leave the target", rpcSet(ruleset.RPCClosed, nil)},
		{"windows 2000", "write a script for windows-2000", "", targettest.WindowsSet(ruleset.Windows2000)},
		{"another kind", "is not set by registry or command", "by hand", with(func(p *ruleset.Pin) { p.Kind = "metabase" })},
		{"another type", "is not set by registry or command", "by hand", with(func(p *ruleset.Pin) { p.Type = "REG_BINARY" })},
		{"another command", "is not set by registry or command", "by hand", with(func(p *ruleset.Pin) { p.Kind, p.Place = "command", "format c:" })},
		{"a key that breaks out", "write the setting", "correct the pin", with(func(p *ruleset.Pin) { p.Place = `HKLM\x" & del` })},
		{"a key that ends the quotation", "write the setting", "correct the pin", with(func(p *ruleset.Pin) { p.Place = `HKLM\x\` })},
		{"a variable in a value", "write the setting", "correct the pin", with(func(p *ruleset.Pin) { p.Value = `%PATH%` })},
	} {
		t.Run(c.name, func(t *testing.T) { targettest.WantUnsupported(t, New(), c.rs, c.want, c.hint) })
	}
}

// TestWritesForEveryRule: the script is about settings, so no rule is too much for it.
func TestWritesForEveryRule(t *testing.T) {
	everything := targettest.LinuxSample().Inbound
	for _, r := range everything {
		rs := rpcSet(ruleset.RPCStatic, nil, ntdsPin)
		rs.Inbound = []*ruleset.Rule{r}
		rs.Outbound = ruleset.Merge([]*ruleset.Rule{targettest.WindowsRule(ruleset.UDP, "53", "", "", targettest.Rpcss, targettest.Office)})
		if refusals := target.Check(New(), rs, nil); len(refusals) > 0 {
			t.Errorf("%s is refused: %v", r.What(), refusals)
		}
	}
}
