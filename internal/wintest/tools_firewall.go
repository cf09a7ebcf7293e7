package wintest

import (
	"fmt"
	"strings"

	"rolewall/internal/wintest/netsh"
)

// policyKey is where Windows Firewall keeps its local policy.
const policyKey = `hklm\system\currentcontrolset\services\sharedaccess\parameters\firewallpolicy\`

// storeKey is what a key of the local policy holds: the values of a profile, or a value for each rule; nil where the key is
// another. A store without rules has the key all the same.
func (h *Host) storeKey(key string) []string {
	part, ok := strings.CutPrefix(strings.ToLower(key), policyKey)
	if !ok {
		return nil
	}
	out := []string{}
	if part == "firewallrules" {
		for i, r := range h.Firewall.Rules {
			out = append(out, fmt.Sprintf("    {%08d}    REG_SZ    v2.31|Action=%s|Active=%s|Dir=%s|Name=%s|Desc=%s|", i, pick(r.Block, "Block", "Allow"),
				pick(r.Disabled, "FALSE", "TRUE"), pick(r.Outbound, "Out", "In"), r.Name, r.Description))
		}
		return out
	}
	for _, name := range []string{"EnableFirewall", "DefaultInboundAction", "DefaultOutboundAction", "DoNotAllowExceptions"} {
		if data, known := h.storeValue(key, name); known {
			out = append(out, fmt.Sprintf("    %s    %s", name, data))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// storeValue is a value of a profile in the local policy.
func (h *Host) storeValue(key, name string) (string, bool) {
	part, ok := strings.CutPrefix(strings.ToLower(key), policyKey)
	part, logging := strings.CutSuffix(part, `\logging`)
	profile, known := map[string]string{"domainprofile": "domain", "standardprofile": "private", "publicprofile": "public"}[part]
	if !ok || !known {
		return "", false
	}
	p := h.Firewall.Profiles[profile]
	on, has := map[string]bool{
		"enablefirewall": p.On, "defaultinboundaction": p.Inbound != "allowinbound", "defaultoutboundaction": p.Outbound == "blockoutbound",
		"donotallowexceptions": p.Inbound == "blockinboundalways", "logdroppedpackets": p.LogDropped,
	}[strings.ToLower(name)]
	if !has || logging != strings.EqualFold(name, "LogDroppedPackets") {
		return "", false
	}
	return "REG_DWORD    0x" + pick(on, "1", "0"), true
}

// The PowerShell commands that the model knows.
const (
	shell     = ` -NoProfile -NonInteractive -Command "$ErrorActionPreference = 'Stop'; `
	byCOM     = `$r = @((New-Object -ComObject HNetCfg.FwPolicy2).Rules | Where-Object { $_.Direction -eq 1 -and $_.Action -eq 1 -and $_.Enabled -and $_.Name -notlike 'rolewall: *' }); `
	byCmdlets = `$r = @(Get-NetFirewallRule -PolicyStore PersistentStore -Direction Inbound -Action Allow -Enabled True | Where-Object { $_.DisplayName -notlike 'rolewall: *' }); `

	listByCOM     = shell + byCOM + `$r | ForEach-Object { 'off  ' + $_.Name }"`
	offByCOM      = shell + byCOM + `$r | ForEach-Object { 'off  ' + $_.Name; $_.Enabled = $false }"`
	listByCmdlets = shell + byCmdlets + `$r | ForEach-Object { 'off  ' + $_.DisplayName }"`
	offByCmdlets  = shell + byCmdlets + `$r | ForEach-Object { 'off  ' + $_.DisplayName }; $r | Set-NetFirewallRule -Enabled False"`

	readDFSR = shell + `Get-WmiObject -Namespace root\MicrosoftDFS -Class DfsrMachineConfig | Out-Null"`
	setDFSR  = shell + `Set-WmiInstance -Namespace root\MicrosoftDFS -Class DfsrMachineConfig -Arguments @{ RpcPortAssignment = `
)

func (h *Host) powershell(c *command) (string, int, error) {
	text := strings.TrimRight(string(c.tail.Runes), " ")
	port, sets := strings.CutPrefix(text, setDFSR)
	port, ends := strings.CutSuffix(port, ` } | Out-Null"`)
	switch com := text == listByCOM || text == offByCOM; {
	case h.Missing["powershell"]:
		return "'powershell' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n", 9009, nil
	case text == readDFSR || sets && ends:
		if h.Missing["dfsr"] || !h.Elevated {
			return "Invalid namespace\r\n", 1, nil
		}
		if sets {
			return h.tool("dfsrdiag.wmi", []netsh.Arg{{Value: "staticrpc"}, {Value: "/port:" + port}})
		}
		return "", 0, nil
	case !com && text != listByCmdlets && text != offByCmdlets:
		return "", 0, fmt.Errorf("the model does not know this PowerShell command: %s", text)
	case !h.Elevated || com && h.Missing["com"]:
		return "Access is denied.\r\n", 1, nil
	}
	var b strings.Builder
	for i, r := range h.Firewall.Rules {
		if r.Outbound || r.Block || r.Disabled || strings.HasPrefix(strings.ToLower(r.Name), "rolewall: ") {
			continue
		}
		b.WriteString("off  " + r.Name + "\r\n")
		h.Firewall.Rules[i].Disabled = text == offByCOM || text == offByCmdlets
	}
	return b.String(), 0, nil
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}
