#Requires -Version 5.1
#Requires -PSEdition Desktop
#Requires -Modules GroupPolicy
<#
.SYNOPSIS
Imports the Group Policy objects of this folder. Made by rolewall, do not edit.
.DESCRIPTION
Each object is a set of rules of Windows Firewall. hosts.csv says which host takes which. The script imports an object whose
description names another digest than the one below, and leaves the others alone. It links nothing unless -Link says where to.
What an object held before is saved below -Backup. When a step fails, everything that the run changed is put back.

To go back later: Restore-GPO -BackupId ID -Path FOLDER, with the values that the run prints. Remove-GPLink takes a link away.
After a Restore-GPO, -Force imports the object again: its description may still name the digest of this folder.

It runs in Windows PowerShell, not in PowerShell 7, whose copies of Group Policy objects cannot be written to.

Exit codes: 0 done, or with -WhatIf said; 1 nothing changed, or all is as before; 2 something could not be put back.
.PARAMETER Name
The objects to import, with * as a wildcard. Default: all of this folder.
.PARAMETER Link
Distinguished names of organizational units to link the objects to. More than one object needs -SecurityFilter as well.
.PARAMETER SecurityFilter
Only the computers that hosts.csv lists apply an object. The account of a computer has the first part of the host's name, up to
15 characters.
.PARAMETER Prune
With -SecurityFilter: also takes away the right of computers that hosts.csv does not list any more. Link their new object first.
.PARAMETER Backup
Where the objects from before are saved. Default: a new folder below LOCALAPPDATA\rolewall, which outlasts the session.
.PARAMETER Force
Import objects that are up to date as well: somebody may have edited them.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [string[]] $Name = @('*'),
    [string[]] $Link = @(),
    [switch] $SecurityFilter,
    [switch] $Prune,
    [string] $Backup = (Join-Path $env:LOCALAPPDATA ('rolewall\gpo-' + (Get-Date -Format 'yyyyMMdd-HHmmss'))),
    [string] $Domain,
    [string] $Server,
    [switch] $Force
)
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$objects = @(
    @{ Name = 'rolewall windows-2022 dhcp-server dns-server domain-controller'; BackupId = '{1CEEAB09-EE6D-5B82-8652-F1903206F6EF}'; Digest = 'a3a863da958d66c7a21754f9cef47d5c'; Rules = 23 }
    @{ Name = 'rolewall windows-2022 dns-server domain-controller global-catalog ldaps'; BackupId = '{D8FD33A1-B48E-5E66-A9E7-4C44C280D691}'; Digest = 'e39238a4b314b642d8948b0a80ca68ab'; Rules = 21 }
    @{ Name = 'rolewall windows-2022 file-server print-server netbios'; BackupId = '{BBEDD501-CB6E-5983-9F50-0EF7B8BD2D95}'; Digest = '4120867c4ebb237a3f39be2cc05328cf'; Rules = 10 }
    @{ Name = 'rolewall windows-2022 intranet'; BackupId = '{2E997F60-24EA-5367-9AFA-6B32E6DEC2AF}'; Digest = '93e4445cadd04527804643caf9a92392'; Rules = 7 }
)
$in = @{}
if ($Domain) { $in.Domain = $Domain }
if ($Server) { $in.Server = $Server }
$inText = -join @($in.Keys | Sort-Object | ForEach-Object { " -$_ '$($in[$_])'" })
$undo = New-Object System.Collections.Stack
$done = 0

function Test-Chosen([string] $title) {
    foreach ($pattern in $Name) { if ($title -like $pattern) { return $true } }
    return $false
}

# The account of a computer: the first part of its name, of which NetBIOS keeps 15 characters.
function Get-Account([string] $computer) {
    $first = $computer.Split('.')[0]
    return $first.Substring(0, [Math]::Min(15, $first.Length))
}

# The name of who holds a right, without the $ of computers. An account that was deleted has none.
function Get-Holder($right) {
    return "$($right.Trustee.Name)".TrimEnd('$')
}

try {
    $Backup = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Backup)
    $chosen = @($objects | Where-Object { Test-Chosen $_.Name })
    if ($chosen.Count -eq 0) { throw 'No object of this folder has such a name.' }
    if ($Link.Count -gt 0 -and $chosen.Count -gt 1 -and -not $SecurityFilter) {
        throw 'A link gives every computer below it all objects. Choose one with -Name, or add -SecurityFilter.'
    }
    if ($Prune -and -not $SecurityFilter) { throw '-Prune needs -SecurityFilter.' }
    $hosts = @(Import-Csv -LiteralPath (Join-Path $PSScriptRoot 'hosts.csv'))
    if ($SecurityFilter) {
        $accounts = @{}
        foreach ($row in $hosts) {
            $account = Get-Account $row.Host
            if ($accounts.ContainsKey($account) -and $accounts[$account] -ne $row.GPO) { throw "Two hosts of hosts.csv have the account $account, and different objects." }
            $accounts[$account] = $row.GPO
        }
    }
    $known = @{}
    foreach ($found in @(Get-GPO -All @in)) {
        if ($known.ContainsKey($found.DisplayName) -and @($chosen | Where-Object { $_.Name -eq $found.DisplayName }).Count -gt 0) {
            throw "Two objects of the domain are called '$($found.DisplayName)'. Rename one."
        }
        $known[$found.DisplayName] = $found
    }
    foreach ($o in $chosen) {
        $file = Join-Path (Join-Path $PSScriptRoot $o.BackupId) 'DomainSysvol\GPO\Machine\registry.pol'
        if (-not (Test-Path -LiteralPath $file)) { throw "The backup $($o.BackupId) is not in this folder." }
        if ((Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash -notlike "$($o.Digest)*") { throw "The backup $($o.BackupId) is not the one that this script is for." }
    }

    # Import. An object that is new is linked nowhere, so that it changes no computer.
    foreach ($o in $chosen) {
        $mark = "rolewall $($o.Digest)"
        $old = $known[$o.Name]
        if ($old -and $old.Description -eq $mark -and -not $Force) { Write-Output "as it is  $($o.Name)"; continue }
        if (-not $PSCmdlet.ShouldProcess($o.Name, "import $($o.Rules) rules")) { continue }
        if ($old) {
            if (-not (Test-Path -LiteralPath $Backup)) { $null = New-Item -ItemType Directory -Path $Backup }
            $saved = Backup-GPO -Guid $old.Id -Path $Backup -Comment 'before rolewall' @in -Confirm:$false
            $undo.Push(@{ Do = 'restore'; Name = $o.Name; Id = $saved.Id; Mark = $old.Description })
            Write-Output "saved     $($o.Name): Restore-GPO -BackupId $($saved.Id) -Path '$Backup'$inText"
        } else {
            $undo.Push(@{ Do = 'remove'; Name = $o.Name })
        }
        $known[$o.Name] = Import-GPO -BackupId $o.BackupId -Path $PSScriptRoot -TargetName $o.Name -CreateIfNeeded @in -Confirm:$false
        $known[$o.Name].Description = $mark
        $done++
        Write-Output "imported  $($o.Name): $($o.Rules) rules"
    }

    # Who applies an object: rights are added first, so that no computer is ever without its rules.
    if ($SecurityFilter) {
        $everyone = (New-Object Security.Principal.SecurityIdentifier 'S-1-5-11').Translate([Security.Principal.NTAccount]).Value
        foreach ($o in $chosen) {
            $wanted = @($hosts | Where-Object { $_.GPO -eq $o.Name } | ForEach-Object { Get-Account $_.Host })
            $rights = @()
            if ($known[$o.Name]) { $rights = @(Get-GPPermission -Name $o.Name -All @in) }
            $apply = @($rights | Where-Object { $_.Permission -eq 'GpoApply' } | ForEach-Object { Get-Holder $_ })
            foreach ($computer in $wanted) {
                if ($apply -contains $computer) { continue }
                if (-not $PSCmdlet.ShouldProcess($o.Name, "let $computer apply it")) { continue }
                $null = Set-GPPermission -Name $o.Name -TargetName $computer -TargetType Computer -PermissionLevel GpoApply @in -Confirm:$false
                $undo.Push(@{ Do = 'deny'; Name = $o.Name; Computer = $computer })
                $done++
            }
            foreach ($r in $rights) {
                if ($r.Permission -ne 'GpoApply') { continue }
                if ($r.Trustee.Sid.Value -eq 'S-1-5-11') {
                    if (-not $PSCmdlet.ShouldProcess($o.Name, 'let no other computer apply it')) { continue }
                    $null = Set-GPPermission -Name $o.Name -TargetName $everyone -TargetType Group -PermissionLevel GpoRead -Replace @in -Confirm:$false
                    $undo.Push(@{ Do = 'everyone'; Name = $o.Name; Computer = $everyone })
                    $done++
                    continue
                }
                $computer = Get-Holder $r
                if ($r.Trustee.SidType -ne 'Computer') { Write-Warning "'$computer' ($($r.Trustee.SidType)) applies $($o.Name) as well, and is left alone."; continue }
                if ($wanted -contains $computer) { continue }
                if (-not $Prune) { Write-Warning "$computer applies $($o.Name), and hosts.csv does not list it there: -Prune takes the right away."; continue }
                if (-not $PSCmdlet.ShouldProcess($o.Name, "let $computer apply it no more")) { continue }
                $null = Set-GPPermission -Name $o.Name -TargetName $computer -TargetType Computer -PermissionLevel None -Replace @in -Confirm:$false
                $undo.Push(@{ Do = 'allow'; Name = $o.Name; Computer = $computer })
                $done++
            }
        }
    }

    # Links come last: from then on computers take the rules.
    foreach ($unit in $Link) {
        $links = @((Get-GPInheritance -Target $unit @in).GpoLinks)
        $linked = @($links | ForEach-Object { $_.DisplayName })
        $off = @($links | Where-Object { -not $_.Enabled } | ForEach-Object { $_.DisplayName })
        foreach ($o in $chosen) {
            if ($off -contains $o.Name) { Write-Warning "The link of $($o.Name) to $unit is switched off, and stays so." }
            if ($linked -contains $o.Name) { continue }
            if (-not $PSCmdlet.ShouldProcess($unit, "link $($o.Name)")) { continue }
            $null = New-GPLink -Name $o.Name -Target $unit -LinkEnabled Yes @in -Confirm:$false
            $undo.Push(@{ Do = 'unlink'; Name = $o.Name; Unit = $unit })
            $done++
            Write-Output "linked    $($o.Name): Remove-GPLink -Name '$($o.Name)' -Target '$unit'$inText"
        }
    }

    foreach ($other in @($known.Keys | Where-Object { $_ -like 'rolewall *' } | Sort-Object)) {
        if (@($objects | ForEach-Object { $_.Name }) -notcontains $other) {
            Write-Warning "The object '$other' is not in this folder any more. Where it is linked, its rules still hold."
        }
    }
    Write-Output "$done changes, $($chosen.Count) objects."
    exit 0
} catch {
    Write-Warning "$_"
    $lost = $false
    while ($undo.Count -gt 0) {
        $u = $undo.Pop()
        try {
            switch ($u.Do) {
                'restore' {
                    $back = Restore-GPO -BackupId $u.Id -Path $Backup @in -Confirm:$false
                    $back.Description = $u.Mark
                }
                'remove' { Get-GPO -All @in | Where-Object { $_.DisplayName -eq $u.Name } | ForEach-Object { Remove-GPO -Guid $_.Id @in -Confirm:$false } }
                'deny' { $null = Set-GPPermission -Name $u.Name -TargetName $u.Computer -TargetType Computer -PermissionLevel None -Replace @in -Confirm:$false }
                'allow' { $null = Set-GPPermission -Name $u.Name -TargetName $u.Computer -TargetType Computer -PermissionLevel GpoApply @in -Confirm:$false }
                'everyone' { $null = Set-GPPermission -Name $u.Name -TargetName $u.Computer -TargetType Group -PermissionLevel GpoApply -Replace @in -Confirm:$false }
                'unlink' { $null = Remove-GPLink -Name $u.Name -Target $u.Unit @in -Confirm:$false }
            }
        } catch {
            $lost = $true
            Write-Warning "$($u.Name) could not be put back ($($u.Do)): $_"
        }
    }
    if ($lost) { exit 2 }
    Write-Warning 'All is as before.'
    exit 1
}
