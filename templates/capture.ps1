# Collects what this host lets in and what runs on it, for `rolewall drift` and `rolewall suggest`. It only reads: it changes
# nothing, installs nothing and sends nothing.
#
# It writes a folder HOST.capture with these files, and capture.json, which says how each command ended:
#   local.reg         the rules and settings of Windows Firewall on this host
#   policy.reg        those of Group Policy, as they were applied
#   mpssvc.txt bfe.txt  whether the services that filter are started
#   activestore.json  what PowerShell says is in force, and in which profiles the host is; only where it knows Windows Firewall
#   netstat.txt tasklist.csv  sockets, and the names of programs and services behind them
#   features.json     the roles and features of Windows Server that are installed
# It takes no environment, no command lines, no keys and no passwords. Names and descriptions of rules are part of the rules.
#
# Run it elevated:  powershell -NoProfile -ExecutionPolicy Bypass -File capture.ps1 [-DryRun] [-Folder NAME]
param([switch]$DryRun, [string]$Folder = '')
$ErrorActionPreference = 'Stop'
if (-not $Folder) { $Folder = $env:COMPUTERNAME + '.capture' }
$local = 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy'
$policy = 'HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall'
$services = 'HKLM\SYSTEM\CurrentControlSet\Services'
$utf8 = New-Object System.Text.UTF8Encoding $false
$files = @()

# Get-Sum is the hash of a file; nothing where there is no file.
function Get-Sum([string]$Path) {
    if (-not (Test-Path -LiteralPath $Path)) { return '' }
    $hash = (New-Object System.Security.Cryptography.SHA256CryptoServiceProvider).ComputeHash([System.IO.File]::ReadAllBytes($Path))
    return ([System.BitConverter]::ToString($hash) -replace '-', '').ToLower()
}

# Get-Entry says in capture.json how a command ended.
function Get-Entry([string]$Name, [string]$Command, [int]$Code, [string]$Message) {
    return [PSCustomObject][ordered]@{
        name = $Name; command = $Command; rc = $Code; stderr = $Message.Trim(); sha256 = (Get-Sum (Join-Path $Folder $Name))
    }
}

# Invoke-Program runs a program. What it prints becomes the file, unless it writes the file itself.
function Invoke-Program([string]$Name, [string]$Program, [string]$Arguments, [bool]$Prints) {
    $out = Join-Path $Folder $Name
    $err = Join-Path $Folder 'stderr.tmp'
    $other = Join-Path $Folder 'stdout.tmp'
    if (-not $Prints) { $out = $other }
    $code = 127
    $message = "$Program is not installed"
    try {
        $p = Start-Process -FilePath $Program -ArgumentList $Arguments -NoNewWindow -Wait -PassThru -RedirectStandardOutput $out -RedirectStandardError $err
        $code = $p.ExitCode
        $message = [string](Get-Content -LiteralPath $err | Out-String)
    } catch {
        $message = [string]$_
    }
    foreach ($f in $err, $other) { if (Test-Path -LiteralPath $f) { Remove-Item -LiteralPath $f } }
    return Get-Entry $Name "$Program $Arguments" $code $message
}

# Get-ActiveStore asks for each class of filters once, and not rule by rule. Enumerations become text: their numbers are not the same
# in all classes.
function Get-ActiveStore {
    return [ordered]@{
        FirewallStore = 'ActiveStore'
        Rules = @(Get-NetFirewallRule -PolicyStore ActiveStore -TracePolicyStore | Select-Object -Property @('InstanceID', 'DisplayName', 'Group', 'Owner', 'Platforms', 'LocalOnlyMapping', 'PolicyAppId',
            'RemoteDynamicKeywordAddresses', 'PolicyStoreSource',
            @{ n = 'Enabled'; e = { [string]$_.Enabled } }, @{ n = 'Direction'; e = { [string]$_.Direction } },
            @{ n = 'Action'; e = { [string]$_.Action } }, @{ n = 'Profiles'; e = { [string]$_.Profile } },
            @{ n = 'PolicyStoreSourceType'; e = { [string]$_.PolicyStoreSourceType } },
            @{ n = 'EnforcementStatus'; e = { @($_.EnforcementStatus | ForEach-Object { [string]$_ }) } }))
        Port = @(Get-NetFirewallPortFilter -PolicyStore ActiveStore | Select-Object -Property @('InstanceID', 'Protocol', 'LocalPort', 'RemotePort', 'IcmpType', @{ n = 'DynamicTarget'; e = { [string]$_.DynamicTarget } }))
        Address = @(Get-NetFirewallAddressFilter -PolicyStore ActiveStore | Select-Object -Property @('InstanceID', 'LocalAddress', 'RemoteAddress'))
        Application = @(Get-NetFirewallApplicationFilter -PolicyStore ActiveStore | Select-Object -Property @('InstanceID', 'Program', 'Package'))
        Service = @(Get-NetFirewallServiceFilter -PolicyStore ActiveStore | Select-Object -Property @('InstanceID', 'Service'))
        InterfaceType = @(Get-NetFirewallInterfaceTypeFilter -PolicyStore ActiveStore | Select-Object -Property @('InstanceID', @{ n = 'InterfaceType'; e = { [string]$_.InterfaceType } }))
        Interface = @(Get-NetFirewallInterfaceFilter -PolicyStore ActiveStore | Select-Object -Property @('InstanceID', 'InterfaceAlias'))
        Security = @(Get-NetFirewallSecurityFilter -PolicyStore ActiveStore | Select-Object -Property @('InstanceID', 'OverrideBlockRules', 'LocalUser', 'RemoteUser', 'RemoteMachine',
            @{ n = 'Authentication'; e = { [string]$_.Authentication } }, @{ n = 'Encryption'; e = { [string]$_.Encryption } }))
        Profiles = @(Get-NetFirewallProfile -PolicyStore ActiveStore | Select-Object -Property @('Name', @{ n = 'Enabled'; e = { [string]$_.Enabled } },
            @{ n = 'DefaultInboundAction'; e = { [string]$_.DefaultInboundAction } }, @{ n = 'AllowInboundRules'; e = { [string]$_.AllowInboundRules } },
            @{ n = 'AllowLocalFirewallRules'; e = { [string]$_.AllowLocalFirewallRules } }))
        ConnectionProfiles = @(Get-NetConnectionProfile -ErrorAction SilentlyContinue | Select-Object -Property @(@{ n = 'NetworkCategory'; e = { [string]$_.NetworkCategory } }))
    }
}

if ($DryRun) {
    "reg export $local local.reg"
    "reg export $policy policy.reg"
    "reg query $services\MpsSvc /v Start"
    "reg query $services\BFE /v Start"
    'netstat -ano'
    'tasklist /svc /fo csv'
    'Get-WindowsFeature'
    'Get-NetFirewallRule, its filters, Get-NetFirewallProfile and Get-NetConnectionProfile of the ActiveStore'
    exit 0
}
if (Test-Path -LiteralPath $Folder) { throw "the folder must be new: $Folder" }
$Folder = (New-Item -ItemType Directory -Path $Folder).FullName

$files += Invoke-Program 'local.reg' 'reg.exe' ('export ' + $local + ' "' + (Join-Path $Folder 'local.reg') + '" /y') $false
if (Test-Path -LiteralPath ('Registry::' + ($policy -replace '^HKLM', 'HKEY_LOCAL_MACHINE'))) {
    $files += Invoke-Program 'policy.reg' 'reg.exe' ('export ' + $policy + ' "' + (Join-Path $Folder 'policy.reg') + '" /y') $false
} else {
    # No policy is an answer too, which a file that is missing would not give.
    $empty = "Windows Registry Editor Version 5.00`r`n`r`n[" + ($policy -replace '^HKLM', 'HKEY_LOCAL_MACHINE') + "]`r`n`r`n"
    [System.IO.File]::WriteAllText((Join-Path $Folder 'policy.reg'), $empty, $utf8)
    $files += Get-Entry 'policy.reg' "Test-Path $policy" 0 'the key does not exist'
}
$files += Invoke-Program 'mpssvc.txt' 'reg.exe' "query $services\MpsSvc /v Start" $true
$files += Invoke-Program 'bfe.txt' 'reg.exe' "query $services\BFE /v Start" $true
$code = 127
$message = 'the module NetSecurity is not installed'
if (Get-Command Get-NetFirewallRule -ErrorAction SilentlyContinue) {
    try {
        $json = ConvertTo-Json -InputObject (Get-ActiveStore) -Depth 5
        [System.IO.File]::WriteAllText((Join-Path $Folder 'activestore.json'), $json, $utf8)
        $code = 0
        $message = ''
    } catch {
        $code = 1
        $message = [string]$_
    }
}
$files += Get-Entry 'activestore.json' 'Get-NetFirewallRule -PolicyStore ActiveStore' $code $message

$files += Invoke-Program 'netstat.txt' 'netstat.exe' '-ano' $true
$files += Invoke-Program 'tasklist.csv' 'tasklist.exe' '/svc /fo csv' $true
$code = 127
$message = 'Get-WindowsFeature is not installed'
if (Get-Command Get-WindowsFeature -ErrorAction SilentlyContinue) {
    try {
        $list = @(Get-WindowsFeature | Select-Object -Property @('Name', @{ n = 'InstallState'; e = { [string]$_.InstallState } }))
        [System.IO.File]::WriteAllText((Join-Path $Folder 'features.json'), (ConvertTo-Json -InputObject $list -Depth 2), $utf8)
        $code = 0
        $message = ''
    } catch {
        $code = 1
        $message = [string]$_
    }
}
$files += Get-Entry 'features.json' 'Get-WindowsFeature' $code $message

$me = New-Object System.Security.Principal.WindowsPrincipal ([System.Security.Principal.WindowsIdentity]::GetCurrent())
$version = [System.Environment]::OSVersion.Version
$capture = [ordered]@{
    version = 1
    host = $env:COMPUTERNAME
    os = "windows $($version.Major).$($version.Minor).$($version.Build)"
    when = [System.DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [System.Globalization.CultureInfo]::InvariantCulture)
    root = $me.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
    files = $files
}
[System.IO.File]::WriteAllText((Join-Path $Folder 'capture.json'), (ConvertTo-Json -InputObject $capture -Depth 5), $utf8)
if (-not $capture.root) { Write-Warning 'not elevated: some answers may be missing' }
$Folder
