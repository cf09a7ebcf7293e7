#Requires -Version 5.1
#Requires -RunAsAdministrator
#Requires -Modules NetSecurity
# dc1: Windows Firewall script for PowerShell, made by rolewall, do not edit
#
# os       windows-2022
# roles    dns-server, domain-controller
# features global-catalog, ldaps
# families ipv4, ipv6
# rpc      dynamic, dynamic endpoints on tcp 49152-65535
# digest   sha256:8cfe07feee33e8344b7b46763df00282a978a71c3ae129d8102f39f6ac2f8900
#
# Let in on every host, beside the rules below:
#   answers to what the host itself began, and loopback: Windows Firewall does so by itself
#
# Apply    powershell -File rolewall.ps1, from an elevated prompt. A second run changes nothing.
# Look     add -WhatIf: it lists what would change, and changes nothing.
# Undo     add -Undo: the whole firewall policy from before the latest run that changed something comes back.
# Domain   add -GPO NAME, or -PolicyStore DOMAIN\NAME: the rules go to a Group Policy object, whose backup is made first.
# Failure  the policy from before the run comes back.
# Codes    0 done; 1 nothing changed, or all is as before; 2 the policy from before could not be put back;
#          3 set, but Group Policy keeps the rules from holding; 4 -WhatIf found what would change.
#
# Other owners' inbound rules stay as they are; they may let in more than the rules below.
# Dynamic RPC goes by the keyword RPC: the ports that the run-time gave the listener, whatever the range.
[CmdletBinding(SupportsShouldProcess)]
param(
    [string] $PolicyStore = 'PersistentStore',
    [string] $GPO,
    [switch] $Undo,
    [switch] $ForceBuild,
    [switch] $ForcePins
)
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$rules = @(
    # icmp 8, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-ff8efdff-v72gjj63qk6q7fcezbj23rkhla'
        DisplayName = 'rolewall: icmp 8 [ff8efdff] v72gjj63qk6q7fcezbj23rkhla'
        Protocol = 'ICMPv4'; IcmpType = @('8'); Program = 'System'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16')
        Description = 'Echo: domain-controller (LSASS, lanmanserver)'
    }
    # tcp 53, from @dns-server, admins, office
    @{
        Name = 'rolewall-c168e246-olpsh3ewa6l7d4332dh3s65alq'
        DisplayName = 'rolewall: tcp 53 [c168e246] olpsh3ewa6l7d4332dh3s65alq'
        Protocol = 'TCP'; LocalPort = @('53'); Program = '%SystemRoot%\System32\dns.exe'; Service = 'DNS'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'DNS: dns-server (DNS)'
    }
    # tcp 88, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-5d407286-umcmyumz6l3spnf6s4wfhcgl3m'
        DisplayName = 'rolewall: tcp 88 [5d407286] umcmyumz6l3spnf6s4wfhcgl3m'
        Protocol = 'TCP'; LocalPort = @('88'); Program = '%SystemRoot%\System32\lsass.exe'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'Kerberos: domain-controller (kdc)'
    }
    # tcp 135, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-254e4d5a-swgmiqrwvl5hyiyn4sw2lf6gjq'
        DisplayName = 'rolewall: tcp 135 [254e4d5a] swgmiqrwvl5hyiyn4sw2lf6gjq'
        Protocol = 'TCP'; LocalPort = @('135'); Program = '%SystemRoot%\System32\svchost.exe'; Service = 'RpcSs'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'RPC: domain-controller (DFSR, LSASS, Netlogon, RpcSs)'
    }
    # tcp 389, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-5726c787-dxevc5svhzpnn5uhfsvtyq4g2e'
        DisplayName = 'rolewall: tcp 389 [5726c787] dxevc5svhzpnn5uhfsvtyq4g2e'
        Protocol = 'TCP'; LocalPort = @('389'); Program = '%SystemRoot%\System32\lsass.exe'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'LDAP: domain-controller (LSASS)'
    }
    # tcp 445, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-22007441-mvdmnzcf6g4a7wrgiph4go5jgm'
        DisplayName = 'rolewall: tcp 445 [22007441] mvdmnzcf6g4a7wrgiph4go5jgm'
        Protocol = 'TCP'; LocalPort = @('445'); Program = 'System'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'SMB: domain-controller (Dfs, LSASS, Netlogon, lanmanserver)'
    }
    # tcp 464, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-2abf28c5-zn5k2cahwprjibvi6th47iuz44'
        DisplayName = 'rolewall: tcp 464 [2abf28c5] zn5k2cahwprjibvi6th47iuz44'
        Protocol = 'TCP'; LocalPort = @('464'); Program = '%SystemRoot%\System32\lsass.exe'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'Kerberos password change: domain-controller (kdc)'
    }
    # tcp 636, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-15daf1ce-4mtv2q6wxqbxlkmirfsgsseeva'
        DisplayName = 'rolewall: tcp 636 [15daf1ce] 4mtv2q6wxqbxlkmirfsgsseeva'
        Protocol = 'TCP'; LocalPort = @('636'); Program = '%SystemRoot%\System32\lsass.exe'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'LDAP over TLS: domain-controller (LSASS)'
    }
    # tcp 3268, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-076a6a65-aoea2fryflramcrqwllhvrknma'
        DisplayName = 'rolewall: tcp 3268 [076a6a65] aoea2fryflramcrqwllhvrknma'
        Protocol = 'TCP'; LocalPort = @('3268'); Program = '%SystemRoot%\System32\lsass.exe'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'Global catalog: domain-controller (LSASS)'
    }
    # tcp 3269, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-674c31b4-v5zj7k3hqtq3bfe7247e7wjl3m'
        DisplayName = 'rolewall: tcp 3269 [674c31b4] v5zj7k3hqtq3bfe7247e7wjl3m'
        Protocol = 'TCP'; LocalPort = @('3269'); Program = '%SystemRoot%\System32\lsass.exe'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'Global catalog over TLS: domain-controller (LSASS)'
    }
    # tcp 3389, from admins
    @{
        Name = 'rolewall-d9d2e375-gnwjwfvg6qfl7gv3xdpxdalwva'
        DisplayName = 'rolewall: tcp 3389 [d9d2e375] gnwjwfvg6qfl7gv3xdpxdalwva'
        Protocol = 'TCP'; LocalPort = @('3389'); Program = '%SystemRoot%\System32\svchost.exe'; Service = 'TermService'; RemoteAddress = @('10.3.0.0/24', 'fd00:3::/64')
        Description = 'RDP: service (TermService)'
    }
    # tcp 5985, from admins
    @{
        Name = 'rolewall-2cbc7af9-munqznzrrb3hqx3lmu3kyupunm'
        DisplayName = 'rolewall: tcp 5985 [2cbc7af9] munqznzrrb3hqx3lmu3kyupunm'
        Protocol = 'TCP'; LocalPort = @('5985'); Program = 'System'; RemoteAddress = @('10.3.0.0/24', 'fd00:3::/64')
        Description = 'WinRM: service (WinRM)'
    }
    # tcp 9389, from admins
    @{
        Name = 'rolewall-815caa3e-e3dubypqfzgtuuj4trq2jan5pu'
        DisplayName = 'rolewall: tcp 9389 [815caa3e] e3dubypqfzgtuuj4trq2jan5pu'
        Protocol = 'TCP'; LocalPort = @('9389'); Program = '%SystemRoot%\ADWS\Microsoft.ActiveDirectory.WebServices.exe'; Service = 'adws'; RemoteAddress = @('10.3.0.0/24', 'fd00:3::/64')
        Description = 'Active Directory Web Services: domain-controller (LSASS)'
    }
    # tcp RPC DFSR, from @domain-controller
    @{
        Name = 'rolewall-6e871322-yn3lwebmetsaddgtiybqk3p2iu'
        DisplayName = 'rolewall: tcp RPC DFSR [6e871322] yn3lwebmetsaddgtiybqk3p2iu'
        Protocol = 'TCP'; LocalPort = @('RPC'); Program = '%SystemRoot%\System32\dfsrs.exe'; Service = 'DFSR'; RemoteAddress = @('10.1.0.10/31', 'fd00:1::10/127')
        Description = 'RPC: domain-controller (DFSR)'
    }
    # tcp RPC lsass.exe, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-3f879630-q3vmjvr7exxrz2qgae4pr3maqa'
        DisplayName = 'rolewall: tcp RPC lsass.exe [3f879630] q3vmjvr7exxrz2qgae4pr3maqa'
        Protocol = 'TCP'; LocalPort = @('RPC'); Program = '%SystemRoot%\System32\lsass.exe'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'RPC: domain-controller (LSASS, Netlogon)'
    }
    # udp 53, from @dns-server, admins, office
    @{
        Name = 'rolewall-71879826-czms6lnku7jizf6nrnbttk7n2q'
        DisplayName = 'rolewall: udp 53 [71879826] czms6lnku7jizf6nrnbttk7n2q'
        Protocol = 'UDP'; LocalPort = @('53'); Program = '%SystemRoot%\System32\dns.exe'; Service = 'DNS'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'DNS: dns-server (DNS)'
    }
    # udp 88, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-4159537c-42fqtr4si2gskpf2ikyvh32mgq'
        DisplayName = 'rolewall: udp 88 [4159537c] 42fqtr4si2gskpf2ikyvh32mgq'
        Protocol = 'UDP'; LocalPort = @('88'); Program = '%SystemRoot%\System32\lsass.exe'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'Kerberos: domain-controller (kdc)'
    }
    # udp 123, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-82a304af-yvncuuwpux4rwey6hysz4mq234'
        DisplayName = 'rolewall: udp 123 [82a304af] yvncuuwpux4rwey6hysz4mq234'
        Protocol = 'UDP'; LocalPort = @('123'); Program = '%SystemRoot%\System32\svchost.exe'; Service = 'W32Time'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'NTP: domain-controller (W32Time)'
    }
    # udp 389, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-a977ba92-vub6ccxn6zzmvjm7xpy6xfu2aq'
        DisplayName = 'rolewall: udp 389 [a977ba92] vub6ccxn6zzmvjm7xpy6xfu2aq'
        Protocol = 'UDP'; LocalPort = @('389'); Program = '%SystemRoot%\System32\lsass.exe'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'LDAP, DC locator: domain-controller (LSASS, Netlogon, kdc)'
    }
    # udp 464, from @domain-controller, admins, branch, office
    @{
        Name = 'rolewall-ec92b33f-oqv3x7huh5755yfmzl6taxrn5m'
        DisplayName = 'rolewall: udp 464 [ec92b33f] oqv3x7huh5755yfmzl6taxrn5m'
        Protocol = 'UDP'; LocalPort = @('464'); Program = '%SystemRoot%\System32\lsass.exe'; RemoteAddress = @('10.1.0.10/31', '10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', '10.30.0.0/16', 'fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'Kerberos password change: domain-controller (kdc)'
    }
    # icmpv6 128, from @domain-controller, admins, office
    @{
        Name = 'rolewall-d38558bc-aph7cdfvsensqdmqzwuatum7te'
        DisplayName = 'rolewall: icmpv6 128 [d38558bc] aph7cdfvsensqdmqzwuatum7te'
        Protocol = 'ICMPv6'; IcmpType = @('128'); Program = 'System'; RemoteAddress = @('fd00:1::10/127', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'Echo: domain-controller (LSASS, lanmanserver)'
    }
)
$wanted = @{ AllowInboundRules = 'True'; Enabled = 'True'; DefaultInboundAction = 'Block'; DefaultOutboundAction = 'Allow' }
$names = @{}
foreach ($r in $rules) { $names[$r.Name] = $true }

if ($GPO) { $PolicyStore = "$env:USERDNSDOMAIN\$GPO" }
$here = $PolicyStore -eq 'PersistentStore'
$folder = Join-Path $env:SystemRoot 'rolewall'
$before = Join-Path $folder 'powershell-before.wfw'
$original = Join-Path $folder 'powershell-original.wfw'
$netsh = Join-Path $env:SystemRoot 'System32\netsh.exe'
$state = @{ Saved = $false; Planned = 0; Ignored = $false; Backup = $null }

function Get-Value([string] $key, [string] $name) {
    if (Test-Path -LiteralPath $key) { (Get-Item -LiteralPath $key).GetValue($name) }
}

# What is there is saved before the first change, and not when nothing changes: so a second run keeps the way back of the first.
function Save-Policy {
    if ($state.Saved) { return }
    if (-not (Test-Path -LiteralPath $folder)) { $null = New-Item -ItemType Directory -Path $folder }
    if ($here) {
        $new = Join-Path $folder 'powershell-new.wfw' # netsh replaces no file, and the one of the run before stays until there is another
        if (Test-Path -LiteralPath $new) { Remove-Item -LiteralPath $new }
        $null = & $netsh advfirewall export $new
        if ($LASTEXITCODE -ne 0 -or -not (Test-Path -LiteralPath $new)) { throw "The firewall policy cannot be saved to $new." }
        Move-Item -LiteralPath $new -Destination $before -Force
        if (-not (Test-Path -LiteralPath $original)) { Copy-Item -LiteralPath $before -Destination $original }
    } else {
        $store = $PolicyStore.Split('\')
        $state.Backup = (Backup-GPO -Domain $store[0] -Name $store[1] -Path $folder -Comment 'before rolewall').Id
    }
    $state.Saved = $true
}

function Restore-Policy {
    if ($here) {
        if (-not (Test-Path -LiteralPath $before)) { throw "There is no policy from before: $before." }
        $null = & $netsh advfirewall import $before
        if ($LASTEXITCODE -ne 0) { throw "The policy cannot be put back. Do it by hand: netsh advfirewall import $before" }
    } else {
        $store = $PolicyStore.Split('\')
        if ($state.Backup) { $null = Restore-GPO -Domain $store[0] -BackupId $state.Backup -Path $folder -Confirm:$false }
        else { $null = Restore-GPO -Domain $store[0] -Name $store[1] -Path $folder -Confirm:$false }
    }
}

# Checks. Nothing is changed up to the end of this block.
try {
    if (-not $here -and $PolicyStore -notmatch '^[^\\]+\\[^\\]+$') { throw '-PolicyStore is PersistentStore, or DOMAIN\NAME of a Group Policy object.' }
    if ($Undo) {
        if (-not $PSCmdlet.ShouldProcess($PolicyStore, 'put the firewall policy from before the latest run back')) { exit 0 }
        Restore-Policy
        Write-Output 'The policy from before is back.'
        exit 0
    }
    if ($here) {
        $build = Get-Value 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' 'CurrentBuildNumber'
        if (@('20348') -notcontains $build -and -not $ForceBuild) {
            throw "This script was made for windows-2022, and this is build $build. Where the rules fit all the same, add -ForceBuild."
        }
        if ((Get-Service -Name MpsSvc).Status -ne 'Running') { throw 'The service MpsSvc (Windows Firewall) does not run.' }
        if (@(Get-NetFirewallProfile -PolicyStore PersistentStore | Where-Object { $_.DefaultOutboundAction -eq 'Block' }).Count -gt 0) {
            throw 'Outbound connections are blocked here, and the policy does not say whether they stay so: [advfirewall] outbound.'
        }
        $group = 'HKLM:\SOFTWARE\Policies\Microsoft\WindowsFirewall'
        foreach ($w in @(
            @{ Keys = @('DomainProfile', 'PrivateProfile', 'StandardProfile', 'PublicProfile'); Name = 'AllowLocalPolicyMerge'; Bad = 0; Text = 'local rules are ignored, this script''s too' }
            @{ Keys = @('DomainProfile', 'PrivateProfile', 'StandardProfile', 'PublicProfile'); Name = 'DoNotAllowExceptions'; Bad = 1; Text = 'all rules that let something in are ignored, this script''s too' }
            @{ Keys = @('DomainProfile', 'PrivateProfile', 'StandardProfile', 'PublicProfile'); Name = 'EnableFirewall'; Bad = 0; Text = 'the firewall is off' }
            @{ Keys = @('DomainProfile', 'PrivateProfile', 'StandardProfile', 'PublicProfile'); Name = 'DefaultInboundAction'; Bad = 0; Text = 'what no rule names is let in' }
        )) {
            foreach ($key in $w.Keys) {
                if ((Get-Value "$group\$key" $w.Name) -eq $w.Bad) {
                    Write-Warning "By Group Policy ($key) $($w.Text)."
                    $state.Ignored = $true
                }
            }
        }
    }
    if (-not $here) { $wanted.Remove('DefaultOutboundAction') }
    $ours = @(Get-NetFirewallRule -PolicyStore $PolicyStore | Where-Object { $_.DisplayName -like 'rolewall: *' })
} catch {
    Write-Warning "Nothing was changed. $_"
    exit 1
}

try {
    # Rules. One that is there under its name is left alone, so no open port is ever closed.
    $there = @{}
    foreach ($r in $ours) {
        $there[$r.Name] = $true
        if ($names.ContainsKey($r.Name) -and $r.Enabled -ne 'True') { Write-Warning "left switched off: $($r.DisplayName)" }
    }
    foreach ($r in $rules) {
        if ($there.ContainsKey($r.Name)) { continue }
        $state.Planned++
        if (-not $PSCmdlet.ShouldProcess($r.DisplayName, 'add the rule')) { continue }
        Save-Policy
        $null = New-NetFirewallRule @r -PolicyStore $PolicyStore -Group 'rolewall' -Direction Inbound -Action Allow -Enabled True -EdgeTraversalPolicy Block -Confirm:$false
        Write-Output "add  $($r.DisplayName)"
    }

    # Rules of ours that this script does not name, of whatever road.
    foreach ($r in $ours) {
        if ($names.ContainsKey($r.Name)) { continue }
        $state.Planned++
        if (-not $PSCmdlet.ShouldProcess($r.DisplayName, 'remove the rule')) { continue }
        Save-Policy
        Remove-NetFirewallRule -PolicyStore $PolicyStore -Name $r.Name -Confirm:$false
        Write-Output "drop $($r.DisplayName)"
    }

    # The firewall goes on when all rules are in place, and blocks what no rule names as the last thing.
    foreach ($p in @(Get-NetFirewallProfile -PolicyStore $PolicyStore)) {
        $differs = @($wanted.Keys | Where-Object { "$($p.$_)" -ne $wanted[$_] } | Sort-Object)
        if ($differs.Count -eq 0) { continue }
        $state.Planned++
        $what = ($differs | ForEach-Object { "$_ $($wanted[$_])" }) -join ', '
        if (-not $PSCmdlet.ShouldProcess("profile $($p.Name)", "set $what")) { continue }
        Save-Policy
        Set-NetFirewallProfile -PolicyStore $PolicyStore -Name $p.Name @wanted -Confirm:$false
        Write-Output "set  $($p.Name): $what"
    }
} catch {
    Write-Warning "$_"
    if (-not $state.Saved) {
        Write-Warning 'Nothing was changed.'
        exit 1
    }
    try {
        Restore-Policy
    } catch {
        Write-Warning "$_"
        exit 2
    }
    Write-Warning 'The firewall policy from before the run is back.'
    exit 1
}
if ($WhatIfPreference) {
    if ($state.Planned -gt 0) { exit 4 }
    Write-Output 'Nothing would change.'
    exit 0
}
if ($state.Ignored) {
    Write-Warning 'By Group Policy the rules do not hold, or not alone.'
    exit 3
}
Write-Output 'Done.'
exit 0

