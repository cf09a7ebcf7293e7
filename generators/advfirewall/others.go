package advfirewall

import "strings"

// others are the commands that name the inbound allow rules of other owners, and that switch them off. netsh can select rules
// by name alone, and names are neither unique nor the same in every language, so these are PowerShell's.
//
// COM reads the rules of the local policy in one pass. The cmdlets need about three times as long for the same; they are there
// for hosts that let PowerShell use no COM.
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

// powershell is a call that ends with an exit code other than 0 when a statement fails.
func powershell(statements ...string) string {
	return `powershell -NoProfile -NonInteractive -Command "$ErrorActionPreference = 'Stop'; ` + strings.Join(statements, "; ") + `"`
}
