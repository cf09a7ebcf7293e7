@echo off
rem domain-controller: Windows Firewall script, made by rolewall, do not edit
rem
rem os       windows-2022
rem roles    dns-server, domain-controller
rem families ipv4, ipv6
rem rpc      dynamic, dynamic endpoints on tcp 49152-65535
rem digest   sha256:849ee6f2a83c9261554c23ea2d43638fc6d74d971d5eedd801e10a77fdb3e744
rem
rem Let in on every host, beside the rules below:
rem   answers to what the host itself began, and loopback: Windows Firewall does so by itself
rem
rem Apply    advfirewall.cmd, from an elevated prompt. A second run changes nothing.
rem Undo     netsh advfirewall import %SystemRoot%\rolewall\advfirewall-original.wfw
rem          or ...\advfirewall-before.wfw, which is the whole firewall policy before the latest run.
rem Failure  the policy from before the run comes back, and the exit code is not 0.
rem
rem Other owners' inbound rules stay as they are; they may let in more than the rules below.
rem Dynamic RPC goes by the keyword RPC: the ports that the run-time gave the listener, whatever the range.

setlocal EnableExtensions DisableDelayedExpansion
set "SELF=%~f0"
set "FOLDER=%SystemRoot%\rolewall"
set "BEFORE=%FOLDER%\advfirewall-before.wfw"
set "ORIGINAL=%FOLDER%\advfirewall-original.wfw"
set "LIST=%FOLDER%\advfirewall-rules.txt"
set "OURS=%FOLDER%\advfirewall-ours.txt"
cd /d "%SystemRoot%\System32"

rem ======== Checks. Up to the next line of equal signs nothing is changed.

set "STOP=This needs an elevated prompt."
reg query HKU\S-1-5-19 >nul 2>&1 || goto stop

rem The script looks for names in itself: by the wrong name, or with line ends of Unix, it would find none.
set "STOP=The script cannot read itself as %SELF%. Call it by its full name with .cmd, and keep its line ends (CR LF)."
findstr /l /x /c:"rem This line is how the script knows itself." "%SELF%" >nul || goto stop
rem This line is how the script knows itself.

set "STOP=This script was made for windows-2022."
set "BUILD="
for /f "tokens=3" %%b in ('reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentBuildNumber ^| findstr REG_SZ') do set "BUILD=%%b"
if not "%BUILD%"=="20348" goto stop

rem Asked twice, of netsh and of the registry: the words of the first might be translated.
set "STOP=Outbound connections are blocked here, and the policy does not say whether they stay so: [advfirewall] outbound."
netsh advfirewall show allprofiles firewallpolicy | findstr /i /c:"BlockOutbound" >nul && goto stop
for %%p in (DomainProfile StandardProfile PublicProfile) do call :blocked %%p && goto stop

for %%p in (DomainProfile PrivateProfile StandardProfile PublicProfile) do call :warn %%p AllowLocalPolicyMerge 0x0 "local rules are ignored, this script's too"
for %%p in (DomainProfile PrivateProfile StandardProfile PublicProfile) do call :warn %%p EnableFirewall 0x0 "the firewall is off"
for %%p in (DomainProfile PrivateProfile StandardProfile PublicProfile) do call :warn %%p DefaultInboundAction 0x0 "what no rule names is let in"
for %%p in (DomainProfile PrivateProfile StandardProfile PublicProfile) do call :warn %%p DoNotAllowExceptions 0x1 "all rules that let something in are ignored, this script's too"

set "STOP=The folder %FOLDER% cannot be made."
if not exist "%FOLDER%\" mkdir "%FOLDER%" || goto stop
set "STOP=netsh lists no firewall rule."
netsh advfirewall firewall show rule name=all >"%LIST%" || goto stop
set "STOP=The firewall policy cannot be saved to %BEFORE%."
if exist "%BEFORE%" del "%BEFORE%"
if exist "%BEFORE%" goto stop
netsh advfirewall export "%BEFORE%" || goto stop
if not exist "%BEFORE%" goto stop
if not exist "%ORIGINAL%" copy "%BEFORE%" "%ORIGINAL%" >nul || goto stop

rem ======== Rules. One that is there under its name is left alone, so no open port is ever shut.

rem icmp 8, from any
set WHY=Echo: domain-controller (LSASS, lanmanserver)
set RULE=rolewall: icmp 8 [c1ee62ef] hsf7bytnue4gmebyxin5nwhyxy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv4:8,any program=System || goto failed

rem tcp 53, from any
set WHY=DNS: dns-server (DNS)
set RULE=rolewall: tcp 53 [4b85b328] migflaxnhfpznefqzcumyfypjy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=53 program="%%SystemRoot%%\System32\dns.exe" service=DNS || goto failed

rem tcp 88, from any
set WHY=Kerberos: domain-controller (kdc)
set RULE=rolewall: tcp 88 [b56ae34f] fm75urmz2kxm6nm3y57ztrxufi
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=88 program="%%SystemRoot%%\System32\lsass.exe" || goto failed

rem tcp 135, from any
set WHY=RPC: domain-controller (DFSR, LSASS, Netlogon, RpcSs)
set RULE=rolewall: tcp 135 [ae673f9e] lw5jdkxhlkeump3ppylwqutqfi
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=135 program="%%SystemRoot%%\System32\svchost.exe" service=RpcSs || goto failed

rem tcp 389, from any
set WHY=LDAP: domain-controller (LSASS)
set RULE=rolewall: tcp 389 [013a14af] yskxin747x2wtwkiaqjw6limo4
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=389 program="%%SystemRoot%%\System32\lsass.exe" || goto failed

rem tcp 445, from any
set WHY=SMB: domain-controller (Dfs, LSASS, Netlogon, lanmanserver)
set RULE=rolewall: tcp 445 [33c5dec4] xauni6x64yojl7r2k5zdlbmyu4
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=445 program=System || goto failed

rem tcp 464, from any
set WHY=Kerberos password change: domain-controller (kdc)
set RULE=rolewall: tcp 464 [d5bd8f72] ukkijxrpab6qzhuwitnxlpwnfy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=464 program="%%SystemRoot%%\System32\lsass.exe" || goto failed

rem tcp 636, from any
set WHY=LDAP over TLS: domain-controller (LSASS)
set RULE=rolewall: tcp 636 [d64be46f] h34ixbdsacsiiiughmqtwz3ba4
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=636 program="%%SystemRoot%%\System32\lsass.exe" || goto failed

rem tcp 3268, from any
set WHY=Global catalog: domain-controller (LSASS)
set RULE=rolewall: tcp 3268 [ec786e2e] wiewzijh4i7wjjb3qksfqctq74
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3268 program="%%SystemRoot%%\System32\lsass.exe" || goto failed

rem tcp 3269, from any
set WHY=Global catalog over TLS: domain-controller (LSASS)
set RULE=rolewall: tcp 3269 [21279c96] j2xpr6rtq65wwsgcnvfm4kac2m
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3269 program="%%SystemRoot%%\System32\lsass.exe" || goto failed

rem tcp 9389, from any
set WHY=Active Directory Web Services: domain-controller (LSASS)
set RULE=rolewall: tcp 9389 [0ef0cff4] hr4gpiyrcw5z4gvdwp54jccqhe
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=9389 program="%%SystemRoot%%\ADWS\Microsoft.ActiveDirectory.WebServices.exe" service=adws || goto failed

rem tcp RPC DFSR, from any
set WHY=RPC: domain-controller (DFSR)
set RULE=rolewall: tcp RPC DFSR [ed14c10d] gflp274kahplyw6lp35n3r7bnu
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=RPC program="%%SystemRoot%%\System32\dfsrs.exe" service=DFSR || goto failed

rem tcp RPC lsass.exe, from any
set WHY=RPC: domain-controller (LSASS, Netlogon)
set RULE=rolewall: tcp RPC lsass.exe [40aeecea] q6leq2jdu3vdvmmrhkyx42rwc4
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=RPC program="%%SystemRoot%%\System32\lsass.exe" || goto failed

rem udp 53, from any
set WHY=DNS: dns-server (DNS)
set RULE=rolewall: udp 53 [b75c951a] baqq46g4mla3csjnu2j4ltexbi
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=53 program="%%SystemRoot%%\System32\dns.exe" service=DNS || goto failed

rem udp 88, from any
set WHY=Kerberos: domain-controller (kdc)
set RULE=rolewall: udp 88 [24d1331e] 5sktcvxzxtwr5s2eftwsmjwp7y
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=88 program="%%SystemRoot%%\System32\lsass.exe" || goto failed

rem udp 123, from any
set WHY=NTP: domain-controller (W32Time)
set RULE=rolewall: udp 123 [5205a8ce] gb4xbbu5xdfd2lbv3picsxvo3y
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=123 program="%%SystemRoot%%\System32\svchost.exe" service=W32Time || goto failed

rem udp 389, from any
set WHY=LDAP, DC locator: domain-controller (LSASS, Netlogon, kdc)
set RULE=rolewall: udp 389 [495f37f3] xyjovlln3ycn453ptghpgyieme
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=389 program="%%SystemRoot%%\System32\lsass.exe" || goto failed

rem udp 464, from any
set WHY=Kerberos password change: domain-controller (kdc)
set RULE=rolewall: udp 464 [5e22f57e] czneyfwy4bbnvfxkmddmjsb5wa
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=464 program="%%SystemRoot%%\System32\lsass.exe" || goto failed

rem icmpv6 128, from any
set WHY=Echo: domain-controller (LSASS, lanmanserver)
set RULE=rolewall: icmpv6 128 [782456e9] k65hu5m5kv3hna2c4fowshhuoa
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:128,any program=System || goto failed

rem ======== Everything else.

rem Rules of ours that this script does not name. Names are found by their shape, in whatever language netsh speaks.
netsh advfirewall firewall show rule name=all >"%LIST%" || goto failed
findstr /l /c:"rolewall: " "%LIST%" >"%OURS%"
if errorlevel 2 goto failed
for /f "usebackq delims=" %%l in ("%OURS%") do set "LINE=%%l" & call :sweep || goto failed

rem The firewall goes on when all rules are in place, and shuts what no rule names as the last thing.
netsh advfirewall set allprofiles state on || goto failed
netsh advfirewall set allprofiles firewallpolicy blockinbound,allowoutbound || goto failed
echo Done.
exit /b 0

:present
findstr /l /c:"%RULE%" "%LIST%" >nul && exit /b 0
echo add  %RULE%
exit /b 1

:sweep
setlocal EnableDelayedExpansion
set "NAME=!LINE:*rolewall: =rolewall: !"
:trim
if "!NAME:~-1!"==" " set "NAME=!NAME:~0,-1!" & goto trim
findstr /l /x /c:"set RULE=!NAME!" "!SELF!" >nul && exit /b 0
if errorlevel 2 exit /b 1
echo drop !NAME!
netsh advfirewall firewall delete rule name="!NAME!" && exit /b 0
rem Gone already, when two rules had the name.
netsh advfirewall firewall show rule name="!NAME!" >nul || exit /b 0
exit /b 1

:blocked
reg query "HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\%1" /v DefaultOutboundAction 2>nul | findstr /c:"0x1" >nul && exit /b 0
exit /b 1

:warn
reg query "HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\%1" /v %2 2>nul | findstr /c:"%3" >nul && echo WARNING: by Group Policy (%1) %~4. 1>&2
exit /b 0

:stop
echo Nothing was changed. %STOP% 1>&2
exit /b 1

:failed
echo A command failed. The firewall policy from before the run comes back. 1>&2
netsh advfirewall import "%BEFORE%" && exit /b 1
echo It could not be put back. Do it by hand: netsh advfirewall import "%BEFORE%" 1>&2
exit /b 2

