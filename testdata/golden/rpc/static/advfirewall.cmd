@echo off
rem static: Windows Firewall script, made by rolewall, do not edit
rem
rem os       windows-2022
rem roles    domain-controller, member-baseline
rem families ipv4, ipv6
rem rpc      static
rem digest   sha256:50eaa24123001c0f2127fe52613ef6d10abeda728b8a0c5851d8e43d8dfbddd1
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

rem icmp 8, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Echo: domain-controller (LSASS, lanmanserver)
set RULE=rolewall: icmp 8 [56e5ef0e] tab3ivo57w76pyvojjd5lr54su
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv4:8,any program=System remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 88, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Kerberos: domain-controller (kdc)
set RULE=rolewall: tcp 88 [e441a902] lyhvkc4qrsxxk764apjdj6ix7a
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=88 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 135, from 10.20.0.0/16, 10.3.0.0/24
set WHY=RPC: domain-controller (LSASS, Netlogon, RpcSs)
set RULE=rolewall: tcp 135 [a0c4d804] 2slxudycy7tuxqrsn6uez3khci
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=135 program="%%SystemRoot%%\System32\svchost.exe" service=RpcSs remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 389, from 10.20.0.0/16, 10.3.0.0/24
set WHY=LDAP: domain-controller (LSASS)
set RULE=rolewall: tcp 389 [e19c82d3] bzxhmxnaacpvczopmonly3jpsm
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=389 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 445, from 10.20.0.0/16, 10.3.0.0/24
set WHY=SMB: domain-controller (Dfs, LSASS, Netlogon, lanmanserver)
set RULE=rolewall: tcp 445 [a26def93] bqakfe42qiyn7scczawvcb7j6q
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=445 program=System remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 464, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Kerberos password change: domain-controller (kdc)
set RULE=rolewall: tcp 464 [5fe8108b] 2jzqg4jswg3ykwebptqrbphzqu
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=464 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 636, from 10.20.0.0/16, 10.3.0.0/24
set WHY=LDAP over TLS: domain-controller (LSASS)
set RULE=rolewall: tcp 636 [703aeeaa] at2s2nf5ra7dxcvapvk4oxcqyq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=636 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 3268, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Global catalog: domain-controller (LSASS)
set RULE=rolewall: tcp 3268 [1f51937f] omr7ae2cdg3cb6bqtxjn2xhjhy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3268 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 3269, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Global catalog over TLS: domain-controller (LSASS)
set RULE=rolewall: tcp 3269 [2ad2bbd7] dagljzbpdhrp53krzdqi67jh3i
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3269 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 3389, from 10.3.0.0/24
set WHY=RDP: member-baseline (TermService)
set RULE=rolewall: tcp 3389 [3533e007] xwwpvljdxdtnqlrgitfvbc3bmq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3389 program="%%SystemRoot%%\System32\svchost.exe" service=TermService remoteip=10.3.0.0/24 || goto failed

rem tcp 9389, from 10.3.0.0/24
set WHY=Active Directory Web Services: domain-controller (LSASS)
set RULE=rolewall: tcp 9389 [4b4baaab] izw56pgu6sora7n3gl4lxe4x5a
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=9389 program="%%SystemRoot%%\ADWS\Microsoft.ActiveDirectory.WebServices.exe" service=adws remoteip=10.3.0.0/24 || goto failed

rem tcp 38901, from 10.20.0.0/16, 10.3.0.0/24
set WHY=RPC: domain-controller (LSASS)
set RULE=rolewall: tcp 38901 [0397820c] uv6m2hiufpjb5ypj2sw6mhlfri
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=38901 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 38902, from 10.20.0.0/16, 10.3.0.0/24
set WHY=RPC: domain-controller (Netlogon)
set RULE=rolewall: tcp 38902 [ac8c62cc] ddojkc457o4jjtlteyxhzd5cz4
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=38902 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem udp 88, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Kerberos: domain-controller (kdc)
set RULE=rolewall: udp 88 [5c8147e7] mh2cyrm4ry6vzcaxndm2n2eibe
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=88 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem udp 123, from 10.20.0.0/16, 10.3.0.0/24
set WHY=NTP: domain-controller (W32Time)
set RULE=rolewall: udp 123 [24931bcf] 3vqnickd6wfphbleyf3pb56haq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=123 program="%%SystemRoot%%\System32\svchost.exe" service=W32Time remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem udp 389, from 10.20.0.0/16, 10.3.0.0/24
set WHY=LDAP, DC locator: domain-controller (LSASS, Netlogon, kdc)
set RULE=rolewall: udp 389 [0061b245] rlnrbr6v7qekthk4ck37uvuxhu
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=389 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem udp 464, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Kerberos password change: domain-controller (kdc)
set RULE=rolewall: udp 464 [8e90ae3c] 7fjrr2vzkvdpm7nrposfgdre2q
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=464 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

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

