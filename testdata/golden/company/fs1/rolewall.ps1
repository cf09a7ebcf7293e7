#Requires -Version 5.1
#Requires -RunAsAdministrator
#Requires -Modules NetSecurity
# fs1: Windows Firewall script for PowerShell, made by rolewall, do not edit
#
# os       windows-2022
# roles    file-server, print-server
# features netbios
# families ipv4, ipv6
# rpc      dynamic, dynamic endpoints on tcp 49152-65535
# digest   sha256:9ca8b65dc122d2f14006e58287d9d49705fab36e09460e81ad37f12fa1636864
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
    # icmp 8, from admins, office
    @{
        Name = 'rolewall-75cbce13-pihzkaiod34ha5s3htjylmvozm'
        DisplayName = 'rolewall: icmp 8 [75cbce13] pihzkaiod34ha5s3htjylmvozm'
        Protocol = 'ICMPv4'; IcmpType = @('8'); Program = 'System'; RemoteAddress = @('10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24')
        Description = 'Echo: file-server (lanmanserver), print-server (lanmanserver)'
    }
    # tcp 135, from admins, office
    @{
        Name = 'rolewall-c13092e6-brbsf355p6su7xpdfm2czl3kbq'
        DisplayName = 'rolewall: tcp 135 [c13092e6] brbsf355p6su7xpdfm2czl3kbq'
        Protocol = 'TCP'; LocalPort = @('135'); Program = '%SystemRoot%\System32\svchost.exe'; Service = 'RpcSs'; RemoteAddress = @('10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'RPC: print-server (Spooler)'
    }
    # tcp 139, from admins, office
    @{
        Name = 'rolewall-ea1fa9c2-cqiqytbsuwpyrs362effpm5gbq'
        DisplayName = 'rolewall: tcp 139 [ea1fa9c2] cqiqytbsuwpyrs362effpm5gbq'
        Protocol = 'TCP'; LocalPort = @('139'); Program = 'System'; RemoteAddress = @('10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'NetBIOS sessions: file-server (lanmanserver), print-server (Spooler, lanmanserver)'
    }
    # tcp 445, from admins, office
    @{
        Name = 'rolewall-dea51832-mhnrzg7x4xomovpeuux7hai63u'
        DisplayName = 'rolewall: tcp 445 [dea51832] mhnrzg7x4xomovpeuux7hai63u'
        Protocol = 'TCP'; LocalPort = @('445'); Program = 'System'; RemoteAddress = @('10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'SMB: file-server (lanmanserver), print-server (Spooler, lanmanserver)'
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
    # tcp RPC Spooler, from admins, office
    @{
        Name = 'rolewall-49566094-vjusqv2izzch62lav3ytis4hay'
        DisplayName = 'rolewall: tcp RPC Spooler [49566094] vjusqv2izzch62lav3ytis4hay'
        Protocol = 'TCP'; LocalPort = @('RPC'); Program = '%SystemRoot%\System32\spoolsv.exe'; Service = 'Spooler'; RemoteAddress = @('10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'RPC: print-server (Spooler)'
    }
    # udp 137, from admins, office
    @{
        Name = 'rolewall-67af603f-wbgaqdbw4bbw4kp5plkhlumh7m'
        DisplayName = 'rolewall: udp 137 [67af603f] wbgaqdbw4bbw4kp5plkhlumh7m'
        Protocol = 'UDP'; LocalPort = @('137'); Program = 'System'; RemoteAddress = @('10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'NetBIOS names: file-server (lanmanserver), print-server (Spooler, lanmanserver)'
    }
    # udp 138, from admins, office
    @{
        Name = 'rolewall-1aafd142-wcumlwep7ywowkfxgeotfvawqm'
        DisplayName = 'rolewall: udp 138 [1aafd142] wcumlwep7ywowkfxgeotfvawqm'
        Protocol = 'UDP'; LocalPort = @('138'); Program = 'System'; RemoteAddress = @('10.3.0.0/24', '10.20.0.0/16', '10.21.0.0/24', 'fd00:3::/64', 'fd00:20::/48')
        Description = 'NetBIOS datagrams: file-server (lanmanserver), print-server (Spooler, lanmanserver)'
    }
    # icmpv6 128, from admins, office
    @{
        Name = 'rolewall-8b654534-mlktehfhsx6ljj6gwgv3bihyxu'
        DisplayName = 'rolewall: icmpv6 128 [8b654534] mlktehfhsx6ljj6gwgv3bihyxu'
        Protocol = 'ICMPv6'; IcmpType = @('128'); Program = 'System'; RemoteAddress = @('fd00:3::/64', 'fd00:20::/48')
        Description = 'Echo: file-server (lanmanserver), print-server (lanmanserver)'
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

