@echo off
rem dc1: Windows Firewall script, made by rolewall, do not edit
rem
rem os       windows-2022
rem roles    dns-server, domain-controller
rem families ipv4, ipv6
rem rpc      static
rem digest   sha256:7ba1981b1f7934c8a134214272b1706f1176e702b5603be46b2e0f314a164a5e
rem
rem Let in on every host, beside the rules below:
rem   answers to what the host itself began, and loopback: Windows Firewall does so by itself
rem   ICMP fragmentation needed (path MTU)
rem   IGMP
rem   DHCP answers: udp 68 from port 67
rem   ICMPv6 errors: unreachable, packet too big, time exceeded, parameter problem
rem   IPv6 neighbour discovery; router advertisements from link-local senders
rem   IPv6 multicast listener discovery from link-local senders
rem   DHCPv6 answers: udp 546 from link-local senders, port 547
rem
rem Apply    advfirewall.cmd, from an elevated prompt. A second run changes nothing.
rem Undo     netsh advfirewall import %SystemRoot%\rolewall\advfirewall-original.wfw
rem          or ...\advfirewall-before.wfw, which is the whole firewall policy before the latest run.
rem Failure  the policy from before the run comes back, and the exit code is not 0.
rem
rem All other inbound allow rules of this host are switched off, those of Windows too; Group Policy's stay.

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

rem baseline icmp 3:4
set WHY=baseline: ICMP fragmentation needed (path MTU)
set RULE=rolewall: icmp 3:4 [baseline] y7fkrcblbg74xbxgxlo6lkx2zm
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv4:3,4 || goto failed

rem baseline igmp
set WHY=baseline: IGMP
set RULE=rolewall: igmp [baseline] wgj4ekioubwxczgl44bjgumwvi
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=2 || goto failed

rem baseline udp 68
set WHY=baseline: DHCP answers: udp 68 from port 67
set RULE=rolewall: udp 68 [baseline] rr6sgu3nl4f2ex7jxqjer56gse
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=68 remoteport=67 program="%%SystemRoot%%\System32\svchost.exe" service=Dhcp || goto failed

rem baseline icmpv6 1
set WHY=baseline: ICMPv6 errors: unreachable, packet too big, time exceeded, parameter problem
set RULE=rolewall: icmpv6 1 [baseline] zy7673uispfhc3evlrfnqjaxse
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:1,any || goto failed

rem baseline icmpv6 2
set WHY=baseline: ICMPv6 errors: unreachable, packet too big, time exceeded, parameter problem
set RULE=rolewall: icmpv6 2 [baseline] uhqm5fnihmzcsermwoxqx4obkq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:2,any || goto failed

rem baseline icmpv6 3
set WHY=baseline: ICMPv6 errors: unreachable, packet too big, time exceeded, parameter problem
set RULE=rolewall: icmpv6 3 [baseline] 6gm3vkericlxay3lbndu5kwsaa
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:3,any || goto failed

rem baseline icmpv6 4
set WHY=baseline: ICMPv6 errors: unreachable, packet too big, time exceeded, parameter problem
set RULE=rolewall: icmpv6 4 [baseline] op5r6tbobzt7lnokdrxen5ekni
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:4,any || goto failed

rem baseline icmpv6 134
set WHY=baseline: IPv6 neighbour discovery; router advertisements from link-local senders
set RULE=rolewall: icmpv6 134 [baseline] jmlttlpocew3ta3fsodr7pj27a
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:134,any remoteip=fe80::/10 || goto failed

rem baseline icmpv6 135
set WHY=baseline: IPv6 neighbour discovery; router advertisements from link-local senders
set RULE=rolewall: icmpv6 135 [baseline] 6q7vmvggwiyacxom2hogaafbsy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:135,any || goto failed

rem baseline icmpv6 136
set WHY=baseline: IPv6 neighbour discovery; router advertisements from link-local senders
set RULE=rolewall: icmpv6 136 [baseline] dlnaggisszq6ebhgmg2wfhyh74
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:136,any || goto failed

rem baseline icmpv6 130
set WHY=baseline: IPv6 multicast listener discovery from link-local senders
set RULE=rolewall: icmpv6 130 [baseline] gm4qxsjzutwpnscl5t5arghgz4
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:130,any remoteip=fe80::/10 || goto failed

rem baseline icmpv6 131
set WHY=baseline: IPv6 multicast listener discovery from link-local senders
set RULE=rolewall: icmpv6 131 [baseline] v6o5jxburnd7v4v2mlyzspiz4e
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:131,any remoteip=fe80::/10 || goto failed

rem baseline icmpv6 132
set WHY=baseline: IPv6 multicast listener discovery from link-local senders
set RULE=rolewall: icmpv6 132 [baseline] c5257e34ldfiqjpyu6ffhkebhe
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:132,any remoteip=fe80::/10 || goto failed

rem baseline icmpv6 143
set WHY=baseline: IPv6 multicast listener discovery from link-local senders
set RULE=rolewall: icmpv6 143 [baseline] 7kdimjbnliwzu26rakrgh4vkxu
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:143,any remoteip=fe80::/10 || goto failed

rem baseline udp 546
set WHY=baseline: DHCPv6 answers: udp 546 from link-local senders, port 547
set RULE=rolewall: udp 546 [baseline] zl2vszxsqaabp3kg5lm43vchmm
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=546 remoteport=547 program="%%SystemRoot%%\System32\svchost.exe" service=Dhcp remoteip=fe80::/10 || goto failed

rem icmp 8, from @domain-controller, admins, office
set WHY=Echo: domain-controller (LSASS, lanmanserver)
set RULE=rolewall: icmp 8 [147880b2] zqtsrsuccux5jivzz3eavhcgve
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv4:8,any program=System remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 53, from @dns-server, admins, office
set WHY=DNS: dns-server (DNS)
set RULE=rolewall: tcp 53 [a7ece2e4] uf5tu2mgb2n67kommblo3tycfi
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=53 program="%%SystemRoot%%\System32\dns.exe" service=DNS remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem tcp 88, from @domain-controller, admins, office
set WHY=Kerberos: domain-controller (kdc)
set RULE=rolewall: tcp 88 [e6d98803] vud4uqends73q6tomdkngvk7de
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=88 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem tcp 135, from @domain-controller, admins, office
set WHY=DCOM, RPC: service (winmgmt), domain-controller (DFSR, LSASS, Netlogon, RpcSs)
set RULE=rolewall: tcp 135 [02381108] u46fpbhjcfuw2yw4fsvw65pdne
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=135 program="%%SystemRoot%%\System32\svchost.exe" service=RpcSs remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem tcp 389, from @domain-controller, admins, office
set WHY=LDAP: domain-controller (LSASS)
set RULE=rolewall: tcp 389 [74c0e15d] 6rv7mj5klurzueyuvscs5uijrq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=389 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem tcp 445, from @domain-controller, admins, office
set WHY=SMB: domain-controller (Dfs, LSASS, Netlogon, lanmanserver)
set RULE=rolewall: tcp 445 [be29e476] n7dyzqk5o5db4pi7hxnl5q2cru
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=445 program=System remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem tcp 464, from @domain-controller, admins, office
set WHY=Kerberos password change: domain-controller (kdc)
set RULE=rolewall: tcp 464 [7ddc3424] wl4vlkg5qyz5qgzq7vtu4yb244
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=464 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem tcp 636, from @domain-controller, admins, office
set WHY=LDAP over TLS: domain-controller (LSASS)
set RULE=rolewall: tcp 636 [d31888ae] q5zas3famculjcyjskowtjpd4e
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=636 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem tcp 3268, from @domain-controller, admins, office
set WHY=Global catalog: domain-controller (LSASS)
set RULE=rolewall: tcp 3268 [e2ee6929] au7vodhs55fsx3h66axx27aicq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3268 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem tcp 3269, from @domain-controller, admins, office
set WHY=Global catalog over TLS: domain-controller (LSASS)
set RULE=rolewall: tcp 3269 [93d96459] f5dnj3tmp6ravxv6tv7ouo7gsy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3269 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem tcp 3389, from admins
set WHY=RDP: service (TermService)
set RULE=rolewall: tcp 3389 [3533e007] mtlpnnfqrt56lexm7mqnkds6pi
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3389 program="%%SystemRoot%%\System32\svchost.exe" service=TermService remoteip=10.3.0.0/24 || goto failed

rem tcp 9389, from admins
set WHY=Active Directory Web Services: domain-controller (LSASS)
set RULE=rolewall: tcp 9389 [4b4baaab] izw56pgu6sora7n3gl4lxe4x5a
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=9389 program="%%SystemRoot%%\ADWS\Microsoft.ActiveDirectory.WebServices.exe" service=adws remoteip=10.3.0.0/24 || goto failed

rem tcp 24158, from admins
set WHY=DCOM: service (winmgmt)
set RULE=rolewall: tcp 24158 [e4c3e42f] noed42vlh4n4emtecq3qvhqvxy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=24158 program="%%SystemRoot%%\System32\svchost.exe" service=winmgmt remoteip=10.3.0.0/24 || goto failed

rem tcp 38901, from @domain-controller, admins, office
set WHY=RPC: domain-controller (LSASS)
set RULE=rolewall: tcp 38901 [8774677e] 6z3l2gaqjkzaj7sjqjzlpwgg2u
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=38901 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem tcp 38902, from @domain-controller, admins, office
set WHY=RPC: domain-controller (Netlogon)
set RULE=rolewall: tcp 38902 [84bc8c60] rv3up5edinyeehnuwgdsdyg2ui
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=38902 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem tcp 38903, from @domain-controller
set WHY=RPC: domain-controller (DFSR)
set RULE=rolewall: tcp 38903 [f36a78ac] 3z3mbiwsnxawsznvxlcn4gutou
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=38903 program="%%SystemRoot%%\System32\dfsrs.exe" service=DFSR remoteip=10.1.0.10/31,10.1.0.12,fd00:1::10 || goto failed

rem udp 53, from @dns-server, admins, office
set WHY=DNS: dns-server (DNS)
set RULE=rolewall: udp 53 [1c3a3dda] rouo67trfotzph74arlsm35qvu
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=53 program="%%SystemRoot%%\System32\dns.exe" service=DNS remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem udp 88, from @domain-controller, admins, office
set WHY=Kerberos: domain-controller (kdc)
set RULE=rolewall: udp 88 [9c48422a] jcevtgwajrdjzdbzt75nyrjjki
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=88 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem udp 123, from @domain-controller, admins, office
set WHY=NTP: domain-controller (W32Time)
set RULE=rolewall: udp 123 [e6b95f98] ipzlwhktpimnbwqmqs3j2x3nkm
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=123 program="%%SystemRoot%%\System32\svchost.exe" service=W32Time remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem udp 389, from @domain-controller, admins, office
set WHY=LDAP, DC locator: domain-controller (LSASS, Netlogon, kdc)
set RULE=rolewall: udp 389 [51b43e70] jym3r6wxrsmd7kflbyxm345flm
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=389 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem udp 464, from @domain-controller, admins, office
set WHY=Kerberos password change: domain-controller (kdc)
set RULE=rolewall: udp 464 [5f229c1f] rlgkq7rofg2meznu5fjfim56nq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=464 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.1.0.12,10.3.0.0/24,10.20.0.0/16,fd00:1::10,fd00:20::/48 || goto failed

rem icmpv6 128, from @domain-controller, office
set WHY=Echo: domain-controller (LSASS, lanmanserver)
set RULE=rolewall: icmpv6 128 [27d4822d] zvp5utmpryxll4g77alwk4hgdi
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:128,any program=System remoteip=fd00:1::10,fd00:20::/48 || goto failed

rem ======== Everything else.

rem Rules of ours that this script does not name. Names are found by their shape, in whatever language netsh speaks.
netsh advfirewall firewall show rule name=all >"%LIST%" || goto failed
findstr /l /c:"rolewall: " "%LIST%" >"%OURS%"
if errorlevel 2 goto failed
for /f "usebackq delims=" %%l in ("%OURS%") do set "LINE=%%l" & call :sweep || goto failed

rem Other inbound allow rules.
powershell -NoProfile -NonInteractive -Command "$ErrorActionPreference = 'Stop'; Get-NetFirewallRule -PolicyStore PersistentStore -Direction Inbound -Action Allow -Enabled True | Where-Object { $_.DisplayName -notlike 'rolewall: *' } | Set-NetFirewallRule -Enabled False" || goto failed

netsh advfirewall set allprofiles logging droppedconnections enable || goto failed

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

