package advfirewall

import "strings"

// others holds the commands that list the inbound allow rules of other owners and disable them. netsh can select
// rules only by name, and names are not unique and differ by language. So these commands use PowerShell.
//
// COM reads the rules of the local policy in one pass. The cmdlets take about three times as long. They are there
// for hosts on which PowerShell may not use COM.
type others struct {
	List, Disable                   string
	ListByCmdlets, DisableByCmdlets string
}

func othersCommands() *others {
	const (
		byCOM = `$r = @((New-Object -ComObject HNetCfg.FwPolicy2).Rules | ` +
			`Where-Object { $_.Direction -eq 1 -and $_.Action -eq 1 -and $_.Enabled -and $_.Name -notlike 'rolewall: *' })`
		byCmdlets = `$r = @(Get-NetFirewallRule -PolicyStore PersistentStore -Direction Inbound -Action Allow -Enabled True | ` +
			`Where-Object { $_.DisplayName -notlike 'rolewall: *' })`
	)
	return &others{
		List:             powershell(byCOM, `$r | ForEach-Object { 'off  ' + $_.Name }`),
		Disable:          powershell(byCOM, `$r | ForEach-Object { 'off  ' + $_.Name; $_.Enabled = $false }`),
		ListByCmdlets:    powershell(byCmdlets, `$r | ForEach-Object { 'off  ' + $_.DisplayName }`),
		DisableByCmdlets: powershell(byCmdlets, `$r | ForEach-Object { 'off  ' + $_.DisplayName }`, `$r | Set-NetFirewallRule -Enabled False`),
	}
}

// powershell returns a call that ends with an exit code other than 0 if a statement fails.
func powershell(statements ...string) string {
	return `powershell -NoProfile -NonInteractive -Command "$ErrorActionPreference = 'Stop'; ` + strings.Join(statements, "; ") + `"`
}
